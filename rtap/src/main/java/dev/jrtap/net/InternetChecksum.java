// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;
import java.nio.ByteOrder;

/**
 * The checksum of IP, ICMP, UDP and TCP: the complement of the sum of 16-bit words, with end-around carry.
 *
 * <p>A <i>sum</i> here is 0..0xffff, first byte high, not complemented. Sums of pieces add up with {@link #add}, as
 * long as each piece begins at an even distance from the first; otherwise {@link #swap} it.
 *
 * <p>Source: RFC 1071; RFC 1624 for changes.
 */
public final class InternetChecksum {

    private static final boolean SWAPPED = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW = 0xffff_ffffL;

    private InternetChecksum() {}

    /** Returns the checksum of {@code length} bytes; an odd last byte counts as the high half of a word. */
    public static int of(Memory memory, int offset, int length) {
        return ~sum(memory, offset, length) & 0xffff;
    }

    /** Returns the sum of {@code length} bytes; an odd last byte counts as the high half of a word. */
    public static int sum(Memory memory, int offset, int length) {
        long sum = 0;
        int at = offset;
        int end = offset + length;
        // Wider words give the same sum, their carries come back in when it is folded; and words in the other byte
        // order give the sum in that order. So the widest loads of the machine will do, halved to leave room for
        // carries.
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long word = memory.getI64(at);
            sum += (word & LOW) + (word >>> 32);
        }
        if (at + Integer.BYTES <= end) {
            sum += memory.getI32(at) & LOW;
            at += Integer.BYTES;
        }
        if (at + Short.BYTES <= end) {
            sum += memory.getU16(at);
            at += Short.BYTES;
        }
        int folded = fold(sum);
        if (SWAPPED) {
            folded = swap(folded);
        }
        return at < end ? add(folded, memory.getU8(at) << 8) : folded;
    }

    /** Returns the sum of two sums. */
    public static int add(int sum, int other) {
        int total = sum + other;
        return (total & 0xffff) + (total >>> 16);
    }

    /** Returns the sum of the same bytes, shifted by one byte. */
    public static int swap(int sum) {
        return sum << 8 & 0xff00 | sum >>> 8;
    }

    /**
     * Returns the checksum after a 16-bit word of what it covers has changed from {@code before} to {@code after}: RFC
     * 1624, equation 3.
     */
    public static int replace16(int checksum, int before, int after) {
        return ~add(add(~checksum & 0xffff, ~before & 0xffff), after & 0xffff) & 0xffff;
    }

    /** Like {@link #replace16}, for a 32-bit word at an even position. */
    public static int replace32(int checksum, int before, int after) {
        return replace16(replace16(checksum, before >>> 16, after >>> 16), before & 0xffff, after & 0xffff);
    }

    private static int fold(long sum) {
        long folded = (sum & LOW) + (sum >>> 32);
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
