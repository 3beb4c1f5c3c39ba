// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Icmpv6Message;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.Ipv6Packet;
import dev.jrtap.rtap.Burst;
import org.jspecify.annotations.Nullable;

/**
 * Makes the ICMP error by which a router reports a lost packet to its sender. Its source is the packet's destination,
 * because the kit's links have no addresses of their own.
 *
 * <p>Threads: one at a time.
 *
 * <p>Source: RFC 792, RFC 1191; RFC 4443.
 */
final class IcmpErrors {

    private static final int UNREACHABLE = 3;
    private static final int HOST = 1;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int PROHIBITED = 13;

    private static final int UNREACHABLE_6 = 1;
    private static final int PROHIBITED_6 = 1;
    private static final int ADDRESS_6 = 3;
    private static final int TOO_BIG_6 = 2;

    /** The number of quoted bytes of the packet: RFC 1812, 4.3.2.3, and RFC 4443, 2.4 (c). */
    private static final int QUOTE = 548;

    private static final int QUOTE_6 = 1232;
    private static final int TTL = 64;

    private final EthernetFrame ethernet = new EthernetFrame();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final Ipv6Packet ipv6 = new Ipv6Packet();
    private final IcmpMessage icmp = new IcmpMessage();
    private final Icmpv6Message icmpv6 = new Icmpv6Message();

    /**
     * Makes packet 0 of {@code made}, if an error may be sent.
     *
     * @param refusal {@code null} if the packet was longer than {@code mtu}
     * @return whether it was made: there is no error about an ICMP error or a later fragment
     */
    boolean make(PacketView packet, Burst made, Impairment.@Nullable Refusal refusal, int mtu) {
        if (!packet.hasPorts() && !isEcho(packet) || !made.add()) {
            return false;
        }
        int header = EthernetFrame.HEADER_LENGTH
                + (packet.isIpv4() ? Ipv4Packet.MIN_HEADER_LENGTH : Ipv6Packet.HEADER_LENGTH)
                + IcmpMessage.HEADER_LENGTH;
        int available = packet.end() - packet.ethernet().payloadOffset();
        int quoted = Math.min(packet.isIpv4() ? QUOTE : QUOTE_6, available);
        made.length(0, header + quoted);
        Memory memory = made.memory();
        int at = made.offset(0);
        memory.zero(at, header);
        memory.copy(at + header, packet.memory(), packet.ethernet().payloadOffset(), quoted);
        ethernet.wrap(memory, at, header + quoted)
                .destination(packet.ethernet().source())
                .source(packet.ethernet().destination())
                .type(packet.etherType());
        if (packet.isIpv4()) {
            putIpv4(packet, memory, ethernet.payloadOffset(), refusal, mtu, quoted);
        } else {
            putIpv6(packet, memory, ethernet.payloadOffset(), refusal, mtu, quoted);
        }
        return true;
    }

    private static boolean isEcho(PacketView packet) {
        int type = packet.memory().getU8(packet.transportOffset());
        return packet.isIpv4()
                ? packet.protocol() == Ipv4Packet.ICMP && type == IcmpMessage.ECHO_REQUEST
                : packet.protocol() == Ipv6Packet.ICMPV6 && type == Icmpv6Message.ECHO_REQUEST;
    }

    private void putIpv4(
            PacketView packet, Memory memory, int at, Impairment.@Nullable Refusal refusal, int mtu, int quoted) {
        int message = IcmpMessage.HEADER_LENGTH + quoted;
        ipv4.wrap(memory, at, Ipv4Packet.MIN_HEADER_LENGTH + message)
                .headerLength(Ipv4Packet.MIN_HEADER_LENGTH)
                .totalLength(Ipv4Packet.MIN_HEADER_LENGTH + message)
                .ttl(TTL)
                .protocol(Ipv4Packet.ICMP)
                .source(packet.ipv4().destination())
                .destination(packet.ipv4().source())
                .updateChecksum();
        int code =
                refusal == null ? FRAGMENTATION_NEEDED : refusal == Impairment.Refusal.PROHIBITED ? PROHIBITED : HOST;
        // The field of the next hop's MTU is an echo's sequence number.
        icmp.wrap(memory, ipv4.payloadOffset(), message)
                .type(UNREACHABLE)
                .code(code)
                .sequence(refusal == null ? mtu : 0)
                .updateChecksum();
    }

    private void putIpv6(
            PacketView packet, Memory memory, int at, Impairment.@Nullable Refusal refusal, int mtu, int quoted) {
        int message = Icmpv6Message.HEADER_LENGTH + quoted;
        ipv6.wrap(memory, at, Ipv6Packet.HEADER_LENGTH + message)
                .version(0, 0)
                .bodyLength(message)
                .nextHeader(Ipv6Packet.ICMPV6)
                .hopLimit(TTL)
                .source(packet.ipv6().destinationHigh(), packet.ipv6().destinationLow())
                .destination(packet.ipv6().sourceHigh(), packet.ipv6().sourceLow());
        icmpv6.wrap(memory, at + Ipv6Packet.HEADER_LENGTH, message)
                .type(refusal == null ? TOO_BIG_6 : UNREACHABLE_6)
                .code(refusal == null ? 0 : refusal == Impairment.Refusal.PROHIBITED ? PROHIBITED_6 : ADDRESS_6)
                .identifier(refusal == null ? mtu >>> 16 : 0)
                .sequence(refusal == null ? mtu & 0xffff : 0)
                .updateChecksum(ipv6.pseudoHeaderSum(message));
    }
}
