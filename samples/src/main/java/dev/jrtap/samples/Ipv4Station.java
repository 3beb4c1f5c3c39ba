// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;

/**
 * One IPv4 address on an Ethernet. It decides which packets are addressed to it alone and come from a host that can be
 * answered.
 *
 * <p>Source: RFC 1122, 3.2.1.3 (addresses that cannot be a source), 3.2.2.6 (no reply to a broadcast) and 3.3.6; RFC
 * 1812, 5.3.7.
 */
final class Ipv4Station {

    private static final long GROUP_BIT = 1L << 40;
    private static final int FIRST_MULTICAST = 0xe0000000;

    private final long mac;
    private final int address;
    private final int hostMask;

    /**
     * Makes a station with a MAC address and an IPv4 address, both first byte highest, in a subnet with a prefix of
     * {@code prefixLength} bits, 0..32.
     */
    Ipv4Station(long mac, int address, int prefixLength) {
        if (prefixLength < 0 || prefixLength > 32) {
            throw new IllegalArgumentException("a prefix must have 0..32 bits: " + prefixLength);
        }
        this.mac = mac;
        this.address = address;
        this.hostMask = prefixLength == 32 ? 0 : -1 >>> prefixLength;
    }

    long mac() {
        return mac;
    }

    int address() {
        return address;
    }

    /** Returns whether {@code sender} is the address of one other station, which can be answered. */
    boolean isOther(long sender) {
        return (sender & GROUP_BIT) == 0 && sender != 0 && sender != mac;
    }

    /** Returns whether the frame is from another station and to this one alone. */
    boolean isFor(EthernetFrame frame) {
        return frame.destination() == mac && isOther(frame.source());
    }

    /**
     * Returns whether the packet is complete and valid, for this address alone, and from a host that can be answered.
     */
    boolean isFor(Ipv4Packet packet) {
        return packet.isComplete()
                && !packet.isFragment()
                && packet.hasValidChecksum()
                && packet.destination() == address
                && isSource(packet.source());
    }

    /**
     * Returns whether an address can belong to one other host: it is not multicast, class E, "this network", loopback
     * or broadcast.
     */
    boolean isSource(int source) {
        int first = source >>> 24;
        boolean reserved = Integer.compareUnsigned(source, FIRST_MULTICAST) >= 0 || first == 0 || first == 127;
        return !reserved && source != address && !isBroadcast(source);
    }

    /**
     * Returns whether an address is the first or the last of the subnet, which are broadcast addresses unless the
     * subnet has at most two addresses (RFC 3021).
     */
    private boolean isBroadcast(int source) {
        boolean inSubnet = ((source ^ address) & ~hostMask) == 0;
        int host = source & hostMask;
        return inSubnet && Integer.compareUnsigned(hostMask, 1) > 0 && (host == 0 || host == hostMask);
    }
}
