// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.Ipv6Packet;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.rtap.Burst;

/**
 * A view of one packet on a link, valid during a call.
 *
 * <p>Threads: the calling thread.
 */
public final class PacketView {

    /** Types of ICMPv6: listener reports, router and neighbor discovery. */
    private static final int FIRST_CONTROL = 130;

    private static final int LAST_CONTROL = 143;

    private final EthernetFrame ethernet = new EthernetFrame();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final Ipv6Packet ipv6 = new Ipv6Packet();
    private final TcpSegment tcp = new TcpSegment();
    private final UdpDatagram udp = new UdpDatagram();

    @SuppressWarnings("NullAway.Init") // by wrap, without which there is nothing to view
    private Memory memory;

    private int offset;
    private int firstLength;
    private int length;
    private int type;
    private int protocol;
    private int transport;
    private int end;
    private boolean hasPorts;
    private boolean isControl;
    private long index;

    /** Views packet {@code i} of a burst. */
    PacketView wrap(Burst burst, int i) {
        memory = burst.memory();
        offset = burst.offset(i);
        firstLength = burst.firstLength(i);
        length = burst.length(i);
        type = 0;
        protocol = -1;
        hasPorts = false;
        isControl = true;
        ethernet.wrap(memory, offset, firstLength);
        if (ethernet.isComplete()) {
            type = ethernet.type();
            parseIp(ethernet.payloadOffset(), firstLength - EthernetFrame.HEADER_LENGTH);
        }
        return this;
    }

    private void parseIp(int at, int bytes) {
        boolean isFragment;
        int packetEnd;
        if (type == EthernetFrame.IPV4 && ipv4.wrap(memory, at, bytes).hasHeader()) {
            protocol = ipv4.protocol();
            transport = ipv4.payloadOffset();
            isFragment = ipv4.isFragment();
            packetEnd = at + ipv4.totalLength();
        } else if (type == EthernetFrame.IPV6 && ipv6.wrap(memory, at, bytes).hasHeader()) {
            protocol = ipv6.protocol();
            transport = ipv6.payloadOffset();
            isFragment = ipv6.isFragment();
            packetEnd = at + Ipv6Packet.HEADER_LENGTH + ipv6.bodyLength();
        } else {
            return;
        }
        end = Math.min(packetEnd, offset + firstLength);
        int rest = end - transport;
        isControl = isIpv6Control(rest);
        if (protocol == Ipv4Packet.TCP && !isFragment) {
            hasPorts = tcp.wrap(memory, transport, rest).isComplete();
        } else if (protocol == Ipv4Packet.UDP && !isFragment) {
            hasPorts = udp.wrap(memory, transport, rest).hasHeader();
        }
    }

    private boolean isIpv6Control(int rest) {
        if (type != EthernetFrame.IPV6 || protocol != Ipv6Packet.ICMPV6 || rest < 1) {
            return false;
        }
        int message = memory.getU8(transport);
        return message >= FIRST_CONTROL && message <= LAST_CONTROL;
    }

    /** Sets the number of the packet in its flow, from 1. */
    PacketView number(long index) {
        this.index = index;
        return this;
    }

    /** Returns the number of the packet in its flow and direction; the first one is 1. */
    public long index() {
        return index;
    }

    /** Returns the length of the frame in bytes, including the Ethernet header. */
    public int length() {
        return length;
    }

    /** Returns byte {@code at} of the frame, 0..255; only the first slot of a super-packet can be read. */
    public int byteAt(int at) {
        if (at < 0 || at >= firstLength) {
            throw new IndexOutOfBoundsException("byte " + at + " of " + firstLength);
        }
        return memory.getU8(offset + at);
    }

    /** Returns the EtherType, such as 0x0800 for IPv4. */
    public int etherType() {
        return type;
    }

    public boolean isIpv4() {
        return protocol >= 0 && type == EthernetFrame.IPV4;
    }

    public boolean isIpv6() {
        return protocol >= 0 && type == EthernetFrame.IPV6;
    }

    /** Returns whether the packet is TCP and has the TCP header; a later fragment has not. */
    public boolean isTcp() {
        return hasPorts && protocol == Ipv4Packet.TCP;
    }

    /** Returns whether the packet is UDP and has the UDP header; a later fragment has not. */
    public boolean isUdp() {
        return hasPorts && protocol == Ipv4Packet.UDP;
    }

    /** Returns the protocol after the IP header, such as 1 for ICMP; -1 if this is not an IP packet. */
    public int protocol() {
        return protocol;
    }

    /** Returns the source port of TCP or UDP; 0 if the packet is neither. */
    public int sourcePort() {
        return isTcp() ? tcp.sourcePort() : isUdp() ? udp.sourcePort() : 0;
    }

    /** Returns the destination port of TCP or UDP; 0 if the packet is neither. */
    public int destinationPort() {
        return isTcp() ? tcp.destinationPort() : isUdp() ? udp.destinationPort() : 0;
    }

    /** Returns whether the packet is TCP with all of {@code flags} set, such as {@link TcpSegment#SYN}. */
    public boolean hasTcpFlags(int flags) {
        return isTcp() && (tcp.flags() & flags) == flags;
    }

    /** Returns the number of bytes after the TCP or UDP header; 0 if the packet is neither. */
    public int payloadLength() {
        return hasPorts ? packetLength() - (payloadOffset() - ethernet.payloadOffset()) : 0;
    }

    /** Returns whether the packet is ARP or neighbor discovery, which chance does not affect. */
    boolean isControl() {
        return isControl;
    }

    boolean hasPorts() {
        return hasPorts;
    }

    Memory memory() {
        return memory;
    }

    int offset() {
        return offset;
    }

    /** Returns the offset of the packet's end within the first slot; a short frame may be padded after it. */
    int end() {
        return end;
    }

    int transportOffset() {
        return transport;
    }

    int payloadOffset() {
        return isTcp() ? tcp.payloadOffset() : udp.payloadOffset();
    }

    /** Corrects the checksum of TCP or UDP. */
    void updateChecksum() {
        int bytes = end - transport;
        int pseudo = isIpv4() ? ipv4.pseudoHeaderSum(bytes) : ipv6.pseudoHeaderSum(bytes);
        if (isTcp()) {
            tcp.updateChecksum(pseudo);
        } else {
            udp.updateChecksum(pseudo);
        }
    }

    EthernetFrame ethernet() {
        return ethernet;
    }

    Ipv4Packet ipv4() {
        return ipv4;
    }

    Ipv6Packet ipv6() {
        return ipv6;
    }

    /** Returns the length of the IP packet in bytes. */
    int packetLength() {
        return length - EthernetFrame.HEADER_LENGTH;
    }
}
