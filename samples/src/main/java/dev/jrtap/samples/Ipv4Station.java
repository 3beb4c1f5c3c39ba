// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;

/**
 * One address of IPv4 on an Ethernet: which packets are for it alone, and come from a host that can be answered.
 *
 * <p>Source: RFC 1122, 3.2.1.3 (addresses that are no source), 3.2.2.6 (no reply to a broadcast) and 3.3.6; RFC 1812,
 * 5.3.7.
 */
final class Ipv4Station {

    private static final long GROUP_BIT = 1L << 40;
    private static final int FIRST_MULTICAST = 0xe0000000;

    private final long mac;
    private final int address;
    private final int hostMask;

    /**
     * The station with a MAC address and an IPv4 address, both first byte highest, in a subnet of {@code prefixLength}
     * bits.
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

    /** Whether {@code sender} can be answered: it is one station, and another one. */
    boolean isOther(long sender) {
        return (sender & GROUP_BIT) == 0 && sender != 0 && sender != mac;
    }

    /** Whether the frame is from another station, to this one alone. */
    boolean isFor(EthernetFrame frame) {
        return frame.destination() == mac && isOther(frame.source());
    }

    /** Whether the packet is whole and right, for this address alone, and from a host that can be answered. */
    boolean isFor(Ipv4Packet packet) {
        return packet.isComplete()
                && !packet.isFragment()
                && packet.hasValidChecksum()
                && packet.destination() == address
                && isSource(packet.source());
    }

    /**
     * Whether one other host can have this address: no group, no class E, not "this network", no loopback, no
     * broadcast.
     */
    boolean isSource(int source) {
        int first = source >>> 24;
        boolean reserved = Integer.compareUnsigned(source, FIRST_MULTICAST) >= 0 || first == 0 || first == 127;
        return !reserved && source != address && !isBroadcast(source);
    }

    /** The first and the last address of the subnet are everybody's, unless it has no more than two (RFC 3021). */
    private boolean isBroadcast(int source) {
        boolean inSubnet = ((source ^ address) & ~hostMask) == 0;
        int host = source & hostMask;
        return inSubnet && Integer.compareUnsigned(hostMask, 1) > 0 && (host == 0 || host == hostMask);
    }
}
