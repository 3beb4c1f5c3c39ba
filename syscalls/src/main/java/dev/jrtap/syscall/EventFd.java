// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Eventfd;
import dev.jrtap.memory.Memory;
import java.io.UncheckedIOException;

/**
 * A counter in the kernel that can be polled, to wake a thread that sleeps in poll(2).
 *
 * <p>Threads: {@link #signal} and {@link #close} from any thread; {@link #clear} from the one that waits.
 *
 * <p>Source: eventfd(2).
 */
public final class EventFd implements AutoCloseable {

    private final Fd fd;
    private final Memory one = Memory.allocate(Long.BYTES);
    private final Memory count = Memory.allocate(Long.BYTES);

    private EventFd(Fd fd) {
        this.fd = fd;
        one.putI64(0, 1);
    }

    /** Like {@link #open(Syscalls)}, with the real system calls. */
    public static EventFd open() throws ErrnoException {
        return open(Syscalls.libc());
    }

    /** A counter at zero, non-blocking, closed on exec. */
    public static EventFd open(Syscalls sys) throws ErrnoException {
        int result = sys.eventfd(0, Eventfd.EFD_CLOEXEC | Eventfd.EFD_NONBLOCK);
        if (result < 0) {
            throw ErrnoException.of(result, "eventfd(0, EFD_CLOEXEC|EFD_NONBLOCK)", FdLimits.hint(-result));
        }
        return new EventFd(Fd.own(sys, result));
    }

    /** Returns the descriptor's number, for poll(2). */
    public int fd() {
        return fd.fd();
    }

    /**
     * Adds one: the descriptor becomes readable. Does nothing once it is closed.
     *
     * <p>A counter that is full is readable already, so EAGAIN is no loss.
     *
     * @throws UncheckedIOException if write(2) fails otherwise: a thread that sleeps may not have been woken
     */
    public synchronized void signal() {
        if (!fd.isOpen()) {
            return;
        }
        long result = fd.syscalls().write(fd.fd(), one.address(), Long.BYTES);
        if (result < 0 && result != -Errno.EAGAIN) {
            throw new UncheckedIOException(ErrnoException.of(
                    result,
                    "write(" + fd + ", 1)",
                    "the eventfd was closed or replaced by another part of the program"));
        }
    }

    /** Resets the counter to zero, and returns its former value. */
    public long clear() {
        long result = fd.syscalls().read(fd.fd(), count.address(), Long.BYTES);
        return result == Long.BYTES ? count.getI64(0) : 0;
    }

    /**
     * Closes it. Excludes {@link #signal}, which otherwise might write into another file that has the number by then.
     */
    @Override
    public synchronized void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return "EventFd(" + fd + ")";
    }
}
