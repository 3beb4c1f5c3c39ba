// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.ArpPacket;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Icmpv6Message;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.Ipv6Packet;
import dev.jrtap.net.UdpDatagram;

/**
 * What every answer of the echo responder is, whatever the request was: from this host's addresses to the one station
 * that asked, with right checksums, and as long as its kind allows.
 */
final class EchoReply {

    private static final long GROUP_BIT = 1L << 40;
    private static final long ALL_NODES = 0x3333_0000_0001L;
    private static final int ADVERTISEMENT = 136;
    private static final int ADVERTISEMENT_LENGTH = 86;

    private static final Memory REQUEST = Memory.allocate(2048);
    private static final Memory REPLY = Memory.allocate(2048);

    private final EthernetFrame asked = new EthernetFrame();
    private final EthernetFrame given = new EthernetFrame();
    private final int askedLength;
    private final int givenLength;

    private EchoReply(byte[] request, byte[] reply) {
        REQUEST.putBytes(0, request, 0, request.length);
        REPLY.putBytes(0, reply, 0, reply.length);
        asked.wrap(REQUEST, 0, request.length);
        given.wrap(REPLY, 0, reply.length);
        askedLength = request.length;
        givenLength = reply.length;
    }

    /** Throws an AssertionError if {@code reply} cannot be the answer to {@code request}. */
    static void check(byte[] request, byte[] reply) {
        EchoReply answer = new EchoReply(request, reply);
        answer.frame();
        switch (answer.given.type()) {
            case EthernetFrame.ARP -> answer.arp();
            case EthernetFrame.IPV4 -> answer.ipv4();
            case EthernetFrame.IPV6 -> answer.ipv6();
            default -> answer.require(false, "what is neither ARP nor IP is answered");
        }
    }

    private void require(boolean isRight, String otherwise) {
        if (!isRight) {
            throw new AssertionError(otherwise + ": " + asked + " is answered by " + given);
        }
    }

    private void frame() {
        long to = given.destination();
        require(given.type() == asked.type(), "another type");
        require(given.source() == HostileFrame.MAC, "from another station");
        require(to != HostileFrame.MAC, "to itself");
        require((to & GROUP_BIT) == 0 || given.type() == EthernetFrame.IPV6 && to == ALL_NODES, "to a group");
        require((asked.source() & GROUP_BIT) == 0, "from a group");
        boolean mine = asked.destination() == HostileFrame.MAC;
        require(mine || (asked.destination() & GROUP_BIT) != 0, "for another station");
    }

    private void arp() {
        ArpPacket arp = new ArpPacket().wrap(given.memory(), given.payloadOffset(), given.payloadLength());
        require(givenLength == askedLength, "another length");
        require(arp.isComplete() && arp.operation() == ArpPacket.REPLY, "no reply");
        require(arp.senderMac() == HostileFrame.MAC, "another's MAC address");
        require(arp.senderIp() == HostileFrame.ADDRESS, "another's address");
        require(arp.targetMac() == given.destination(), "two receivers");
    }

    private void ipv4() {
        Ipv4Packet question = new Ipv4Packet().wrap(asked.memory(), asked.payloadOffset(), asked.payloadLength());
        Ipv4Packet ipv4 = new Ipv4Packet().wrap(given.memory(), given.payloadOffset(), given.payloadLength());
        require(asked.destination() == HostileFrame.MAC, "to a broadcast");
        require(givenLength == askedLength, "another length");
        require(question.isComplete() && question.hasValidChecksum() && !question.isFragment(), "an invalid packet");
        require(question.destination() == HostileFrame.ADDRESS, "for another address");
        require(ipv4.isComplete() && ipv4.hasValidChecksum(), "by an invalid packet");
        require(ipv4.totalLength() == question.totalLength(), "another length of the packet");
        require(ipv4.source() == HostileFrame.ADDRESS && ipv4.destination() == question.source(), "other addresses");
        if (ipv4.protocol() == Ipv4Packet.ICMP) {
            IcmpMessage icmp = new IcmpMessage().wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
            require(icmp.type() == IcmpMessage.ECHO_REPLY && icmp.hasValidChecksum(), "no valid reply");
        } else {
            UdpDatagram udp = new UdpDatagram().wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
            int pseudoHeader = ipv4.pseudoHeaderSum(udp.datagramLength());
            require(ipv4.protocol() == Ipv4Packet.UDP && udp.isComplete(), "neither ICMP nor UDP");
            require(udp.sourcePort() == UdpEcho.PORT && udp.destinationPort() != UdpEcho.PORT, "other ports");
            require(udp.checksum() == 0 || udp.hasValidChecksum(pseudoHeader), "a wrong checksum");
        }
    }

    private void ipv6() {
        Ipv6Packet ipv6 = new Ipv6Packet().wrap(given.memory(), given.payloadOffset(), given.payloadLength());
        require(ipv6.isComplete() && ipv6.nextHeader() == Ipv6Packet.ICMPV6, "by an invalid packet");
        require(
                ipv6.sourceHigh() == HostileFrame.ADDRESS_HIGH && ipv6.sourceLow() == HostileFrame.ADDRESS_LOW,
                "another's address");
        Icmpv6Message icmp = new Icmpv6Message().wrap(ipv6.memory(), ipv6.payloadOffset(), ipv6.payloadLength());
        boolean advertises = icmp.type() == ADVERTISEMENT;
        require(advertises || icmp.type() == Icmpv6Message.ECHO_REPLY, "no reply");
        require(icmp.hasValidChecksum(ipv6.pseudoHeaderSum(ipv6.payloadLength())), "a wrong checksum");
        require(givenLength == (advertises ? ADVERTISEMENT_LENGTH : askedLength), "another length");
        require(advertises || asked.destination() == HostileFrame.MAC, "a ping to a group");
    }
}
