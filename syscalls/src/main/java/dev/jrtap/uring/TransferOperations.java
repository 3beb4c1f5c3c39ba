// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.IoVectors;

/**
 * Moving bytes between files and memory.
 *
 * <p>Each completes with the number of bytes moved, which may be fewer than asked for, or with {@code -errno}. Until
 * then the memory is the kernel's, and kept reachable. Fewer than asked for counts as a failure to {@link Sqe#link}.
 */
public interface TransferOperations extends SqeFields {

    /**
     * Offset that stands for the file's own position, which the transfer moves on, as read(2) does. Transfers that are
     * under way at the same time move it in no particular order. Since Linux 5.6.
     */
    long FILE_POSITION = -1;

    /** Reads at most as much as {@code buffer} holds, as pread(2); completes with 0 at the end of the file. */
    default Sqe read(int fd, Memory buffer, long offset) {
        return read(fd, buffer, 0, buffer.size(), offset);
    }

    /**
     * Reads at most {@code length} bytes to the position {@code at} of {@code buffer}, as pread(2).
     *
     * @param offset position in the file, or {@link #FILE_POSITION}; 0 for a file without positions, as a tap queue
     */
    default Sqe read(int fd, Memory buffer, int at, int length, long offset) {
        return operation(IoUring.IORING_OP_READ, fd, buffer, at, length, Check.offset(offset));
    }

    /**
     * Reads into a buffer of {@code bufferGroup}, which the completion names, taken when there is something to be read.
     *
     * @param limit bytes at most, or 0 for as many as the buffer has
     */
    default Sqe readProvided(int fd, int limit, long offset, int bufferGroup) {
        return unsafe().operation(
                        IoUring.IORING_OP_READ, fd, 0, Check.notNegative("limit", limit), Check.offset(offset))
                .bufferSelect(bufferGroup);
    }

    /** Writes all of {@code buffer}, as pwrite(2). */
    default Sqe write(int fd, Memory buffer, long offset) {
        return write(fd, buffer, 0, buffer.size(), offset);
    }

    /** Writes {@code length} bytes from the position {@code at} of {@code buffer} on, as pwrite(2). */
    default Sqe write(int fd, Memory buffer, int at, int length, long offset) {
        return operation(IoUring.IORING_OP_WRITE, fd, buffer, at, length, Check.offset(offset));
    }

    /** Reads into the pieces of {@code vectors} in turn, as preadv(2). The vectors can be changed at once. */
    default Sqe readv(int fd, IoVectors vectors, long offset) {
        return Vectors.operation(this, IoUring.IORING_OP_READV, fd, vectors, Check.offset(offset));
    }

    /** Writes the pieces of {@code vectors} in turn, as pwritev(2). The vectors can be changed at once. */
    default Sqe writev(int fd, IoVectors vectors, long offset) {
        return Vectors.operation(this, IoUring.IORING_OP_WRITEV, fd, vectors, Check.offset(offset));
    }

    /**
     * Like {@link #read}, into a part of a registered buffer, whose pages the kernel need not look up.
     *
     * @param buffer memory that is registered, or a part of it
     * @param bufferIndex its position in the table of registered buffers; {@code -EFAULT} if there is none, or if the
     *     part is not inside it
     */
    default Sqe readFixed(int fd, Memory buffer, int at, int length, long offset, int bufferIndex) {
        return operation(IoUring.IORING_OP_READ_FIXED, fd, buffer, at, length, Check.offset(offset), bufferIndex);
    }

    /** Like {@link #write}, from a part of a registered buffer; see {@link #readFixed}. */
    default Sqe writeFixed(int fd, Memory buffer, int at, int length, long offset, int bufferIndex) {
        return operation(IoUring.IORING_OP_WRITE_FIXED, fd, buffer, at, length, Check.offset(offset), bufferIndex);
    }

    /** Like {@link #readv}, into parts of one registered buffer; see {@link #readFixed}. Since Linux 6.15. */
    default Sqe readvFixed(int fd, IoVectors vectors, long offset, int bufferIndex) {
        Check.unsigned16("bufferIndex", bufferIndex);
        return Vectors.operation(this, IoUring.IORING_OP_READV_FIXED, fd, vectors, Check.offset(offset))
                .put16(IoUringSqe.BUF_INDEX, bufferIndex);
    }

    /** Like {@link #writev}, from parts of one registered buffer; see {@link #readFixed}. Since Linux 6.15. */
    default Sqe writevFixed(int fd, IoVectors vectors, long offset, int bufferIndex) {
        Check.unsigned16("bufferIndex", bufferIndex);
        return Vectors.operation(this, IoUring.IORING_OP_WRITEV_FIXED, fd, vectors, Check.offset(offset))
                .put16(IoUringSqe.BUF_INDEX, bufferIndex);
    }

    /**
     * Reads into buffers of {@code bufferGroup}, again and again, one completion each, until an error or a cancel.
     *
     * <p>The file must be pollable and opened O_NONBLOCK. A completion without IORING_CQE_F_MORE is the last: arm
     * again. {@code -ENOBUFS} means that the group was empty; nothing was lost, the data still waits. {@code -EBADFD}
     * means that the file can't be polled.
     *
     * <p>Since Linux 6.7.
     */
    default Sqe readMultishot(int fd, int bufferGroup) {
        return operation(IoUring.IORING_OP_READ_MULTISHOT, fd).bufferSelect(bufferGroup);
    }
}
