// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;

/** Doing nothing, and telling other rings. */
public interface RingOperations extends SqeFields {

    /** Does nothing, and completes with 0. */
    default Sqe nop() {
        return operation(IoUring.IORING_OP_NOP, -1);
    }

    /**
     * Does nothing, and completes with {@code result}; a negative one is a failure, which ends a link. Since Linux
     * 6.10.
     */
    default Sqe nop(int result) {
        return nop().put32(IoUringSqe.LEN, result).put32(IoUringSqe.NOP_FLAGS, IoUring.IORING_NOP_INJECT_RESULT);
    }

    /**
     * Does nothing with a file: completes with 0 if {@code fd} is open, otherwise with {@code -EBADF}. Since Linux
     * 6.13.
     */
    default Sqe nopFile(int fd) {
        return operation(IoUring.IORING_OP_NOP, fd).put32(IoUringSqe.NOP_FLAGS, IoUring.IORING_NOP_FILE);
    }

    /** Does nothing with the registered file at {@code slot}. Since Linux 6.13. */
    default Sqe nopFixedFile(int slot) {
        return operation(IoUring.IORING_OP_NOP, slot)
                .put32(IoUringSqe.NOP_FLAGS, IoUring.IORING_NOP_FILE | IoUring.IORING_NOP_FIXED_FILE);
    }

    /**
     * Does nothing with the registered buffer {@code bufferIndex}: completes with 0, or {@code -EFAULT}. Since Linux
     * 6.13.
     */
    default Sqe nopFixedBuffer(int bufferIndex) {
        Check.unsigned16("bufferIndex", bufferIndex);
        return nop().put16(IoUringSqe.BUF_INDEX, bufferIndex)
                .put32(IoUringSqe.NOP_FLAGS, IoUring.IORING_NOP_FIXED_BUFFER);
    }

    /**
     * Does nothing, and completes with 32 bytes on a ring with {@link SetupFlag#CQE32} or {@link SetupFlag#CQE_MIXED}.
     * Since Linux 6.18.
     *
     * @param word0 what {@link CompletionQueue#extra} will return for word 0
     * @param word1 what {@link CompletionQueue#extra} will return for word 1
     */
    default Sqe nopLarge(long word0, long word1) {
        return nop().put64(IoUringSqe.OFF, word0)
                .put64(IoUringSqe.ADDR, word1)
                .put32(IoUringSqe.NOP_FLAGS, IoUring.IORING_NOP_CQE32);
    }

    /**
     * Does nothing in an entry of 128 bytes, see {@link SubmissionQueue#claim128}, and completes with 0. Since Linux
     * 6.19.
     */
    default Sqe nop128() {
        return operation(IoUring.IORING_OP_NOP128, -1);
    }

    /**
     * Posts a completion on another ring: this one completes with 0, or with {@code -EOVERFLOW} if there is no room, or
     * {@code -EBADFD} if the other ring has not been driven yet. Since Linux 5.18.
     *
     * @param ringFd descriptor of the other ring
     * @param result the other completion's result
     * @param userData its user data; not -16 to -1, which would look like the other ring's own
     */
    default Sqe msgRing(int ringFd, int result, long userData) {
        return unsafe().operation(
                        IoUring.IORING_OP_MSG_RING,
                        ringFd,
                        IoUring.IORING_MSG_DATA,
                        result,
                        UserData.checked(userData));
    }

    /** Posts a completion on a ring of this process; see {@link #msgRing(int, int, long)}. */
    default Sqe msgRing(MessageTarget target, int result, long userData) {
        return msgRing(target.messageFd(), result, userData);
    }

    /**
     * Posts a completion with {@code flags} on another ring. Since Linux 6.3.
     *
     * @param flags the other completion's flags; they look as if the kernel had set them
     */
    default Sqe msgRing(int ringFd, int result, long userData, int flags) {
        return msgRing(ringFd, result, userData)
                .put32(IoUringSqe.MSG_RING_FLAGS, IoUring.IORING_MSG_RING_FLAGS_PASS)
                .put32(IoUringSqe.FILE_INDEX, flags);
    }

    /** Posts a completion with {@code flags} on a ring of this process; see {@link #msgRing(int, int, long, int)}. */
    default Sqe msgRing(MessageTarget target, int result, long userData, int flags) {
        return msgRing(target.messageFd(), result, userData, flags);
    }

    /**
     * Puts a registered file of this ring into the table of another one too, and posts a completion there: both have 0,
     * or the slot for {@link SlotOperations#ANY_SLOT}. Since Linux 6.0.
     *
     * @param ringFd descriptor of the other ring
     * @param slot of the file here
     * @param targetSlot the slot there, or {@link SlotOperations#ANY_SLOT}
     * @param userData the other completion's user data
     * @param flags {@code IORING_MSG_RING_CQE_SKIP}: none is posted there; or 0
     */
    default Sqe msgRingFile(int ringFd, int slot, int targetSlot, long userData, int flags) {
        int field = FixedSlot.field(targetSlot);
        return unsafe().operation(
                        IoUring.IORING_OP_MSG_RING, ringFd, IoUring.IORING_MSG_SEND_FD, 0, UserData.checked(userData))
                .put64(IoUringSqe.ADDR3, slot)
                .put32(IoUringSqe.FILE_INDEX, field)
                .put32(IoUringSqe.MSG_RING_FLAGS, flags);
    }

    /**
     * Puts a registered file into the table of a ring of this process; see
     * {@link #msgRingFile(int, int, int, long, int)}.
     */
    default Sqe msgRingFile(MessageTarget target, int slot, int targetSlot, long userData, int flags) {
        if (targetSlot < SlotOperations.ANY_SLOT || targetSlot >= target.fileSlots()) {
            throw new IndexOutOfBoundsException(
                    "targetSlot " + targetSlot + " of a table of " + target.fileSlots() + " files");
        }
        return msgRingFile(target.messageFd(), slot, targetSlot, userData, flags);
    }
}
