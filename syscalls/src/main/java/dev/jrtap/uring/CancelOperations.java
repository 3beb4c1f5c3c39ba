// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;

/**
 * Ending operations early: a canceled operation completes with {@code -ECANCELED}, or with {@code -EINTR} if it was
 * running.
 *
 * <p>The methods that cancel one complete with 0; with {@code -ENOENT} if there is none; or with {@code -EALREADY} if
 * it can no longer be canceled, and will complete by itself. Methods that cancel all complete with the number of
 * operations. Only operations of the same ring are found.
 */
public interface CancelOperations extends SqeFields {

    /** Cancels one operation with this {@code userData} that was claimed before this. Since Linux 5.5. */
    default Sqe cancel(long userData) {
        return operation(IoUring.IORING_OP_ASYNC_CANCEL, -1).put64(IoUringSqe.ADDR, userData);
    }

    /**
     * Cancels all operations with this {@code userData}. Since Linux 5.19.
     *
     * <p>Takes one more entry for each of them that was given memory, because the kernel knows each of those under a
     * number of its own. Options set on the returned entry, such as {@link Sqe#drain}, hold for the last of the
     * entries. There is one completion.
     *
     * @throws IllegalStateException if there are not as many entries
     */
    Sqe cancelAll(long userData);

    /** Cancels all operations of the ring, except for those that wait for a preceding entry. Since Linux 5.19. */
    default Sqe cancelAll() {
        return operation(IoUring.IORING_OP_ASYNC_CANCEL, -1)
                .put32(IoUringSqe.CANCEL_FLAGS, IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_ANY);
    }

    /** Cancels all operations on the file behind {@code fd}, as is needed before it is closed. Since Linux 5.19. */
    default Sqe cancelFd(int fd) {
        return operation(IoUring.IORING_OP_ASYNC_CANCEL, fd)
                .put32(IoUringSqe.CANCEL_FLAGS, IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_FD);
    }

    /**
     * Cancels all operations on the file behind {@code fd} that have this {@code userData}. Takes as many entries as
     * {@link #cancelAll(long)}. Since Linux 6.6; older kernels do not look at the user data.
     */
    Sqe cancelFd(int fd, long userData);

    /** Cancels all operations on the registered file at {@code slot}. Since Linux 6.0. */
    default Sqe cancelFixedFile(int slot) {
        return operation(IoUring.IORING_OP_ASYNC_CANCEL, slot)
                .put32(
                        IoUringSqe.CANCEL_FLAGS,
                        IoUring.IORING_ASYNC_CANCEL_ALL
                                | IoUring.IORING_ASYNC_CANCEL_FD
                                | IoUring.IORING_ASYNC_CANCEL_FD_FIXED);
    }

    /** Cancels all operations of one kind. Since Linux 6.6. */
    default Sqe cancelAll(Operation operation) {
        return unsafe().operation(IoUring.IORING_OP_ASYNC_CANCEL, -1, 0, operation.opcode(), 0)
                .put32(IoUringSqe.CANCEL_FLAGS, IoUring.IORING_ASYNC_CANCEL_ALL | IoUring.IORING_ASYNC_CANCEL_OP);
    }
}
