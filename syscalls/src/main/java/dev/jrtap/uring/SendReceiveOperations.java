// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;

/**
 * Sending and receiving.
 *
 * <p>{@code flags} are {@code MSG_*} of send(2) and recv(2). {@code ringFlags} are {@code IORING_RECVSEND_*}, where
 * IORING_RECVSEND_POLL_FIRST skips the first attempt and waits until the socket is ready, which saves an attempt that
 * is known to fail. Since Linux 5.19.
 */
public interface SendReceiveOperations extends SqeFields {

    /**
     * Sends, as send(2): completes with the number of bytes sent. With {@code MSG_WAITALL} the kernel continues until
     * all bytes are sent or an error occurs. MSG_NOSIGNAL is always implied. Since Linux 5.6.
     */
    default Sqe send(int fd, Memory buffer, int at, int length, int flags) {
        return operation(IoUring.IORING_OP_SEND, fd, buffer, at, length, 0).put32(IoUringSqe.MSG_FLAGS, flags);
    }

    /** Sends, with flags of io_uring's own in {@code ringFlags}: {@code IORING_RECVSEND_POLL_FIRST} and its like. */
    default Sqe send(int fd, Memory buffer, int at, int length, int flags, int ringFlags) {
        return send(fd, buffer, at, length, flags).put16(IoUringSqe.IOPRIO, ringFlags);
    }

    /** Sends to an address, as sendto(2). Since Linux 6.0. */
    default Sqe sendTo(int fd, Memory buffer, int at, int length, int flags, SockAddr to) {
        Memory copy = scratch(SockAddr.CAPACITY);
        copy.copy(0, to.memory(), 0, to.length());
        return send(fd, buffer, at, length, flags)
                .put64(IoUringSqe.ADDR2, copy.address())
                .put16(IoUringSqe.ADDR_LEN, to.length());
    }

    /**
     * Sends the buffers that are in {@code bufferGroup}, as many as the socket takes, in their order: completes with
     * the number of bytes, and names the first buffer. Since Linux 6.10.
     */
    default Sqe sendBundle(int fd, int flags, int bufferGroup) {
        return operation(IoUring.IORING_OP_SEND, fd)
                .put32(IoUringSqe.MSG_FLAGS, flags)
                .put16(IoUringSqe.IOPRIO, IoUring.IORING_RECVSEND_BUNDLE)
                .bufferSelect(bufferGroup);
    }

    /**
     * Sends the pieces of {@code vectors} in their order, as one message. The vectors can be changed at once. Since
     * Linux 6.17.
     *
     * @throws IllegalArgumentException if there are none
     */
    default Sqe sendVector(int fd, IoVectors vectors, int flags) {
        if (vectors.count() == 0) {
            throw new IllegalArgumentException("a message has at least one piece");
        }
        return Vectors.operation(this, IoUring.IORING_OP_SEND, fd, vectors, 0)
                .put32(IoUringSqe.MSG_FLAGS, flags)
                .put16(IoUringSqe.IOPRIO, IoUring.IORING_SEND_VECTORIZED);
    }

    /**
     * Receives at most {@code length} bytes, as recv(2): completes with their number, 0 at the end of a stream. It
     * waits on a socket without data, unless {@code flags} has {@code MSG_DONTWAIT}. With {@code MSG_WAITALL} it waits
     * for all of a stream's bytes. Since Linux 5.6.
     */
    default Sqe recv(int fd, Memory buffer, int at, int length, int flags) {
        return operation(IoUring.IORING_OP_RECV, fd, buffer, at, length, 0).put32(IoUringSqe.MSG_FLAGS, flags);
    }

    /** Receives, with flags of io_uring's own in {@code ringFlags}: {@code IORING_RECVSEND_POLL_FIRST} and its like. */
    default Sqe recv(int fd, Memory buffer, int at, int length, int flags, int ringFlags) {
        return recv(fd, buffer, at, length, flags).put16(IoUringSqe.IOPRIO, ringFlags);
    }

    /**
     * Receives into a buffer of {@code bufferGroup}, which the completion names, taken when there is something to be
     * received. Since Linux 5.7.
     *
     * @param limit bytes at most, or 0 for as many as the buffer has
     */
    default Sqe recvProvided(int fd, int limit, int flags, int bufferGroup) {
        return unsafe().operation(IoUring.IORING_OP_RECV, fd, 0, Check.notNegative("limit", limit), 0)
                .put32(IoUringSqe.MSG_FLAGS, flags)
                .bufferSelect(bufferGroup);
    }

    /**
     * Receives into buffers of {@code bufferGroup}, again and again, one completion each, until an error, the end of
     * the stream or a cancel. A completion without IORING_CQE_F_MORE is the last: arm again. {@code -ENOBUFS} means
     * that the group was empty; nothing was lost. Since Linux 6.0.
     */
    default Sqe recvMultishot(int fd, int flags, int bufferGroup) {
        return recvMultishot(fd, flags, bufferGroup, 0);
    }

    /**
     * Receives again and again, with flags of io_uring's own in {@code ringFlags}: with {@code IORING_RECVSEND_BUNDLE}
     * a completion may stand for several buffers, see {@link #recvBundle}.
     */
    default Sqe recvMultishot(int fd, int flags, int bufferGroup, int ringFlags) {
        return recvProvided(fd, 0, flags, bufferGroup)
                .put16(IoUringSqe.IOPRIO, ringFlags | IoUring.IORING_RECV_MULTISHOT);
    }

    /**
     * Receives into several buffers of {@code bufferGroup}, not always into as many as there is data for: completes
     * with the number of bytes, and names the first; the others follow it in the order in which they were offered.
     * Since Linux 6.10.
     */
    default Sqe recvBundle(int fd, int flags, int bufferGroup) {
        return recvProvided(fd, 0, flags, bufferGroup).put16(IoUringSqe.IOPRIO, IoUring.IORING_RECVSEND_BUNDLE);
    }

    /**
     * Receives into memory of a zero-copy receive queue, where the network device has put it: the completion is one of
     * 32 bytes, and {@link CompletionQueue#extra} says where. Again and again, as {@link #recvMultishot}. Since Linux
     * 6.15.
     *
     * @param queue id of the queue, which the ring must have registered; {@code -EINVAL} without
     * @param limit bytes after which it ends, or 0 for no limit
     */
    default Sqe recvZc(int fd, int queue, int limit) {
        Check.notNegative("limit", limit);
        Check.notNegative("queue", queue);
        return operation(IoUring.IORING_OP_RECV_ZC, fd)
                .put32(IoUringSqe.LEN, limit)
                .put32(IoUringSqe.ZCRX_IFQ_IDX, queue)
                .put16(IoUringSqe.IOPRIO, IoUring.IORING_RECV_MULTISHOT);
    }

    /**
     * Sends a message, as sendmsg(2): completes with how many bytes. The header is the kernel's until then. Since Linux
     * 5.3.
     */
    default Sqe sendmsg(int fd, MessageHeader header, int flags) {
        return message(IoUring.IORING_OP_SENDMSG, fd, header, flags);
    }

    /** Sends a message, with flags of io_uring's own in {@code ringFlags}, as for {@code send}. */
    default Sqe sendmsg(int fd, MessageHeader header, int flags, int ringFlags) {
        return sendmsg(fd, header, flags).put16(IoUringSqe.IOPRIO, ringFlags);
    }

    /**
     * Receives a message, as recvmsg(2): completes with how many bytes; the header then says who sent them, and holds
     * the control messages. It is the kernel's until then. Since Linux 5.3.
     *
     * <p>With {@link Sqe#bufferSelect} the header has no buffer, or one of address 0 whose length is an upper bound.
     */
    default Sqe recvmsg(int fd, MessageHeader header, int flags) {
        header.offerRoom();
        return message(IoUring.IORING_OP_RECVMSG, fd, header, flags);
    }

    /** Receives a message, with flags of io_uring's own in {@code ringFlags}, as for {@code recv}. */
    default Sqe recvmsg(int fd, MessageHeader header, int flags, int ringFlags) {
        return recvmsg(fd, header, flags).put16(IoUringSqe.IOPRIO, ringFlags);
    }

    /**
     * Receives messages into buffers of {@code bufferGroup}, again and again, as {@link #recvMultishot}. Each buffer
     * gets a struct io_uring_recvmsg_out, the sender, the control messages and the bytes: {@link ReceivedMessage} reads
     * them. Since Linux 6.0.
     *
     * @param header the room for the sender's address and for control messages; it must have no buffers, and is read
     *     when the entry is submitted, not written
     */
    default Sqe recvmsgMultishot(int fd, MessageHeader header, int flags, int bufferGroup) {
        if (header.buffers() != 0) {
            throw new IllegalArgumentException("the bytes go to buffers of group " + bufferGroup
                    + ": a header for recvmsgMultishot must have no buffers of its own");
        }
        return recvmsg(fd, header, flags, IoUring.IORING_RECV_MULTISHOT).bufferSelect(bufferGroup);
    }

    private Sqe message(int opcode, int fd, MessageHeader header, int flags) {
        return Vectors.operation(this, opcode, fd, header).put32(IoUringSqe.MSG_FLAGS, flags);
    }
}
