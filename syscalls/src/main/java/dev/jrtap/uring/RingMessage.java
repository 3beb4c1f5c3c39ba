// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;

/** A completion posted to another ring, by a thread that need not have one. */
final class RingMessage {

    private RingMessage() {}

    static void send(RingFd to, int result, long userData) throws ErrnoException {
        UserData.checked(userData);
        int target = to.descriptor().fd();
        Memory entry = Memory.allocate(IoUringSqe.SIZEOF);
        entry.putI8(IoUringSqe.OPCODE, IoUring.IORING_OP_MSG_RING);
        entry.putI32(IoUringSqe.FD, target);
        entry.putI64(IoUringSqe.ADDR, IoUring.IORING_MSG_DATA);
        entry.putI32(IoUringSqe.LEN, result);
        entry.putI64(IoUringSqe.OFF, userData);
        RingFd.registerWithoutRing(to.syscalls(), RegisterOperation.SEND_MSG_RING, "to " + to, entry, 1);
    }
}
