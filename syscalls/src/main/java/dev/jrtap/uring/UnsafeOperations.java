// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;

/**
 * Operations on memory that is named by its address: for memory that is no {@link dev.jrtap.memory.Memory}, and for
 * paths where an object per buffer costs too much.
 *
 * <p>Nothing is checked, and nothing is kept reachable: the memory must stay allocated until the operation's last
 * completion, or until {@link Ring#close} has returned. A wrong address corrupts memory. Each method is like the one of
 * the same name in {@link Operations}.
 */
public interface UnsafeOperations {

    /**
     * Sets the opcode, {@code IORING_OP_*}, the file, or -1, and the address, length and offset that most operations
     * have; every other field becomes 0. See {@link SqeFields} for the form with memory by object.
     */
    Sqe operation(int opcode, int fd, long address, int length, long offset);

    /** See {@link TransferOperations#read}. */
    default Sqe read(int fd, long address, int length, long offset) {
        return operation(IoUring.IORING_OP_READ, fd, address, length, offset);
    }

    /** See {@link TransferOperations#write}. */
    default Sqe write(int fd, long address, int length, long offset) {
        return operation(IoUring.IORING_OP_WRITE, fd, address, length, offset);
    }

    /** See {@link TransferOperations#readFixed}. */
    default Sqe readFixed(int fd, long address, int length, long offset, int bufferIndex) {
        return ofBuffer(operation(IoUring.IORING_OP_READ_FIXED, fd, address, length, offset), bufferIndex);
    }

    /** See {@link TransferOperations#writeFixed}. */
    default Sqe writeFixed(int fd, long address, int length, long offset, int bufferIndex) {
        return ofBuffer(operation(IoUring.IORING_OP_WRITE_FIXED, fd, address, length, offset), bufferIndex);
    }

    /** The operation has set the index 0. */
    private static Sqe ofBuffer(Sqe entry, int bufferIndex) {
        return bufferIndex == 0 ? entry : entry.put16(IoUringSqe.BUF_INDEX, bufferIndex);
    }

    /** See {@link SendReceiveOperations#send}. */
    default Sqe send(int fd, long address, int length, int flags) {
        return operation(IoUring.IORING_OP_SEND, fd, address, length, 0).put32(IoUringSqe.MSG_FLAGS, flags);
    }

    /** See {@link SendReceiveOperations#recv}. */
    default Sqe recv(int fd, long address, int length, int flags) {
        return operation(IoUring.IORING_OP_RECV, fd, address, length, 0).put32(IoUringSqe.MSG_FLAGS, flags);
    }

    /** See {@link ZeroCopyOperations#sendZc}. */
    default Sqe sendZc(int fd, long address, int length, int flags, int ringFlags) {
        return operation(IoUring.IORING_OP_SEND_ZC, fd, address, length, 0)
                .put32(IoUringSqe.MSG_FLAGS, flags)
                .put16(IoUringSqe.IOPRIO, ringFlags);
    }

    /** See {@link BufferOperations#provideBuffers}. */
    default Sqe provideBuffers(long address, int length, int count, int group, int firstId) {
        return operation(IoUring.IORING_OP_PROVIDE_BUFFERS, count, address, length, firstId)
                .put16(IoUringSqe.BUF_GROUP, group);
    }

    /**
     * See {@link FileOperations#madvise}.
     *
     * @param length bytes; more than 4 GiB since Linux 6.11, {@code -EINVAL} before
     */
    default Sqe madvise(long address, long length, int advice) {
        return operation(
                        IoUring.IORING_OP_MADVISE, -1, address, (int) length, length >>> Integer.SIZE == 0 ? 0 : length)
                .put32(IoUringSqe.FADVISE_ADVICE, advice);
    }

    /** See {@link FutexOperations#futexWait}. */
    default Sqe futexWait(long address, long expected, long mask, int flags) {
        return operation(IoUring.IORING_OP_FUTEX_WAIT, flags, address, 0, expected)
                .put64(IoUringSqe.ADDR3, mask);
    }

    /** See {@link FutexOperations#futexWake}. */
    default Sqe futexWake(long address, int count, long mask, int flags) {
        return operation(IoUring.IORING_OP_FUTEX_WAKE, flags, address, 0, count).put64(IoUringSqe.ADDR3, mask);
    }
}
