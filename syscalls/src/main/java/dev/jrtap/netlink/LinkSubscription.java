// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.Rtnetlink;
import dev.jrtap.bindings.SockaddrNl;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import jnr.constants.platform.AddressFamily;

/** A socket to which the kernel sends a message for each change of an interface. */
final class LinkSubscription implements AutoCloseable {

    private final Fd fd;

    private LinkSubscription(Fd fd) {
        this.fd = fd;
    }

    static LinkSubscription open(Syscalls sys) throws ErrnoException {
        Fd fd = RouteSocket.openSocket(sys);
        Memory address = Memory.allocate(SockaddrNl.SIZEOF);
        address.putI16(SockaddrNl.NL_FAMILY, AddressFamily.AF_NETLINK.intValue());
        address.putI32(SockaddrNl.NL_GROUPS, Rtnetlink.RTMGRP_LINK);
        int result = sys.bind(fd.fd(), address.address(), address.size());
        address.keepAlive();
        if (result < 0) {
            fd.close();
            throw ErrnoException.of(result, "bind(" + fd + ", AF_NETLINK, groups=RTMGRP_LINK)", "");
        }
        return new LinkSubscription(fd);
    }

    /** Sleeps until there is a message, or {@code wake} is signalled. */
    void await(EventFd wake) throws ErrnoException {
        PollSet polls = new PollSet(fd.syscalls(), 2);
        polls.add(fd.fd());
        polls.add(wake.fd());
        int result = polls.await(Long.MAX_VALUE);
        if (result < 0) {
            throw ErrnoException.of(result, "ppoll(" + fd + ", fd=" + wake.fd() + ")", "");
        }
    }

    /** Some messages: their bytes, or {@code -errno}; ENOBUFS means that some were dropped before. */
    long receive(Memory buffer) {
        return fd.syscalls().recv(fd.fd(), buffer.address(), buffer.size(), 0);
    }

    /** Discards what waits, and returns whether there was anything. */
    boolean discard(Memory buffer) throws ErrnoException {
        boolean any = false;
        while (true) {
            long received = receive(buffer);
            if (received == -Errno.EAGAIN) {
                return any;
            }
            if (received < 0 && received != -Errno.ENOBUFS) {
                throw ErrnoException.of(received, "recv(" + this + ")", "");
            }
            any = true;
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return fd + ", RTMGRP_LINK";
    }
}
