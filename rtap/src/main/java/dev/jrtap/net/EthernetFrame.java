// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.address.MacAddress;
import dev.jrtap.bindings.IfEther;
import dev.jrtap.memory.Memory;

/**
 * An Ethernet II frame without FCS. Where it carries an 802.1Q tag, {@link #type} is {@link #VLAN} or
 * {@link #SERVICE_VLAN}, and the payload begins with a {@link VlanTag}.
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

    public static final int HEADER_LENGTH = IfEther.ETH_HLEN;
    /** Types. */
    public static final int IPV4 = IfEther.ETH_P_IP;

    public static final int ARP = IfEther.ETH_P_ARP;
    public static final int IPV6 = IfEther.ETH_P_IPV6;
    /** 802.1Q. */
    public static final int VLAN = IfEther.ETH_P_8021Q;
    /** 802.1ad, the outer of two. */
    public static final int SERVICE_VLAN = IfEther.ETH_P_8021AD;

    private static final int DESTINATION = 0;
    private static final int SOURCE = DESTINATION + IfEther.ETH_ALEN;
    private static final int TYPE = SOURCE + IfEther.ETH_ALEN;

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
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
        return getMac(memory, offset + DESTINATION);
    }

    public EthernetFrame destination(long mac) {
        putMac(memory, offset + DESTINATION, mac);
        return this;
    }

    public long source() {
        return getMac(memory, offset + SOURCE);
    }

    public EthernetFrame source(long mac) {
        putMac(memory, offset + SOURCE, mac);
        return this;
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

    static long getMac(Memory memory, int at) {
        return (long) memory.getU16Be(at) << 32 | memory.getI32Be(at + 2) & 0xffff_ffffL;
    }

    static void putMac(Memory memory, int at, long mac) {
        memory.putI16Be(at, (int) (mac >>> 32));
        memory.putI32Be(at + 2, (int) mac);
    }

    @Override
    public String toString() {
        return isComplete()
                ? MacAddress.format(source()) + " > " + MacAddress.format(destination()) + " type 0x"
                        + Integer.toHexString(type()) + ", " + length + " bytes"
                : "truncated frame of " + length + " bytes";
    }
}
