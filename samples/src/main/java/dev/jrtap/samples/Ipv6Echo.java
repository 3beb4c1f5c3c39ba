// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Icmpv6Message;
import dev.jrtap.net.Ipv6Packet;
import dev.jrtap.rtap.Burst;

/** Answers neighbor solicitations (RFC 4861) and ICMPv6 echo requests (RFC 4443) for one IPv6 address. */
final class Ipv6Echo implements Answer {

    private static final int HOP_LIMIT = 64;
    /** The hop limit of neighbor discovery, which a router would have decremented. */
    private static final int ON_LINK = 255;

    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int FLAGS = 4;
    private static final int SOLICITED = 0x40;
    private static final int OVERRIDE = 0x20;
    private static final int TARGET = 8;
    private static final int OPTIONS = TARGET + 16;
    private static final int LINK_ADDRESS = 8;
    private static final int SOURCE_LINK_ADDRESS = 1;
    private static final int TARGET_LINK_ADDRESS = 2;

    private static final long ALL_NODES_MAC = 0x3333_0000_0001L;
    private static final long SOLICITED_NODE_MAC = 0x3333_ff00_0000L;
    private static final long LINK_LOCAL_GROUP = 0xff02L << 48;
    private static final long SOLICITED_NODE = 0x0000_0001_ff00_0000L;
    private static final long LAST_24 = 0xff_ffff;

    private final long mac;
    private final long high;
    private final long low;
    private final Ipv4Station station;
    private final EthernetFrame ethernet = new EthernetFrame();
    private final Ipv6Packet ipv6 = new Ipv6Packet();
    private final Icmpv6Message icmp = new Icmpv6Message();

    /** Answers for the address {@code high:low}, first byte highest, at {@code mac}. */
    Ipv6Echo(long mac, long high, long low) {
        this.mac = mac;
        this.high = high;
        this.low = low;
        this.station = new Ipv4Station(mac, 0, 0);
    }

    @Override
    public boolean answer(Burst burst, int i) {
        ethernet.wrap(burst.memory(), burst.offset(i), burst.firstLength(i));
        if (!ethernet.isComplete() || ethernet.type() != EthernetFrame.IPV6 || !station.isOther(ethernet.source())) {
            return false;
        }
        ipv6.wrap(ethernet.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        // Neighbor discovery and ping need no extension headers.
        if (!ipv6.isComplete() || ipv6.nextHeader() != Ipv6Packet.ICMPV6) {
            return false;
        }
        icmp.wrap(ipv6.memory(), ipv6.payloadOffset(), ipv6.payloadLength());
        if (!icmp.isComplete() || !icmp.hasValidChecksum(ipv6.pseudoHeaderSum(ipv6.payloadLength()))) {
            return false;
        }
        return switch (icmp.type()) {
            case Icmpv6Message.ECHO_REQUEST -> answerEcho();
            case SOLICITATION -> answerSolicitation(burst, i);
            default -> false;
        };
    }

    private boolean isMine(long addressHigh, long addressLow) {
        return addressHigh == high && addressLow == low;
    }

    private boolean isSource() {
        boolean group = ipv6.sourceHigh() >>> 56 == 0xff;
        boolean unspecifiedOrLoopback = ipv6.sourceHigh() == 0 && (ipv6.sourceLow() == 0 || ipv6.sourceLow() == 1);
        return !group && !unspecifiedOrLoopback && !isMine(ipv6.sourceHigh(), ipv6.sourceLow());
    }

    private boolean answerEcho() {
        if (ethernet.destination() != mac || !isMine(ipv6.destinationHigh(), ipv6.destinationLow()) || !isSource()) {
            return false;
        }
        ethernet.swapAddresses();
        ipv6.swapAddresses();
        ipv6.hopLimit(HOP_LIMIT);
        icmp.answer();
        return true;
    }

    private boolean answerSolicitation(Burst burst, int i) {
        int at = ipv6.payloadOffset();
        Memory memory = ipv6.memory();
        boolean probe = ipv6.sourceHigh() == 0 && ipv6.sourceLow() == 0;
        boolean toGroup = ipv6.destinationHigh() == LINK_LOCAL_GROUP
                && ipv6.destinationLow() == (SOLICITED_NODE | low & LAST_24)
                && ethernet.destination() == (SOLICITED_NODE_MAC | low & LAST_24);
        boolean toMe = ethernet.destination() == mac && isMine(ipv6.destinationHigh(), ipv6.destinationLow());
        if (ipv6.hopLimit() != ON_LINK
                || icmp.code() != 0
                || ipv6.payloadLength() < OPTIONS
                || !isMine(memory.getI64Be(at + TARGET), memory.getI64Be(at + TARGET + 8))
                || !(probe ? toGroup : (toGroup || toMe) && isSource())) {
            return false;
        }
        long asker = sourceLinkAddress(memory, at + OPTIONS, at + ipv6.payloadLength());
        // RFC 4861, 7.1.1: a probe has no link-layer address; a solicitation to the group must have one.
        boolean right = probe ? asker == 0 : asker > 0 && station.isOther(asker) || asker == 0 && toMe;
        int length = at + OPTIONS + LINK_ADDRESS - burst.offset(i);
        if (!right || length > burst.firstLength(i) && burst.segments(i) > 1) {
            return false;
        }
        burst.length(i, length);
        advertise(memory, at, probe, asker == 0 ? ethernet.source() : asker);
        return true;
    }

    /** Returns the link-layer address in the options; 0 if there is none, negative if the options are malformed. */
    private static long sourceLinkAddress(Memory memory, int from, int end) {
        long found = 0;
        for (int option = from; option < end; option += memory.getU8(option + 1) * LINK_ADDRESS) {
            if (option + 2 > end
                    || memory.getU8(option + 1) == 0
                    || option + memory.getU8(option + 1) * LINK_ADDRESS > end) {
                return -1;
            }
            if (memory.getU8(option) == SOURCE_LINK_ADDRESS) {
                found = (long) memory.getU16Be(option + 2) << 32 | memory.getI32Be(option + 4) & 0xffff_ffffL;
            }
        }
        return found;
    }

    private void advertise(Memory memory, int at, boolean probe, long asker) {
        memory.zero(at + FLAGS, 4);
        memory.putI8(at + FLAGS, probe ? OVERRIDE : SOLICITED | OVERRIDE);
        memory.putI8(at + OPTIONS, TARGET_LINK_ADDRESS);
        memory.putI8(at + OPTIONS + 1, 1);
        memory.putI16Be(at + OPTIONS + 2, (int) (mac >>> 32));
        memory.putI32Be(at + OPTIONS + 4, (int) mac);
        // A station that probes whether the address is free has none yet, so the advertisement goes to all nodes.
        ipv6.destination(probe ? LINK_LOCAL_GROUP : ipv6.sourceHigh(), probe ? 1 : ipv6.sourceLow())
                .source(high, low)
                .bodyLength(OPTIONS + LINK_ADDRESS);
        ethernet.destination(probe ? ALL_NODES_MAC : asker).source(mac);
        icmp.wrap(memory, at, OPTIONS + LINK_ADDRESS).type(ADVERTISEMENT);
        icmp.updateChecksum(ipv6.pseudoHeaderSum(OPTIONS + LINK_ADDRESS));
    }
}
