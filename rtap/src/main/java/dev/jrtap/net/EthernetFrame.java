// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * An Ethernet II frame without 802.1Q tag and FCS.
 *
 * <pre>
 *   0             6        12     14
 *   +-------------+--------+------+---------
 *   | destination | source | type | payload
 *   +-------------+--------+------+---------
 * </pre>
 *
 * <p>Source: IEEE 802.3; RFC 894.
 */
public final class EthernetFrame {

    public static final int HEADER_LENGTH = 14;
    /** Types, as in {@code linux/if_ether.h}. */
    public static final int IPV4 = 0x0800;

    public static final int ARP = 0x0806;

    private static final int DESTINATION = 0;
    private static final int SOURCE = DESTINATION + 6;
    private static final int TYPE = SOURCE + 6;

    private Memory memory;
    private int offset;
    private int length;

    public EthernetFrame wrap(Memory memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset;
        this.length = length;
        return this;
    }

    public boolean isComplete() {
        return length >= HEADER_LENGTH;
    }

    public long destination() {
        return mac(DESTINATION);
    }

    public EthernetFrame destination(long mac) {
        return mac(DESTINATION, mac);
    }

    public long source() {
        return mac(SOURCE);
    }

    public EthernetFrame source(long mac) {
        return mac(SOURCE, mac);
    }

    public int type() {
        return memory.getU16Be(offset + TYPE);
    }

    public EthernetFrame type(int type) {
        memory.putI16Be(offset + TYPE, type);
        return this;
    }

    /** Sends it back where it came from. */
    public EthernetFrame swapAddresses() {
        long destination = destination();
        return destination(source()).source(destination);
    }

    public Memory memory() {
        return memory;
    }

    public int payloadOffset() {
        return offset + HEADER_LENGTH;
    }

    public int payloadLength() {
        return length - HEADER_LENGTH;
    }

    private long mac(int at) {
        return (long) memory.getU16Be(offset + at) << 32 | memory.getI32Be(offset + at + 2) & 0xffff_ffffL;
    }

    private EthernetFrame mac(int at, long mac) {
        memory.putI16Be(offset + at, (int) (mac >>> 32));
        memory.putI32Be(offset + at + 2, (int) mac);
        return this;
    }

    @Override
    public String toString() {
        return isComplete()
                ? MacAddress.format(source()) + " > " + MacAddress.format(destination()) + " type 0x"
                        + Integer.toHexString(type()) + ", " + length + " bytes"
                : "truncated frame of " + length + " bytes";
    }
}
