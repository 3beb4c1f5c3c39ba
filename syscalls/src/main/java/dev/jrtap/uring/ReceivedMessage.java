// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringRecvmsgOut;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ControlMessages;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;

/**
 * A view of a message that {@link Operations#recvmsgMultishot} has put into a buffer: a struct io_uring_recvmsg_out,
 * then as many bytes for the sender's address and for control messages as the header had room for, then the message
 * itself.
 *
 * <p>A view to be used again: {@link #wrap} it around each buffer. Ownership: the buffer is the caller's until it
 * offers it again.
 *
 * <p>Source: io_uring_prep_recvmsg_multishot(3).
 */
public final class ReceivedMessage {

    private static final int NAME_ROOM = SockAddr.CAPACITY;

    private final int controlRoom;
    private final SockAddr address = SockAddr.empty();
    private final ControlMessages control;
    private Memory buffer;
    private int at;
    private int length;

    /** For messages that were received with {@code header}. */
    public ReceivedMessage(MessageHeader header) {
        controlRoom = header.control().capacity();
        control = new ControlMessages();
    }

    /**
     * Moves the view to a message.
     *
     * @param buffer the memory that holds it
     * @param at where in it the provided buffer begins
     * @param result the completion's result: the number of bytes that are filled in
     * @throws IllegalArgumentException if that is less than the header takes: an error, or a buffer that was too small
     */
    public ReceivedMessage wrap(Memory buffer, int at, int result) {
        if (result < payloadOffset()) {
            throw new IllegalArgumentException("a message received with this header has at least " + payloadOffset()
                    + " bytes of its own, and the result is " + result);
        }
        this.buffer = buffer;
        this.at = at;
        this.length = result;
        return this;
    }

    private int payloadOffset() {
        return IoUringRecvmsgOut.SIZEOF + NAME_ROOM + controlRoom;
    }

    /** Returns the position of the payload in the wrapped memory. */
    public int payloadAt() {
        return at + payloadOffset();
    }

    /** Returns the length of the payload in bytes. */
    public int payloadLength() {
        return length - payloadOffset();
    }

    /**
     * Returns the message's length in bytes; more than {@link #payloadLength} only with {@code MSG_TRUNC} among the
     * flags of the operation.
     */
    public int fullLength() {
        return buffer.getI32(at + IoUringRecvmsgOut.PAYLOADLEN);
    }

    /** {@code MSG_TRUNC}, {@code MSG_CTRUNC} and others. */
    public int flags() {
        return buffer.getI32(at + IoUringRecvmsgOut.FLAGS);
    }

    /** Returns whether the buffer was too small for the message, and its end is lost. */
    public boolean isTruncated() {
        return (flags() & SysSocket.MSG_TRUNC) != 0;
    }

    /** Returns the sender's address: the same object each time, empty on a connection. */
    public SockAddr address() {
        int used = buffer.getI32(at + IoUringRecvmsgOut.NAMELEN);
        address.set(buffer, at + IoUringRecvmsgOut.SIZEOF, Math.min(used, NAME_ROOM));
        return address;
    }

    /** Returns the control messages: the same object each time. */
    public ControlMessages control() {
        int used = buffer.getI32(at + IoUringRecvmsgOut.CONTROLLEN);
        return control.wrap(buffer, at + IoUringRecvmsgOut.SIZEOF + NAME_ROOM, Math.min(used, controlRoom));
    }
}
