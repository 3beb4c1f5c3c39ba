// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.address.MacAddress;
import dev.jrtap.net.ArpPacket;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.rtap.Burst;

/** Answers ARP (RFC 826, 5227) and ICMP echo requests (RFC 792, 1122) for one IPv4 address. */
final class Ipv4Echo implements Answer {

    private static final int TTL = 64;

    private final Ipv4Station station;
    private final EthernetFrame ethernet = new EthernetFrame();
    private final ArpPacket arp = new ArpPacket();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final IcmpMessage icmp = new IcmpMessage();

    Ipv4Echo(Ipv4Station station) {
        this.station = station;
    }

    @Override
    public boolean answer(Burst burst, int i) {
        ethernet.wrap(burst.memory(), burst.offset(i), burst.firstLength(i));
        return ethernet.isComplete()
                && switch (ethernet.type()) {
                    case EthernetFrame.ARP -> answerArp();
                    case EthernetFrame.IPV4 -> answerEcho();
                    default -> false;
                };
    }

    private boolean answerArp() {
        boolean heard = ethernet.destination() == station.mac() || ethernet.destination() == MacAddress.BROADCAST;
        arp.wrap(ethernet.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        if (!heard
                || !station.isOther(ethernet.source())
                || !arp.isComplete()
                || arp.operation() != ArpPacket.REQUEST
                || arp.targetIp() != station.address()
                || !station.isOther(arp.senderMac())
                // RFC 5227: a host without an address probes from 0.0.0.0 whether this address is free.
                || arp.senderIp() != 0 && !station.isSource(arp.senderIp())) {
            return false;
        }
        // RFC 826: to the sender in the packet, which may differ from the frame's.
        ethernet.destination(arp.senderMac()).source(station.mac());
        arp.answer(station.mac());
        return true;
    }

    private boolean answerEcho() {
        ipv4.wrap(ethernet.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        if (!station.isFor(ethernet) || !station.isFor(ipv4) || ipv4.protocol() != Ipv4Packet.ICMP) {
            return false;
        }
        icmp.wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
        boolean request = icmp.isComplete() && icmp.type() == IcmpMessage.ECHO_REQUEST && icmp.hasValidChecksum();
        if (!request || !Ipv4Options.record(ipv4, ethernet.payloadOffset(), station.address())) {
            return false;
        }
        ethernet.swapAddresses();
        ipv4.swapAddresses();
        ipv4.ttl(TTL).updateChecksum();
        icmp.answer();
        return true;
    }
}
