// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.syscall.Epoll;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;

/**
 * Tells whether something besides our descriptor holds a ring: a duplicate, another ring's table of files, a poll under
 * way, a child process. Such a ring lives on when we close it, and nothing in it is canceled.
 *
 * <p>An epoll instance holds no reference to what it watches, and forgets a file with its last reference. A ring can
 * always be written to, or has something to be read: so as long as the ring lives, the instance is readable.
 */
final class OtherReferences implements AutoCloseable {

    private final Epoll epoll;
    private final PollSet set;

    private OtherReferences(Epoll epoll, PollSet set) {
        this.epoll = epoll;
        this.set = set;
    }

    /**
     * To be made before the descriptor is closed; {@code null} for a ring without one, which nothing else can refer to.
     */
    static OtherReferences of(Syscalls sys, RingFd fd) throws ErrnoException {
        if (!fd.hasDescriptor()) {
            return null;
        }
        Epoll epoll = Epoll.open(sys);
        try {
            epoll.add(fd.number(), Eventpoll.EPOLLIN | Eventpoll.EPOLLOUT);
        } catch (Throwable e) {
            epoll.close();
            throw e;
        }
        PollSet set = new PollSet(sys, 1);
        set.add(epoll.fd());
        return new OtherReferences(epoll, set);
    }

    /** Returns whether there are some, after the descriptor was closed. */
    boolean exist() {
        return set.await(0) > 0;
    }

    @Override
    public void close() {
        epoll.close();
    }
}
