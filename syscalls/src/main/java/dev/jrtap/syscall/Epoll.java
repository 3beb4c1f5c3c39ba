// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.memory.Memory;

/**
 * A descriptor that is readable when one of several others is: for code that can wait for one descriptor, and needs
 * more.
 *
 * <p>Threads: one at a time; waiting for {@link #fd} from any.
 *
 * <p>Source: epoll(7).
 */
public final class Epoll implements AutoCloseable {

    private final Fd fd;
    private final Memory event = Memory.allocate(EpollEvents.SIZEOF);

    private Epoll(Fd fd) {
        this.fd = fd;
    }

    /** Like {@link #open(Syscalls)}, with the real system calls. */
    public static Epoll open() throws ErrnoException {
        return open(Syscalls.libc());
    }

    /** Without descriptors to wait for yet; closed on exec. */
    public static Epoll open(Syscalls sys) throws ErrnoException {
        int result = sys.epollCreate1(Eventpoll.EPOLL_CLOEXEC);
        if (result < 0) {
            throw ErrnoException.of(result, "epoll_create1(EPOLL_CLOEXEC)", FdLimits.hint(-result));
        }
        return new Epoll(Fd.own(sys, result));
    }

    /** Returns the descriptor's number, for poll(2) or another epoll(7). */
    public int fd() {
        return fd.fd();
    }

    /** Makes it readable when {@code waited} is, or has an error. */
    public void add(int waited) throws ErrnoException {
        add(waited, Eventpoll.EPOLLIN);
    }

    /** Makes it readable when one of {@code events}, {@code EPOLL*}, is there on {@code waited}. */
    public void add(int waited, int events) throws ErrnoException {
        EpollEvents.put(event, 0, events, waited);
        int result = fd.syscalls().epollCtl(fd.fd(), Eventpoll.EPOLL_CTL_ADD, waited, event.address());
        if (result < 0) {
            throw ErrnoException.of(result, "epoll_ctl(" + fd + ", EPOLL_CTL_ADD, fd=" + waited + ")", hint(-result));
        }
    }

    private static String hint(int errno) {
        if (errno == Errno.ENOSPC) {
            return "this user waits for too many descriptors: raise fs.epoll.max_user_watches";
        }
        return errno == Errno.EPERM ? "this kind of file cannot be waited for" : FdLimits.hint(errno);
    }

    /** Stops waiting for a descriptor. Does nothing if it is not there. */
    public void remove(int waited) {
        fd.syscalls().epollCtl(fd.fd(), Eventpoll.EPOLL_CTL_DEL, waited, 0);
    }

    /** Closes it, not what it waits for. */
    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return "Epoll(" + fd + ")";
    }
}
