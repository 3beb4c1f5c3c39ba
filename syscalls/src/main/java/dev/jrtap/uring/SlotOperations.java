// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/** Closing files, and what goes into and out of the ring's table of registered files. */
public interface SlotOperations extends SqeFields {

    /** Any free slot of the table of registered files: the kernel picks one and completes with it. Since Linux 5.19. */
    int ANY_SLOT = IoUring.IORING_FILE_INDEX_ALLOC;

    /** Closes a file descriptor, as close(2); {@code -EBADF} also for that of a ring. Since Linux 5.6. */
    default Sqe close(int fd) {
        return operation(IoUring.IORING_OP_CLOSE, fd);
    }

    /**
     * Takes a file out of the table of registered files; it is closed when no operation uses it, and before Linux 6.13
     * possibly later, see {@link FixedFiles}. Since Linux 5.15.
     *
     * @param slot where it is; {@code -EBADF} if that is empty
     * @throws IllegalStateException if no table is registered
     * @throws IndexOutOfBoundsException if the slot is outside the table
     */
    default Sqe closeSlot(int slot) {
        if (slot < 0) {
            throw new IllegalArgumentException("slot must not be negative: " + slot);
        }
        // The descriptor must be 0 when a slot is given.
        return operation(IoUring.IORING_OP_CLOSE, 0).put32(IoUringSqe.FILE_INDEX, slot + 1);
    }

    /**
     * Puts files into the table of registered files, in place of what is there; completes with how many. Since Linux
     * 5.6.
     *
     * @param slot the first, or {@link #ANY_SLOT}: then the kernel picks free ones, and writes them
     *     over the descriptors (since Linux 6.0)
     * @param descriptors array of {@code int}: a descriptor, -1 to empty the slot, -2 to leave it as it is. The
     *     kernel's until completion
     * @param count descriptors in it
     */
    default Sqe filesUpdate(int slot, Memory descriptors, int count) {
        if (slot < ANY_SLOT) {
            throw new IllegalArgumentException("slot must be 0 or more, or ANY_SLOT: " + slot);
        }
        long address = descriptors.address();
        if (count < 0 || descriptors.size() / Integer.BYTES < count) {
            throw new IllegalArgumentException("no " + count + " descriptors in " + descriptors);
        }
        return unsafe().operation(IoUring.IORING_OP_FILES_UPDATE, -1, address, count, Integer.toUnsignedLong(slot))
                .keepAlive(descriptors);
    }

    /**
     * Makes a file descriptor for a registered file, which stays registered; completes with it. Since Linux 6.8.
     *
     * @param slot of the registered file; {@code -EBADF} if no file is there
     * @param flags {@link IoUring#IORING_FIXED_FD_NO_CLOEXEC}, or 0: closed on exec
     */
    default Sqe fixedFdInstall(int slot, int flags) {
        return operation(IoUring.IORING_OP_FIXED_FD_INSTALL, slot)
                .put32(IoUringSqe.INSTALL_FD_FLAGS, flags)
                .fixedFile();
    }
}
