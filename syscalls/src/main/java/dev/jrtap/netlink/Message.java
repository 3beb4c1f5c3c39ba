// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.bindings.Rtattr;
import dev.jrtap.memory.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A request being written: header, body, attributes, each aligned to four bytes.
 *
 * <p>Source: netlink(7), rtnetlink(7).
 */
final class Message {

    private static final int CAPACITY = 512;

    private final Memory memory = Memory.allocate(CAPACITY);
    private final String text;
    private int length;

    /**
     * Begins a request.
     *
     * @param text the request for people, as {@code "RTM_NEWLINK(ifindex=3, up)"}
     */
    Message(String text, int type, int flags, int bodySize) {
        this.text = text;
        memory.putI16(Nlmsghdr.NLMSG_TYPE, type);
        memory.putI16(Nlmsghdr.NLMSG_FLAGS, Netlink.NLM_F_REQUEST | flags);
        length = Nlmsghdr.SIZEOF + align(bodySize);
    }

    // #define NLMSG_ALIGN(len) ( ((len)+NLMSG_ALIGNTO-1) & ~(NLMSG_ALIGNTO-1) ); RTA_ALIGN is equal
    static int align(int size) {
        return (size + Netlink.NLMSG_ALIGNTO - 1) & -Netlink.NLMSG_ALIGNTO;
    }

    Message body8(int at, int value) {
        memory.putI8(Nlmsghdr.SIZEOF + at, value);
        return this;
    }

    Message body16(int at, int value) {
        memory.putI16(Nlmsghdr.SIZEOF + at, value);
        return this;
    }

    Message body32(int at, int value) {
        memory.putI32(Nlmsghdr.SIZEOF + at, value);
        return this;
    }

    Message attribute(int type, byte[] value) {
        memory.putI16(length + Rtattr.RTA_LEN, Rtattr.SIZEOF + value.length);
        memory.putI16(length + Rtattr.RTA_TYPE, type);
        memory.putBytes(length + Rtattr.SIZEOF, value, 0, value.length);
        length += align(Rtattr.SIZEOF + value.length);
        return this;
    }

    Message attribute(int type, int value) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
        return attribute(type, bytes.putInt(value).array());
    }

    /** Text with a terminating zero, as the kernel wants names. */
    Message attribute(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return attribute(type, Arrays.copyOf(bytes, bytes.length + 1));
    }

    /** An attribute that holds one other, of text. */
    Message nested(int type, int inner, String text) {
        int start = begin(type, 0);
        return attribute(inner, text).end(start);
    }

    /**
     * Begins an attribute that holds others.
     *
     * @param headerSize bytes of a struct before them, all zero
     * @return what {@link #end} takes
     */
    int begin(int type, int headerSize) {
        int start = length;
        memory.putI16(start + Rtattr.RTA_TYPE, type | Netlink.NLA_F_NESTED);
        length += Rtattr.SIZEOF + align(headerSize);
        return start;
    }

    /** Ends an attribute that holds others. */
    Message end(int start) {
        memory.putI16(start + Rtattr.RTA_LEN, length - start);
        return this;
    }

    Memory finish(int sequence) {
        memory.putI32(Nlmsghdr.NLMSG_LEN, length);
        memory.putI32(Nlmsghdr.NLMSG_SEQ, sequence);
        return memory;
    }

    int length() {
        return length;
    }

    @Override
    public String toString() {
        return text;
    }
}
