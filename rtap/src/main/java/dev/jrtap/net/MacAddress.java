// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;
import java.util.HexFormat;

/** MAC addresses as {@code long}: 48 bits, the first byte on the wire highest. */
public final class MacAddress {

    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    private MacAddress() {}

    static long get(Memory memory, int at) {
        return (long) memory.getU16Be(at) << 32 | memory.getI32Be(at + 2) & 0xffff_ffffL;
    }

    static void put(Memory memory, int at, long mac) {
        memory.putI16Be(at, (int) (mac >>> 32));
        memory.putI32Be(at + 2, (int) mac);
    }

    /** {@code "02:00:00:00:00:01"} for 0x020000000001. */
    public static String format(long mac) {
        byte[] bytes = new byte[6];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (mac >>> 40 - 8 * i);
        }
        return COLONS.formatHex(bytes);
    }
}
