// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Cmsghdr;
import dev.jrtap.bindings.Msghdr;
import dev.jrtap.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The control messages of a {@link MessageHeader}, or those in wrapped memory: passed descriptors, time stamps, segment
 * sizes. A cursor: {@link #first} and {@link #next} move it to a message, and the other methods are about that message.
 *
 * <p>Source: cmsg(3).
 */
public final class ControlMessages {

    // So that no sum of lengths overflows.
    private static final int MAX_DATA = Integer.MAX_VALUE / 4;

    // What is looked at before anything is wrapped.
    private static final Memory NOTHING = Memory.allocate(1);

    private final @Nullable Memory header;
    private Memory memory;
    private int start;
    private int capacity;
    private int at;

    /** A view to be used again: {@link #wrap} it around received control messages. */
    public ControlMessages() {
        this(NOTHING, 0, null);
    }

    /** Those of a struct msghdr, which says how many bytes there are; or with {@code null} those that are wrapped. */
    ControlMessages(Memory memory, int capacity, @Nullable Memory header) {
        this.memory = memory;
        this.capacity = capacity;
        this.header = header;
    }

    /** Bytes that a control message takes, with {@code dataLength} bytes of data: CMSG_SPACE. */
    public static int space(int dataLength) {
        if (dataLength < 0 || dataLength > MAX_DATA) {
            throw new IllegalArgumentException("dataLength must be 0.." + MAX_DATA + ": " + dataLength);
        }
        return Cmsghdr.SIZEOF + aligned(dataLength);
    }

    private static int aligned(int length) {
        return length + Long.BYTES - 1 & -Long.BYTES;
    }

    /**
     * Moves the view to the {@code length} bytes at {@code start} of {@code memory}.
     *
     * @throws IllegalStateException if this belongs to a {@link MessageHeader}
     */
    public ControlMessages wrap(Memory memory, int start, int length) {
        memory.address(start, length);
        if (header != null) {
            throw new IllegalStateException("control messages of a header lie in the header's own memory");
        }
        this.memory = memory;
        this.start = start;
        this.capacity = length;
        return this;
    }

    /** Forgets them all. */
    public void clear() {
        setLength(0);
    }

    void offerRoom() {
        setLength(capacity);
    }

    private void setLength(int length) {
        if (header == null) {
            throw new IllegalStateException("control messages that were received in a buffer can only be read");
        }
        header.putI64(Msghdr.MSG_CONTROL, length == 0 ? 0 : memory.address());
        header.putI64(Msghdr.MSG_CONTROLLEN, length);
    }

    /** Bytes there is room for. */
    public int capacity() {
        return capacity;
    }

    /** Bytes in use. */
    public int length() {
        return header == null ? capacity : (int) header.getI64(Msghdr.MSG_CONTROLLEN);
    }

    /**
     * Adds a message whose data is zero, to be filled in, and moves to it.
     *
     * @param level {@code SOL_SOCKET} and the like
     * @param type {@code SCM_RIGHTS} and the like
     * @throws IllegalStateException if there is no room for it
     */
    public ControlMessages add(int level, int type, int dataLength) {
        int used = length();
        int space = space(dataLength);
        // Of the last one the kernel does not ask for the gap behind its data.
        if (used + Cmsghdr.SIZEOF + dataLength > capacity) {
            throw new IllegalStateException("no room for " + space + " bytes: " + used + " of " + capacity
                    + " bytes of control messages are in use");
        }
        int end = Math.min(used + space, capacity);
        at = used;
        memory.zero(at, end - at);
        memory.putI64(at + Cmsghdr.CMSG_LEN, Cmsghdr.SIZEOF + (long) dataLength);
        memory.putI32(at + Cmsghdr.CMSG_LEVEL, level);
        memory.putI32(at + Cmsghdr.CMSG_TYPE, type);
        setLength(end);
        return this;
    }

    /** Moves to the first message; {@code false} if there is none. */
    public boolean first() {
        at = start;
        return isComplete();
    }

    /** Moves to the next message; {@code false} if there is none. */
    public boolean next() {
        at += aligned((int) memory.getI64(at + Cmsghdr.CMSG_LEN));
        return isComplete();
    }

    private boolean isComplete() {
        int left = start + length() - at;
        if (left < Cmsghdr.SIZEOF) {
            return false;
        }
        long length = memory.getI64(at + Cmsghdr.CMSG_LEN);
        return length >= Cmsghdr.SIZEOF && length <= left;
    }

    /** {@code SOL_SOCKET} and the like. */
    public int level() {
        return memory.getI32(at + Cmsghdr.CMSG_LEVEL);
    }

    /** {@code SCM_RIGHTS} and the like. */
    public int type() {
        return memory.getI32(at + Cmsghdr.CMSG_TYPE);
    }

    /** Bytes of data. */
    public int dataLength() {
        return (int) memory.getI64(at + Cmsghdr.CMSG_LEN) - Cmsghdr.SIZEOF;
    }

    /** Returns the 32 bits at {@code offset} of the data: one of the descriptors of SCM_RIGHTS, say. */
    public int getI32(int offset) {
        return memory.getI32(data(offset, Integer.BYTES));
    }

    /** Sets them. */
    public void putI32(int offset, int value) {
        memory.putI32(data(offset, Integer.BYTES), value);
    }

    /** Returns the 64 bits at {@code offset} of the data. */
    public long getI64(int offset) {
        return memory.getI64(data(offset, Long.BYTES));
    }

    private int data(int offset, int size) {
        if (offset < 0 || offset > dataLength() - size) {
            throw new IndexOutOfBoundsException(
                    size + " bytes at " + offset + " of a control message with " + dataLength());
        }
        return at + Cmsghdr.SIZEOF + offset;
    }
}
