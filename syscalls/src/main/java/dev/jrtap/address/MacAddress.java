// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.address;

import java.util.HexFormat;

/**
 * A MAC address. On the data path it is a {@code long} instead: 48 bits, the first byte on the wire highest.
 *
 * @param value 48 bits, the first byte on the wire highest
 */
public record MacAddress(long value) {

    /** The address of all stations. */
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final int BYTES = 6;
    private static final long GROUP = 1L << 40;
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    /**
     * Checks an address.
     *
     * @throws IllegalArgumentException if it has more than 48 bits
     */
    public MacAddress {
        if (value < 0 || value > BROADCAST) {
            throw new IllegalArgumentException("a MAC address has 48 bits: 0x" + Long.toHexString(value));
        }
    }

    /**
     * Reads {@code "02:00:00:00:00:01"}, in capitals or not.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static MacAddress parse(String text) {
        byte[] bytes;
        try {
            bytes = COLONS.parseHex(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no MAC address as 02:00:00:00:00:01: \"" + text + "\"", e);
        }
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, as 02:00:00:00:00:01: \"" + text + "\"");
        }
        long value = 0;
        for (byte each : bytes) {
            value = value << Byte.SIZE | each & 0xff;
        }
        return new MacAddress(value);
    }

    /** Returns {@code "02:00:00:00:00:01"}. */
    public String format() {
        return format(value);
    }

    /** Returns {@code "02:00:00:00:00:01"} for 0x020000000001. */
    public static String format(long value) {
        return COLONS.formatHex(bytes(value));
    }

    /** Returns the six bytes, in the order of the wire. */
    public byte[] bytes() {
        return bytes(value);
    }

    private static byte[] bytes(long value) {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = (byte) (value >>> Byte.SIZE * (BYTES - 1 - i));
        }
        return bytes;
    }

    /** Returns whether it is the address of one station, which an interface can have: no group, and not all zero. */
    public boolean isStation() {
        return (value & GROUP) == 0 && value != 0;
    }

    @Override
    public String toString() {
        return format();
    }
}
