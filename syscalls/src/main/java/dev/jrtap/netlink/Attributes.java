// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Rtattr;
import dev.jrtap.memory.Memory;

/** A walk over attributes. Lengths come from the kernel, and are checked nevertheless. */
final class Attributes {

    private final Memory memory;
    private final int end;
    private int at;
    private int next;

    Attributes(Memory memory, int start, int end) {
        this.memory = memory;
        this.next = start;
        this.end = end;
    }

    boolean next() {
        at = next;
        if (at + Rtattr.SIZEOF > end) {
            return false;
        }
        int length = memory.getU16(at + Rtattr.RTA_LEN);
        if (length < Rtattr.SIZEOF || at + length > end) {
            return false;
        }
        next = at + Message.align(length);
        return true;
    }

    int type() {
        return memory.getU16(at + Rtattr.RTA_TYPE) & Netlink.NLA_TYPE_MASK();
    }

    int length() {
        return memory.getU16(at + Rtattr.RTA_LEN) - Rtattr.SIZEOF;
    }

    int valueAt() {
        return at + Rtattr.SIZEOF;
    }

    String string() {
        return memory.getString(valueAt(), length());
    }

    /** @throws IndexOutOfBoundsException if the attribute is shorter */
    int int32() {
        requireLength(Integer.BYTES);
        return memory.getI32(valueAt());
    }

    /** @throws IndexOutOfBoundsException if the attribute is empty */
    boolean flag() {
        requireLength(Byte.BYTES);
        return memory.getU8(valueAt()) != 0;
    }

    private void requireLength(int bytes) {
        if (length() < bytes) {
            throw new IndexOutOfBoundsException(
                    "attribute " + type() + " has " + length() + " bytes, and needs " + bytes);
        }
    }

    byte[] bytes() {
        byte[] bytes = new byte[length()];
        memory.getBytes(valueAt(), bytes, 0, bytes.length);
        return bytes;
    }
}
