// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSyncCancelReg;
import dev.jrtap.bindings.KernelTimespec;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Timespec;

/**
 * Ending operations early by a system call that returns when they are over, and takes no entry. Their completions come
 * with {@code -ECANCELED}, as with {@link Operations#cancel}; claimed entries that were not submitted yet are not
 * found.
 *
 * <p>Each method says whether it found something. It waits at most {@code timeoutNanos} for the found operations to
 * end, or without limit if that is {@link Long#MAX_VALUE}. When the time is up, it throws an {@link ErrnoException}
 * with ETIME.
 *
 * <p>Threads: those of {@link Registrations}. Since Linux 6.0.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_SYNC_CANCEL.
 */
public final class Cancellation {

    private static final int NO_FILE = -1;

    private final RegisterCall ring;
    private final UnderWay underWay;

    Cancellation(RegisterCall ring, UnderWay underWay) {
        this.ring = ring;
        this.underWay = underWay;
    }

    /** Returns the first operation with this {@code userData}. */
    public boolean first(long userData, long timeoutNanos) throws ErrnoException {
        return cancel(ring.lent().knownAs(UserData.checked(userData)), NO_FILE, 0, timeoutNanos);
    }

    /** Every operation with this {@code userData}. */
    public boolean all(long userData, long timeoutNanos) throws ErrnoException {
        int flags = IoUring.IORING_ASYNC_CANCEL_ALL;
        boolean found = cancel(UserData.checked(userData), NO_FILE, flags, timeoutNanos);
        // Those that were given memory each have a number of their own.
        long token = 0;
        for (int i = ring.lent().count(userData); i > 0; i--) {
            token = ring.lent().tokenAfter(token, userData);
            found |= cancel(token, NO_FILE, flags, timeoutNanos);
        }
        return found;
    }

    /** Every operation on the descriptor {@code fd}, unless it was named by a position of {@link FixedFiles}. */
    public boolean allOnFile(int fd, long timeoutNanos) throws ErrnoException {
        return cancel(0, fd, IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_FD, timeoutNanos);
    }

    /** Every operation on the file at {@code slot} of {@link FixedFiles}, if it was named by that. */
    public boolean allOnFixedFile(int slot, long timeoutNanos) throws ErrnoException {
        int flags =
                IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_FD | IoUring.IORING_ASYNC_CANCEL_FD_FIXED;
        return cancel(0, Check.notNegative("slot", slot), flags, timeoutNanos);
    }

    /** Every operation of one kind. Since Linux 6.6. */
    public boolean allOfKind(Operation operation, long timeoutNanos) throws ErrnoException {
        int flags = IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_OP;
        Memory argument = argument(0, NO_FILE, flags, timeoutNanos);
        argument.putI8(IoUringSyncCancelReg.OPCODE, operation.opcode());
        return perform(argument, flags);
    }

    /** Every operation of the ring, including the poll that wakes it, which is started again. */
    public boolean everything(long timeoutNanos) throws ErrnoException {
        return cancel(0, NO_FILE, IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_ANY, timeoutNanos);
    }

    /** Cancels everything and does not wait; {@code false} if the kernel cannot or may not. */
    static boolean tryEverything(RingFd ring) {
        int flags = IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_ANY;
        int result = ring.tryRegister(IoUring.IORING_REGISTER_SYNC_CANCEL, argument(0, NO_FILE, flags, 0), 1);
        return result >= 0
                || result == -Errno.ENOENT
                || result == -Errno.ETIME
                || result == -Errno.EALREADY
                || result == -Errno.EINTR;
    }

    private boolean cancel(long userData, int fd, int flags, long timeoutNanos) throws ErrnoException {
        return perform(argument(userData, fd, flags, timeoutNanos), flags);
    }

    private static Memory argument(long userData, int fd, int flags, long timeoutNanos) {
        if (timeoutNanos < 0) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeoutNanos);
        }
        Memory argument = Memory.allocate(IoUringSyncCancelReg.SIZEOF);
        argument.putI64(IoUringSyncCancelReg.ADDR, userData);
        argument.putI32(IoUringSyncCancelReg.FD, fd);
        argument.putI32(IoUringSyncCancelReg.FLAGS, flags);
        int timeout = IoUringSyncCancelReg.TIMEOUT;
        if (timeoutNanos == Long.MAX_VALUE) {
            argument.putI64(timeout + KernelTimespec.TV_SEC, -1);
            argument.putI64(timeout + KernelTimespec.TV_NSEC, -1);
        } else {
            Timespec.put(argument, timeout, timeoutNanos);
        }
        return argument;
    }

    private boolean perform(Memory argument, int flags) throws ErrnoException {
        ring.checkMayRegister();
        underWay.expectOwn();
        try {
            int found = ring.fd()
                    .register(
                            RegisterOperation.SYNC_CANCEL,
                            "user data=" + argument.getI64(IoUringSyncCancelReg.ADDR) + ", fd="
                                    + argument.getI32(IoUringSyncCancelReg.FD) + ", flags=0x"
                                    + Integer.toHexString(flags),
                            argument,
                            1);
            // Asked for all, the kernel says how many; asked for one, 0 or ENOENT.
            return (flags & IoUring.IORING_ASYNC_CANCEL_ALL) == 0 || found > 0;
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }
}
