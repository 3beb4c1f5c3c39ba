// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;

/**
 * Sending without a copy: the network device, or the receiver, reads the bytes where they are.
 *
 * <p>There are two completions with the same user data. The first has the result, or an error; the second has
 * IORING_CQE_F_NOTIF, and only then the bytes may be changed or released. That can be long after the first: when the
 * peer has acknowledged or read them. The first says with IORING_CQE_F_MORE that the second will come. Without that
 * flag it may come all the same: after {@code -ECANCELED}, where the send was part of a chain that failed before it. An
 * entry that the kernel could not read (most {@code -EINVAL}) has the first alone.
 *
 * <p>{@code ringFlags} are {@code IORING_RECVSEND_POLL_FIRST}, {@code IORING_SEND_ZC_REPORT_USAGE} (since Linux 6.2:
 * the notification's result is {@code IORING_NOTIF_USAGE_ZC_COPIED} if the kernel had to copy after all, as it does on
 * loopback, and otherwise 0) and {@code IORING_RECVSEND_FIXED_BUF}.
 */
public interface ZeroCopyOperations extends SqeFields {

    /** Sends, as send(2), without a copy. Since Linux 6.0. */
    default Sqe sendZc(int fd, Memory buffer, int at, int length, int flags, int ringFlags) {
        return operation(IoUring.IORING_OP_SEND_ZC, fd, buffer, at, length, 0)
                .put32(IoUringSqe.MSG_FLAGS, flags)
                .put16(IoUringSqe.IOPRIO, ringFlags);
    }

    /** Sends to an address, as sendto(2), without a copy. Since Linux 6.0. */
    default Sqe sendToZc(int fd, Memory buffer, int at, int length, int flags, SockAddr to) {
        Memory copy = scratch(SockAddr.CAPACITY);
        copy.copy(0, to.memory(), 0, to.length());
        return sendZc(fd, buffer, at, length, flags, 0)
                .put64(IoUringSqe.ADDR2, copy.address())
                .put16(IoUringSqe.ADDR_LEN, to.length());
    }

    /**
     * Sends part of a registered buffer, whose pages the kernel need not look up. Since Linux 6.0.
     *
     * @param buffer memory that is registered, or a part of it
     * @param bufferIndex its position in the table of registered buffers
     */
    default Sqe sendZcFixed(int fd, Memory buffer, int at, int length, int flags, int bufferIndex) {
        Check.unsigned16("bufferIndex", bufferIndex);
        return sendZc(fd, buffer, at, length, flags, IoUring.IORING_RECVSEND_FIXED_BUF)
                .put16(IoUringSqe.BUF_INDEX, bufferIndex);
    }

    /**
     * Sends a message whose buffers are parts of one registered buffer. Since Linux 6.15.
     *
     * @param bufferIndex its position in the table of registered buffers
     */
    default Sqe sendmsgZcFixed(int fd, MessageHeader header, int flags, int bufferIndex) {
        Check.unsigned16("bufferIndex", bufferIndex);
        return sendmsgZc(fd, header, flags, IoUring.IORING_RECVSEND_FIXED_BUF).put16(IoUringSqe.BUF_INDEX, bufferIndex);
    }

    /**
     * Sends a message, as sendmsg(2), without a copy of its buffers. The header is the kernel's like them. Since Linux
     * 6.1.
     */
    default Sqe sendmsgZc(int fd, MessageHeader header, int flags, int ringFlags) {
        return Vectors.operation(this, IoUring.IORING_OP_SENDMSG_ZC, fd, header)
                .put32(IoUringSqe.MSG_FLAGS, flags)
                .put16(IoUringSqe.IOPRIO, ringFlags);
    }
}
