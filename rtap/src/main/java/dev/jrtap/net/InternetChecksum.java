// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * The checksum of IP, ICMP, UDP and TCP: the complement of the sum of 16-bit words, with end-around carry.
 *
 * <p>Source: RFC 1071.
 */
public final class InternetChecksum {

    private InternetChecksum() {}

    /** The checksum of {@code length} bytes; an odd last byte counts as the high half of a word. */
    public static int of(Memory memory, int offset, int length) {
        long sum = 0;
        int at = offset;
        int end = offset + length;
        // Words twice as wide give the same sum: the carries come back in when it is folded.
        for (; at + Integer.BYTES <= end; at += Integer.BYTES) {
            sum += memory.getI32Be(at) & 0xffff_ffffL;
        }
        if (at + Short.BYTES <= end) {
            sum += memory.getU16Be(at);
            at += Short.BYTES;
        }
        if (at < end) {
            sum += (long) memory.getU8(at) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }
}
