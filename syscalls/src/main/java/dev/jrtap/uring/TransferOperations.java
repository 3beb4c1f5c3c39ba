// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;

/**
 * Moving bytes between files and memory.
 *
 * <p>Each completes with the number of bytes moved, which may be fewer than asked for, or with {@code -errno}. The memory is the
 * kernel's until then. Fewer than asked for counts as a failure to {@link Sqe#link}.
 */
public interface TransferOperations extends SqeFields {

    /**
     * Offset that stands for the file's own position, which the transfer moves on, as read(2) does. Transfers that are under way
     * at the same time move it in no particular order. Since Linux 5.6.
     */
    long FILE_POSITION = -1;

    /**
     * Reads at most {@code length} bytes, as pread(2); completes with 0 at the end of the file.
     *
     * @param offset position in the file, or {@link #FILE_POSITION}; 0 for what has none, as a tap queue
     */
    default Sqe read(int fd, long address, int length, long offset) {
        return operation(IoUring.IORING_OP_READ, fd, address, length, offset);
    }

    /** Writes {@code length} bytes, as pwrite(2). */
    default Sqe write(int fd, long address, int length, long offset) {
        return operation(IoUring.IORING_OP_WRITE, fd, address, length, offset);
    }

    /** Reads into the pieces of {@code vectors} in turn, as preadv(2). The vectors can be changed at once. */
    default Sqe readv(int fd, IoVectors vectors, long offset) {
        return operation(IoUring.IORING_OP_READV, fd, vectors.beside(this), vectors.count(), offset);
    }

    /** Writes the pieces of {@code vectors} in turn, as pwritev(2). The vectors can be changed at once. */
    default Sqe writev(int fd, IoVectors vectors, long offset) {
        return operation(IoUring.IORING_OP_WRITEV, fd, vectors.beside(this), vectors.count(), offset);
    }

    /**
     * Like {@link #read}, into a part of a registered buffer, whose pages the kernel need not look up.
     *
     * @param buffer its position in the table of registered buffers; {@code -EFAULT} if there is none, or if the part is not
     *     inside it
     */
    default Sqe readFixed(int fd, long address, int length, long offset, int buffer) {
        return operation(IoUring.IORING_OP_READ_FIXED, fd, address, length, offset)
                .put16(IoUringSqe.BUF_INDEX, buffer);
    }

    /** Like {@link #write}, from a part of a registered buffer; see {@link #readFixed}. */
    default Sqe writeFixed(int fd, long address, int length, long offset, int buffer) {
        return operation(IoUring.IORING_OP_WRITE_FIXED, fd, address, length, offset)
                .put16(IoUringSqe.BUF_INDEX, buffer);
    }

    /** Like {@link #readv}, into parts of one registered buffer; see {@link #readFixed}. Since Linux 6.15. */
    default Sqe readvFixed(int fd, IoVectors vectors, long offset, int buffer) {
        return operation(IoUring.IORING_OP_READV_FIXED, fd, vectors.beside(this), vectors.count(), offset)
                .put16(IoUringSqe.BUF_INDEX, buffer);
    }

    /** Like {@link #writev}, from parts of one registered buffer; see {@link #readFixed}. Since Linux 6.15. */
    default Sqe writevFixed(int fd, IoVectors vectors, long offset, int buffer) {
        return operation(IoUring.IORING_OP_WRITEV_FIXED, fd, vectors.beside(this), vectors.count(), offset)
                .put16(IoUringSqe.BUF_INDEX, buffer);
    }

    /**
     * Reads into buffers of {@code bufferGroup}, again and again, one completion each, until an error or a cancel.
     *
     * <p>The file must be pollable and opened O_NONBLOCK. A completion without IORING_CQE_F_MORE is the last: arm again.
     * {@code -ENOBUFS} means that the group was empty; nothing was lost, what was to be read still waits. {@code -EBADFD} means
     * that the file can't be polled.
     *
     * <p>Since Linux 6.7.
     */
    default Sqe readMultishot(int fd, int bufferGroup) {
        return operation(IoUring.IORING_OP_READ_MULTISHOT, fd).bufferSelect(bufferGroup);
    }

    /**
     * How a transfer differs from an ordinary one, as preadv2(2): appending, without waiting, on stable storage at the end.
     *
     * @param flags {@code RWF_*} of {@link Fs}; {@code -EOPNOTSUPP} if kernel or file do not know one
     */
}
