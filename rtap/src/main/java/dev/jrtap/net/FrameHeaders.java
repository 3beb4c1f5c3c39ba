// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import dev.jrtap.memory.Memory;

/**
 * The positions of the headers of a frame or of an IP packet: Ethernet with up to two 802.1Q tags, or nothing; IPv4 or
 * IPv6; TCP or UDP. Reads headers only, so the payload may be elsewhere.
 *
 * <p>Threads: one at a time. Made once, and reused for each frame.
 */
public final class FrameHeaders {

    private static final int MAX_TAGS = 2;

    private final EthernetFrame ethernet = new EthernetFrame();
    private final VlanTag tag = new VlanTag();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final Ipv6Packet ipv6 = new Ipv6Packet();
    private final TcpSegment tcp = new TcpSegment();
    private final UdpDatagram udp = new UdpDatagram();
    private int offset;
    private int networkOffset;
    private int transportOffset;
    private int payloadOffset;
    private int packetEnd;
    private boolean isIpv4;
    private boolean isTcp;

    /**
     * Parses an Ethernet frame.
     *
     * @param length bytes that lie at {@code offset}; the frame may have more elsewhere
     * @return whether it is TCP or UDP over IP, no fragment, with all its headers in those bytes; otherwise the results
     *     of the other methods are meaningless
     */
    public boolean parseFrame(Memory memory, int offset, int length) {
        this.offset = offset;
        ethernet.wrap(memory, offset, length);
        if (!ethernet.isComplete()) {
            return false;
        }
        int type = ethernet.type();
        int at = ethernet.payloadOffset();
        for (int tags = 0; tags < MAX_TAGS && isTag(type); tags++) {
            tag.wrap(memory, at, offset + length - at);
            if (!tag.isComplete()) {
                return false;
            }
            type = tag.type();
            at = tag.payloadOffset();
        }
        return parseIp(memory, at, type, offset + length);
    }

    /**
     * Parses an IP packet that has no link-layer header before it, as TUN devices carry them. The version is in its
     * first four bits.
     *
     * @param length bytes that lie at {@code offset}; the packet may have more elsewhere
     * @return as {@link #parseFrame}
     */
    public boolean parsePacket(Memory memory, int offset, int length) {
        this.offset = offset;
        if (length < 1) {
            return false;
        }
        return switch (memory.getU8(offset) >> 4) {
            case 4 -> parseIp(memory, offset, EthernetFrame.IPV4, offset + length);
            case 6 -> parseIp(memory, offset, EthernetFrame.IPV6, offset + length);
            default -> false;
        };
    }

    private boolean parseIp(Memory memory, int at, int type, int end) {
        networkOffset = at;
        return network(memory, type, end - at) && transport(memory, end - transportOffset);
    }

    private static boolean isTag(int type) {
        return type == EthernetFrame.VLAN || type == EthernetFrame.SERVICE_VLAN;
    }

    private boolean network(Memory memory, int type, int length) {
        int protocol;
        if (type == EthernetFrame.IPV4) {
            ipv4.wrap(memory, networkOffset, length);
            if (!ipv4.hasHeader() || ipv4.isFragment()) {
                return false;
            }
            isIpv4 = true;
            protocol = ipv4.protocol();
            transportOffset = ipv4.payloadOffset();
            packetEnd = networkOffset + ipv4.totalLength();
        } else if (type == EthernetFrame.IPV6) {
            ipv6.wrap(memory, networkOffset, length);
            if (!ipv6.hasHeader() || ipv6.isFragment()) {
                return false;
            }
            isIpv4 = false;
            protocol = ipv6.protocol();
            transportOffset = ipv6.payloadOffset();
            packetEnd = networkOffset + Ipv6Packet.HEADER_LENGTH + ipv6.bodyLength();
        } else {
            return false;
        }
        isTcp = protocol == Ipv4Packet.TCP;
        return isTcp || protocol == Ipv4Packet.UDP;
    }

    private boolean transport(Memory memory, int length) {
        if (isTcp) {
            tcp.wrap(memory, transportOffset, length);
            if (!tcp.isComplete()) {
                return false;
            }
            payloadOffset = tcp.payloadOffset();
        } else {
            udp.wrap(memory, transportOffset, length);
            if (!udp.hasHeader()) {
                return false;
            }
            payloadOffset = udp.payloadOffset();
        }
        return payloadOffset <= packetEnd;
    }

    /** Returns whether it is IPv4; otherwise it is IPv6. */
    public boolean isIpv4() {
        return isIpv4;
    }

    /** Returns whether it is TCP; otherwise it is UDP. */
    public boolean isTcp() {
        return isTcp;
    }

    /** Returns the IPv4 packet, if it {@link #isIpv4}. */
    public Ipv4Packet ipv4() {
        return ipv4;
    }

    /** Returns the IPv6 packet, if it is none of IPv4. */
    public Ipv6Packet ipv6() {
        return ipv6;
    }

    /** Returns the TCP segment, if it {@link #isTcp}. */
    public TcpSegment tcp() {
        return tcp;
    }

    /** Returns the UDP datagram, if it is none of TCP. */
    public UdpDatagram udp() {
        return udp;
    }

    /** Returns where the IP header begins. */
    public int networkOffset() {
        return networkOffset;
    }

    /** Returns where the TCP or UDP header begins. */
    public int transportOffset() {
        return transportOffset;
    }

    /** Returns where the payload of TCP or UDP begins. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Bytes of all headers, from the start of the frame or the packet on. */
    public int headerLength() {
        return payloadOffset - offset;
    }

    /** Bytes of the payload, by the IP header. */
    public int payloadLength() {
        return packetEnd - payloadOffset;
    }

    /**
     * Sets the lengths in IP and UDP headers, for a payload of {@code bytes}. The IPv4 checksum must be updated
     * afterwards.
     */
    public FrameHeaders payloadLength(int bytes) {
        packetEnd = payloadOffset + bytes;
        if (isIpv4) {
            ipv4.totalLength(packetEnd - networkOffset);
        } else {
            ipv6.bodyLength(packetEnd - networkOffset - Ipv6Packet.HEADER_LENGTH);
        }
        if (!isTcp) {
            udp.datagramLength(packetEnd - transportOffset);
        }
        return this;
    }

    /** Returns where the checksum of TCP or UDP is, from {@link #transportOffset} on. */
    public int checksumOffset() {
        return isTcp ? TcpSegment.CHECKSUM_OFFSET : UdpDatagram.CHECKSUM_OFFSET;
    }

    /** Returns the checksum of TCP or UDP. */
    public int checksum() {
        return isTcp ? tcp.checksum() : udp.checksum();
    }

    public FrameHeaders checksum(int checksum) {
        if (isTcp) {
            tcp.checksum(checksum);
        } else {
            udp.checksum(checksum);
        }
        return this;
    }

    /** Returns the sum of the pseudo-header, for a TCP or UDP packet of the length in the headers. */
    public int pseudoHeaderSum() {
        int bytes = packetEnd - transportOffset;
        return isIpv4 ? ipv4.pseudoHeaderSum(bytes) : ipv6.pseudoHeaderSum(bytes);
    }
}
