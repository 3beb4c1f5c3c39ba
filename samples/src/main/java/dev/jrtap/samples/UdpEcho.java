// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.rtap.Burst;

/**
 * Echoes datagrams to one port (RFC 862), for one IPv4 address. It ignores datagrams from that port, so that two of
 * these do not answer each other.
 */
final class UdpEcho implements Answer {

    /** The echo port of RFC 862. */
    static final int PORT = 7;

    private static final int TTL = 64;

    private final Ipv4Station station;
    private final EthernetFrame ethernet = new EthernetFrame();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final UdpDatagram udp = new UdpDatagram();

    UdpEcho(Ipv4Station station) {
        this.station = station;
    }

    @Override
    public boolean answer(Burst burst, int i) {
        ethernet.wrap(burst.memory(), burst.offset(i), burst.firstLength(i));
        if (!ethernet.isComplete() || ethernet.type() != EthernetFrame.IPV4 || !station.isFor(ethernet)) {
            return false;
        }
        ipv4.wrap(ethernet.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        if (!station.isFor(ipv4)
                || ipv4.protocol() != Ipv4Packet.UDP
                || ipv4.headerLength() != Ipv4Packet.MIN_HEADER_LENGTH) {
            return false;
        }
        udp.wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
        if (!udp.isComplete() || udp.destinationPort() != PORT || udp.sourcePort() == PORT || udp.sourcePort() == 0) {
            return false;
        }
        boolean undone = burst.vnet(i).needsChecksum() || udp.checksum() == 0;
        if (!undone && !udp.hasValidChecksum(ipv4.pseudoHeaderSum(udp.datagramLength()))) {
            return false;
        }
        // Swapping leaves the checksum's sum unchanged, so it stays valid, or undone.
        int port = udp.sourcePort();
        udp.sourcePort(PORT).destinationPort(port);
        ethernet.swapAddresses();
        ipv4.swapAddresses();
        ipv4.ttl(TTL).updateChecksum();
        return true;
    }
}
