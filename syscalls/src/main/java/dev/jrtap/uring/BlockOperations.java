// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Blkdev;
import dev.jrtap.bindings.Fs;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringAttrPi;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import java.util.Objects;

/**
 * Operations of block devices beyond reading and writing.
 *
 * <p>Source: linux/blkdev.h; struct io_uring_attr_pi.
 */
public interface BlockOperations extends SqeFields {

    /**
     * Discards {@code length} bytes of a block device from {@code offset} on, as ioctl BLKDISCARD: the device may
     * forget them. Both are multiples of the device's block. Since Linux 6.12; {@code -EOPNOTSUPP} if the file is no
     * block device or cannot discard.
     */
    default Sqe discard(int fd, long offset, long length) {
        Check.notNegative("offset", offset);
        Check.notNegative("length", length);
        return operation(IoUring.IORING_OP_URING_CMD, fd)
                .put32(IoUringSqe.CMD_OP, Blkdev.BLOCK_URING_CMD_DISCARD)
                .put64(IoUringSqe.ADDR, offset)
                .put64(IoUringSqe.ADDR3, length);
    }

    /** Resets the write pointers of all zones of a zoned block device. Since Linux 7.1. */
    default Sqe resetAllZones(int fd) {
        return operation(IoUring.IORING_OP_URING_CMD, fd)
                .put32(IoUringSqe.CMD_OP, Blkdev.BLOCK_URING_CMD_ZONE_RESET_ALL);
    }

    /**
     * Protection information of the blocks that a transfer moves.
     *
     * @param tuples the protection tuples of all blocks in sequence; filled in by a read, and the kernel's until the
     *     completion
     * @param checks what the device verifies: {@code IO_INTEGRITY_CHK_*} of {@link Fs}
     * @param applicationTag the tag to verify, 0..65535
     * @param seed the reference tag of the first block
     */
    record Protection(Memory tuples, int checks, int applicationTag, long seed) {

        /** Refuses a tag that has more than 16 bits. */
        public Protection {
            Objects.requireNonNull(tuples, "the memory of the tuples");
            Check.unsigned16("applicationTag", applicationTag);
        }
    }

    /**
     * Reads blocks and their protection information. Since Linux 6.14, see {@link RingFeature#RW_ATTR}; from a file
     * opened O_DIRECT on a device that keeps protection information, otherwise {@code -EINVAL}.
     */
    default Sqe readProtected(int fd, Memory buffer, long offset, Protection protection) {
        return transfer(IoUring.IORING_OP_READ, fd, buffer, offset, protection);
    }

    /** Writes blocks and their protection information; see {@link #readProtected}. */
    default Sqe writeProtected(int fd, Memory buffer, long offset, Protection protection) {
        return transfer(IoUring.IORING_OP_WRITE, fd, buffer, offset, protection);
    }

    private Sqe transfer(int opcode, int fd, Memory buffer, long offset, Protection protection) {
        Memory attribute = scratch(IoUringAttrPi.SIZEOF);
        attribute.zero(0, IoUringAttrPi.SIZEOF);
        attribute.putI16(IoUringAttrPi.FLAGS, protection.checks());
        attribute.putI16(IoUringAttrPi.APP_TAG, protection.applicationTag());
        attribute.putI32(IoUringAttrPi.LEN, protection.tuples().size());
        attribute.putI64(IoUringAttrPi.ADDR, protection.tuples().address());
        attribute.putI64(IoUringAttrPi.SEED, protection.seed());
        return operation(opcode, fd, buffer, 0, buffer.size(), Check.offset(offset))
                .put64(IoUringSqe.ATTR_PTR, attribute.address())
                .put64(IoUringSqe.ATTR_TYPE_MASK, IoUring.IORING_RW_ATTR_FLAG_PI)
                .keepAlive(protection.tuples());
    }
}
