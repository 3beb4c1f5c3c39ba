// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;

/** Operations that change more than their entry, which the ring must know of before the kernel does. */
final class SpecialOperations {

    private SpecialOperations() {}

    // Comparisons, and no table: nearly every call names its opcode, and then nothing is left of them.
    static boolean contains(int opcode) {
        return isLarge(opcode) || isZeroCopy(opcode) || opcode == IoUring.IORING_OP_MSG_RING || mayEndOwn(opcode);
    }

    /** Whether it may end an operation of the ring's own. */
    private static boolean mayEndOwn(int opcode) {
        return opcode == IoUring.IORING_OP_ASYNC_CANCEL || opcode == IoUring.IORING_OP_POLL_REMOVE;
    }

    /** Whether it takes an entry of 128 bytes. */
    static boolean isLarge(int opcode) {
        return opcode == IoUring.IORING_OP_NOP128 || opcode == IoUring.IORING_OP_URING_CMD128;
    }

    /** Whether it has a second completion, which tells that the kernel uses its memory no more. */
    static boolean isZeroCopy(int opcode) {
        return opcode == IoUring.IORING_OP_SEND_ZC || opcode == IoUring.IORING_OP_SENDMSG_ZC;
    }

    /** One of them, on the file {@code fd}, is on its way to the kernel. */
    static void begin(UnderWay underWay, int opcode, int fd) {
        if (isLarge(opcode)) {
            return;
        }
        if (isZeroCopy(opcode)) {
            // One completion or two, which their flags do not always tell apart.
            underWay.estimate();
        } else if (opcode == IoUring.IORING_OP_MSG_RING) {
            MessagedNumbers.add(fd);
        } else if (mayEndOwn(opcode)) {
            underWay.expectOwn();
        }
    }
}
