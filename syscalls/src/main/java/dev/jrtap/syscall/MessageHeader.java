// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Iovec;
import dev.jrtap.bindings.Msghdr;
import dev.jrtap.bindings.Uio;
import dev.jrtap.memory.Memory;

/**
 * A struct msghdr with what belongs to it: an address, an array of struct iovec, and room for control messages, all in
 * native memory. Made once and used again: nothing is allocated for a message.
 *
 * <p>Ownership: from the submission to the operation's last completion it is the kernel's, with the buffers that it
 * names. The operation keeps both reachable, except buffers that were added by address. If they are changed before
 * then, the kernel may see the old bytes or the new. For a multishot receive the kernel only reads it, when the entry
 * is submitted.
 *
 * <p>Threads: those of the call it is used with.
 *
 * <p>Source: sendmsg(2), recvmsg(2).
 */
public final class MessageHeader {

    private final Memory header = Memory.allocate(Msghdr.SIZEOF);
    private final Memory vector;
    private final SockAddr address = SockAddr.empty();
    private final ControlMessages control;
    private final int capacity;
    private final Holders holders;

    /**
     * A header without buffers, address and control messages.
     *
     * @param buffers the largest number of buffers, 0..1024
     * @param controlSize bytes for control messages; see {@link ControlMessages#space}
     */
    public MessageHeader(int buffers, int controlSize) {
        if (buffers < 0 || buffers > Uio.UIO_MAXIOV) {
            throw new IllegalArgumentException("a message has 0.." + Uio.UIO_MAXIOV + " buffers: " + buffers);
        }
        if (controlSize < 0) {
            throw new IllegalArgumentException("controlSize must not be negative: " + controlSize);
        }
        capacity = buffers;
        holders = new Holders(buffers);
        vector = Memory.allocate(Math.max(1, buffers) * Iovec.SIZEOF);
        control = new ControlMessages(Memory.allocate(Math.max(1, controlSize)), controlSize, header);
        header.putI64(Msghdr.MSG_IOV, vector.address());
    }

    /** Forgets buffers, address and control messages. */
    public MessageHeader clear() {
        holders.clear(buffers());
        header.putI64(Msghdr.MSG_IOVLEN, 0);
        control.clear();
        return withoutAddress();
    }

    /**
     * Adds {@code length} bytes from the position {@code at} of {@code memory} on, to send from or to receive into.
     * Kept reachable by this header, and this by the operation.
     *
     * @throws IllegalStateException if it is full
     */
    public MessageHeader addBuffer(Memory memory, int at, int length) {
        unsafeAddBuffer(memory.address(at, length), length);
        holders.set(buffers() - 1, memory);
        return this;
    }

    /**
     * Adds a buffer by its address, or an upper bound of what a provided buffer is to receive: address 0.
     *
     * @param address of its first byte, which must stay allocated as long as the kernel may use it
     * @throws IllegalStateException if it is full
     */
    public MessageHeader unsafeAddBuffer(long address, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length must not be negative: " + length);
        }
        int buffers = buffers();
        if (buffers == capacity) {
            throw new IllegalStateException("the header was made for " + capacity + " buffers");
        }
        vector.putI64(buffers * Iovec.SIZEOF + Iovec.IOV_BASE, address);
        vector.putI64(buffers * Iovec.SIZEOF + Iovec.IOV_LEN, length);
        header.putI64(Msghdr.MSG_IOVLEN, buffers + 1L);
        return this;
    }

    /** Returns how many buffers there are. */
    public int buffers() {
        return (int) header.getI64(Msghdr.MSG_IOVLEN);
    }

    /** Sends to {@code to}, which is copied. */
    public MessageHeader to(SockAddr to) {
        address.set(to.memory(), 0, to.length());
        header.putI64(Msghdr.MSG_NAME, address.memory().address());
        header.putI32(Msghdr.MSG_NAMELEN, to.length());
        return this;
    }

    /** Sends to the peer that the socket is connected to. */
    public MessageHeader withoutAddress() {
        header.putI64(Msghdr.MSG_NAME, 0);
        header.putI32(Msghdr.MSG_NAMELEN, 0);
        return this;
    }

    /** Returns the sender of the received message: the same object each time. Allocates nothing. */
    public SockAddr address() {
        address.setLength(header.getI32(Msghdr.MSG_NAMELEN));
        return address;
    }

    /** Returns the control messages to send, or those received. */
    public ControlMessages control() {
        return control;
    }

    /** {@code MSG_TRUNC}, {@code MSG_CTRUNC} and others, about the message that was received. */
    public int flags() {
        return header.getI32(Msghdr.MSG_FLAGS);
    }

    /**
     * Resets the lengths of the address and the control messages to their capacity, before a message is received: the
     * kernel replaces them by the lengths that it used.
     */
    public void offerRoom() {
        header.putI64(Msghdr.MSG_NAME, address.memory().address());
        header.putI32(Msghdr.MSG_NAMELEN, SockAddr.CAPACITY);
        header.putI32(Msghdr.MSG_FLAGS, 0);
        control.offerRoom();
    }

    /** Has {@code user} keep this and what the buffers lie in, even when the header is cleared meanwhile. */
    public void keepAlive(MemoryUser user) {
        user.keepAlive(this);
        holders.keepAlive(user, buffers());
    }

    /**
     * Returns the struct msghdr, which names memory of this object: reachable as long as this is.
     *
     * @throws IllegalStateException if memory of a buffer has been unmapped
     */
    public Memory memory() {
        holders.requireMapped(buffers());
        return header;
    }
}
