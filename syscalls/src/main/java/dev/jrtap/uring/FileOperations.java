// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Fadvise;
import dev.jrtap.bindings.Falloc;
import dev.jrtap.bindings.Fs;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Mman;
import dev.jrtap.memory.Memory;

/** Operations on open files, and on memory. Each completes with 0, or with {@code -errno}. */
public interface FileOperations extends SlotOperations {

    /** Puts the file's data and metadata on stable storage, as fsync(2). */
    default Sqe fsync(int fd) {
        return fsync(fd, 0, 0);
    }

    /**
     * Puts a part of the file on stable storage; a file system may well do more.
     *
     * @param offset where it begins, in bytes
     * @param length its bytes; 0 with an offset of 0 is the whole file
     */
    default Sqe fsync(int fd, long offset, int length) {
        return unsafe().operation(
                        IoUring.IORING_OP_FSYNC,
                        fd,
                        0,
                        Check.notNegative("length", length),
                        Check.notNegative("offset", offset));
    }

    /** Puts the file's data, and what of the metadata is needed to find it, on stable storage, as fdatasync(2). */
    default Sqe fdatasync(int fd) {
        return fdatasync(fd, 0, 0);
    }

    /** Like {@link #fdatasync(int)}, for a part of the file as in {@link #fsync(int, long, int)}. */
    default Sqe fdatasync(int fd, long offset, int length) {
        return fsync(fd, offset, length).put32(IoUringSqe.FSYNC_FLAGS, IoUring.IORING_FSYNC_DATASYNC);
    }

    /**
     * Starts writing changed pages to the device, or waits for it, as sync_file_range(2). No metadata is written: no
     * promise that the data is found after a crash. Since Linux 5.2.
     *
     * @param length bytes from {@code offset} on; 0 is up to the end
     * @param flags {@code SYNC_FILE_RANGE_*} of {@link Fs}
     */
    default Sqe syncFileRange(int fd, long offset, int length, int flags) {
        return unsafe().operation(
                        IoUring.IORING_OP_SYNC_FILE_RANGE,
                        fd,
                        0,
                        Check.notNegative("length", length),
                        Check.notNegative("offset", offset))
                .put32(IoUringSqe.SYNC_RANGE_FLAGS, flags);
    }

    /**
     * Reserves, frees or clears space of a file, as fallocate(2). Since Linux 5.6.
     *
     * @param mode {@code FALLOC_FL_*} of {@link Falloc}, or 0 to reserve space and let the file grow
     * @param offset where the space begins, in bytes, 0 or more
     * @param length its bytes, more than 0
     */
    default Sqe fallocate(int fd, int mode, long offset, long length) {
        return unsafe().operation(
                        IoUring.IORING_OP_FALLOCATE,
                        fd,
                        Check.notNegative("length", length),
                        mode,
                        Check.notNegative("offset", offset));
    }

    /**
     * Cuts or extends a file, which must be open for writing, as ftruncate(2). Since Linux 6.9.
     *
     * @param length bytes it will have
     */
    default Sqe ftruncate(int fd, long length) {
        Check.notNegative("length", length);
        return operation(IoUring.IORING_OP_FTRUNCATE, fd).put64(IoUringSqe.OFF, length);
    }

    /**
     * Says how a part of a file will be used, as posix_fadvise(2). Since Linux 5.6.
     *
     * @param length bytes from {@code offset} on, 0 is up to the end; more than 4 GiB since Linux 6.11, {@code -EINVAL}
     *     before
     * @param advice {@code POSIX_FADV_*} of {@link Fadvise}
     */
    default Sqe fadvise(int fd, long offset, long length, int advice) {
        Check.notNegative("offset", offset);
        Check.notNegative("length", length);
        return operation(IoUring.IORING_OP_FADVISE, fd)
                .put64(IoUringSqe.OFF, offset)
                .put32(IoUringSqe.LEN, (int) length)
                .put64(IoUringSqe.ADDR, lengthBeyond32Bits(length))
                .put32(IoUringSqe.FADVISE_ADVICE, advice);
    }

    /**
     * Says how memory will be used, as madvise(2), or asks for something to be done with it. Since Linux 5.6.
     *
     * @param memory from the start of a page on
     * @param advice {@code MADV_*} of {@link Mman}
     */
    default Sqe madvise(Memory memory, int at, int length, int advice) {
        return operation(IoUring.IORING_OP_MADVISE, -1, memory, at, length, 0).put32(IoUringSqe.FADVISE_ADVICE, advice);
    }

    /** Returns what goes into the field for 64 bits: older kernels want it 0, newer ones look there first. */
    private static long lengthBeyond32Bits(long length) {
        return length >>> Integer.SIZE == 0 ? 0 : length;
    }
}
