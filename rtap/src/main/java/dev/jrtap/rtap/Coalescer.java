// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.FrameHeaders;
import dev.jrtap.net.InternetChecksum;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;

/**
 * Makes one super-packet of consecutive packets of a flow, by chaining their payloads: one write, and one pass through
 * the kernel's stack, for many. Cutting the super-packet again gives the same packets, byte for byte; a packet for
 * which it would not, for instance one whose checksum is wrong, is not merged.
 *
 * <p>UDP needs {@link dev.jrtap.tuntap.TunOffload#USO} of the kernel, TCP none.
 *
 * <p>Threads: one at a time. Made once, and reused for each burst.
 */
public final class Coalescer {

    private static final int MAX_PACKET = 65535;

    /** Datagrams that the kernel makes of one super-packet (UDP_MAX_SEGMENTS before Linux 6.9). */
    private static final int MAX_DATAGRAMS = 64;

    private static final int MERGEABLE_FLAGS = TcpSegment.ACK | TcpSegment.PSH | TcpSegment.ECE;
    private static final int NONE = -1;

    private final FrameHeaders first = new FrameHeaders();
    private final FrameHeaders next = new FrameHeaders();
    private final VnetHeader vnet = new VnetHeader();
    private final LinkType link;

    @SuppressWarnings("NullAway.Init") // by coalesce
    private PacketPool pool;

    private int open = NONE;
    private int tail;
    private int count;
    private int segments;
    private int size;
    private int payload;
    private boolean full;

    /** Whether it is a datagram of one segment, whose vnet header speaks for its checksum. */
    private boolean repeatable;

    /** Makes one for Ethernet frames. */
    public Coalescer() {
        this(TunMode.TAP);
    }

    /** Makes one for the packets of a device, see {@link Rtap#mode} and {@link QueuePair#mode}. */
    public Coalescer(TunMode mode) {
        link = new LinkType(mode);
    }

    /**
     * Moves packets of {@code in} to {@code out}, in order, merged where possible: as many as fit. The rest stays in
     * {@code in}.
     *
     * @return packets moved or merged
     */
    public int coalesce(Burst in, Burst out) {
        if (in == out) {
            throw new IllegalArgumentException(
                    "packets are merged into another burst than the one they are taken from");
        }
        if (in.pool() != out.pool()) {
            throw new IllegalStateException("the bursts have different pools");
        }
        pool = in.pool();
        link.check(pool);
        open = NONE;
        int moved = 0;
        int seen = 0;
        for (; seen < in.size(); seen++) {
            if (in.slotOrNone(seen) == PacketPool.NONE) {
                continue;
            }
            if (repeats(in.head(seen))) {
                chain(in.remove(seen), first.headerLength(), size);
                moved++;
                continue;
            }
            boolean parsed = prepare(in.head(seen));
            if (open != NONE && parsed && continues(in.head(seen))) {
                append(in.remove(seen));
            } else if (out.size() < out.capacity()) {
                finish();
                out.take(in, seen);
                begin(out.head(out.size() - 1), parsed);
            } else {
                break;
            }
            moved++;
        }
        finish();
        in.removeFirst(seen);
        return moved;
    }

    /**
     * Returns whether the packet follows on the datagram that is open, and has its length: then all other bytes of its
     * headers are those of that one, which has been parsed. Most packets of a flow are recognized by this.
     */
    private boolean repeats(int head) {
        if (open == NONE
                || !repeatable
                || full
                || count == MAX_DATAGRAMS
                || pool.next(head) != PacketPool.NONE
                || pool.length(head) != first.headerLength() + size
                || first.headerLength() + payload + size > MAX_PACKET
                || !pool.hasHeadroom(head)) {
            return false;
        }
        Memory memory = pool.memory();
        int a = pool.header(open);
        int b = pool.header(head);
        int ip = first.networkOffset();
        int udp = first.transportOffset();
        int shift = b - a;
        if (memory.getU16(udp + shift + UdpDatagram.CHECKSUM_OFFSET) == 0) {
            return false;
        }
        if (!first.isIpv4()) {
            return same(a, b, udp + UdpDatagram.CHECKSUM_OFFSET - a);
        }
        // All but identification and checksum: from flags to protocol; addresses, ports and length.
        return same(a, b, ip + 4 - a)
                && memory.getI32(ip + 6) == memory.getI32(ip + 6 + shift)
                && memory.getI64(ip + 12) == memory.getI64(ip + 12 + shift)
                && memory.getI64(ip + 18) == memory.getI64(ip + 18 + shift)
                && countsUp(ip, ip + shift);
    }

    /** Returns whether the vnet header says that the checksum is right, or will be. */
    private boolean isVouchedFor(int head) {
        vnet.wrap(pool.memory(), pool.header(head));
        return vnet.needsChecksum() || vnet.isValid();
    }

    /** Returns whether an IPv4 header like the first has the next identification and the right checksum. */
    private boolean countsUp(int a, int b) {
        int before = pool.memory().getU16Be(a + 4);
        int after = pool.memory().getU16Be(b + 4);
        return after == (before + count & 0xffff)
                && pool.memory().getU16Be(b + 10)
                        == InternetChecksum.replace16(pool.memory().getU16Be(a + 10), before, after);
    }

    /** Returns whether the packet can be part of a super-packet at all; then {@link #next} has its headers. */
    private boolean prepare(int head) {
        if (!pool.hasHeadroom(head) || !link.parse(next, pool.memory(), pool.offset(head), pool.length(head))) {
            return false;
        }
        boolean whole = next.headerLength() + next.payloadLength() == pool.packetLength(head);
        if (!whole || next.payloadLength() == 0 || next.isIpv4() && !isPlain(next.ipv4())) {
            return false;
        }
        // A length of UDP that is not that of IP would be written anew.
        if (!next.isTcp() && next.udp().datagramLength() != UdpDatagram.HEADER_LENGTH + next.payloadLength()) {
            return false;
        }
        if (next.isTcp()
                && ((next.tcp().flags() & TcpSegment.ACK) == 0 || next.tcp().urgentPointer() != 0)) {
            return false;
        }
        return isChecked(head);
    }

    private static boolean isPlain(Ipv4Packet ipv4) {
        return ipv4.headerLength() == Ipv4Packet.MIN_HEADER_LENGTH && ipv4.hasValidChecksum();
    }

    /** Returns whether the checksum is right, or will be: a wrong one must stay wrong. */
    private boolean isChecked(int head) {
        Memory memory = pool.memory();
        int header = pool.header(head);
        if (!VnetHeader.isClear(memory, header)) {
            vnet.wrap(memory, header);
            if (vnet.gsoType() != VnetHeader.GSO_NONE) {
                return false;
            }
            if (vnet.needsChecksum() || vnet.isValid()) {
                return next.isTcp() || next.checksum() != 0;
            }
        }
        if (!next.isTcp() && next.checksum() == 0) {
            return false;
        }
        int sum = PacketOffload.sum(pool, head, next.transportOffset() - pool.offset(head));
        return InternetChecksum.add(sum, next.pseudoHeaderSum()) == 0xffff;
    }

    private void begin(int head, boolean mergeable) {
        open = NONE;
        if (!mergeable || next.isTcp() && (next.tcp().flags() & ~MERGEABLE_FLAGS) != 0) {
            return;
        }
        open = head;
        tail = last(head);
        count = 1;
        segments = pool.segmentCount(head);
        size = next.payloadLength();
        payload = size;
        full = next.isTcp() && (next.tcp().flags() & TcpSegment.PSH) != 0;
        repeatable = !next.isTcp() && segments == 1 && isVouchedFor(head);
        link.parse(first, pool.memory(), pool.offset(head), pool.length(head));
    }

    private int last(int head) {
        int segment = head;
        while (pool.next(segment) != PacketPool.NONE) {
            segment = pool.next(segment);
        }
        return segment;
    }

    /** Returns whether the packet follows on the one that is open. */
    private boolean continues(int head) {
        if (full
                || next.isTcp() != first.isTcp()
                || next.isIpv4() != first.isIpv4()
                || next.headerLength() != first.headerLength()
                || next.payloadLength() > size
                || next.headerLength() + payload + next.payloadLength() > MAX_PACKET
                || !next.isTcp() && count == MAX_DATAGRAMS
                || segments + pool.segmentCount(head) > PacketPool.MAX_SEGMENTS) {
            return false;
        }
        return sameLink(head) && sameNetwork() && (next.isTcp() ? sameStream() : samePorts());
    }

    private boolean sameLink(int head) {
        return same(pool.offset(open), pool.offset(head), next.networkOffset() - pool.offset(head));
    }

    private boolean sameNetwork() {
        int a = first.networkOffset();
        int b = next.networkOffset();
        if (!next.isIpv4()) {
            // All but the length, extension headers included.
            return same(a, b, 4) && same(a + 6, b + 6, next.transportOffset() - b - 6);
        }
        // All but length, identification, which counts up, and checksum.
        return same(a, b, 2)
                && next.ipv4().identification() == (first.ipv4().identification() + count & 0xffff)
                && same(a + 6, b + 6, 4)
                && same(a + 12, b + 12, 8);
    }

    private boolean samePorts() {
        return same(first.transportOffset(), next.transportOffset(), 4);
    }

    private boolean sameStream() {
        int a = first.transportOffset();
        int b = next.transportOffset();
        TcpSegment tcp = next.tcp();
        int flags = tcp.flags();
        int differing = flags ^ first.tcp().flags();
        return same(a, b, 4)
                && tcp.sequence() == first.tcp().sequence() + payload
                && same(a + 8, b + 8, 5)
                && (differing & ~(TcpSegment.PSH | TcpSegment.FIN)) == 0
                && tcp.window() == first.tcp().window()
                && same(a + 20, b + 20, tcp.headerLength() - TcpSegment.MIN_HEADER_LENGTH);
    }

    private boolean same(int a, int b, int length) {
        Memory memory = pool.memory();
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (memory.getI64(a + i) != memory.getI64(b + i)) {
                return false;
            }
        }
        for (; i + Short.BYTES <= length; i += Short.BYTES) {
            if (memory.getU16(a + i) != memory.getU16(b + i)) {
                return false;
            }
        }
        return i == length || memory.getI8(a + i) == memory.getI8(b + i);
    }

    private void append(int head) {
        int bytes = next.payloadLength();
        full = bytes < size;
        if (next.isTcp()) {
            int ending = next.tcp().flags() & (TcpSegment.PSH | TcpSegment.FIN);
            first.tcp().flags(first.tcp().flags() | ending);
            full |= ending != 0;
        }
        chain(head, next.headerLength(), bytes);
    }

    /** Appends the payload of a packet to the one that is open. */
    private void chain(int head, int headers, int bytes) {
        pool.offset(head, pool.offset(head) + headers);
        pool.length(head, pool.length(head) - headers);
        pool.next(tail, head);
        tail = last(head);
        payload += bytes;
        segments += pool.segmentCount(head);
        count++;
    }

    /** Writes the headers of the super-packet, if it has become one. */
    private void finish() {
        if (open == NONE || count == 1) {
            open = NONE;
            return;
        }
        first.payloadLength(payload);
        if (first.isIpv4()) {
            first.ipv4().updateChecksum();
        }
        vnet.wrap(pool.memory(), pool.header(open)).clear();
        PacketOffload.request(vnet, pool.offset(open), first);
        PacketOffload.segmentation(vnet, first, size);
        open = NONE;
    }
}
