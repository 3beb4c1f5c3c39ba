// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.net.FrameHeaders;
import dev.jrtap.net.InternetChecksum;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;

/**
 * Leaves work on a packet to the kernel, through its vnet header, or does it here.
 *
 * <p>Threads: one at a time. Made once, and reused for each packet.
 */
public final class PacketOffload {

    private final FrameHeaders headers = new FrameHeaders();
    private final LinkType link;

    /** Makes one for Ethernet frames. */
    public PacketOffload() {
        this(TunMode.TAP);
    }

    /** Makes one for the packets of a device, see {@link Rtap#mode} and {@link QueuePair#mode}. */
    public PacketOffload(TunMode mode) {
        link = new LinkType(mode);
    }

    /**
     * Leaves the checksum of TCP or UDP to the kernel: puts the sum of the pseudo-header in its place, as the kernel
     * wants it.
     *
     * @return {@code false} if the packet is neither, or has no room for a vnet header before it; it is left as it was
     * @throws IllegalStateException if the packet belongs to a device of the other kind
     */
    public boolean requestChecksum(Burst burst, int i) {
        if (!parse(burst, i)) {
            return false;
        }
        request(burst.vnet(i).clear(), burst.offset(i), headers);
        return true;
    }

    /**
     * Leaves the checksum of the data at {@code start} to the kernel, for instance of a packet in a tunnel; the field
     * holds the sum of the pseudo-header already.
     *
     * @param start where the sum begins, from the first byte of the frame on
     * @param offset where the field is, from {@code start} on
     * @throws IllegalArgumentException if the field is not inside the first segment
     */
    public void requestChecksum(Burst burst, int i, int start, int offset) {
        if (start < 0 || offset < 0 || start > burst.firstLength(i) - Short.BYTES - offset) {
            throw new IllegalArgumentException("a checksum at " + start + "+" + offset + " is not inside the first "
                    + burst.firstLength(i) + " bytes");
        }
        burst.vnet(i).clear().checksum(start, offset);
    }

    /** Returns whether something can be asked of the kernel for the packet; then {@link #headers} has its headers. */
    private boolean parse(Burst burst, int i) {
        PacketPool pool = burst.pool();
        return pool.hasHeadroom(burst.head(i))
                && link.check(pool).parse(headers, burst.memory(), burst.offset(i), burst.firstLength(i));
    }

    static void request(VnetHeader vnet, int frameOffset, FrameHeaders headers) {
        headers.checksum(headers.pseudoHeaderSum());
        vnet.checksum(headers.transportOffset() - frameOffset, headers.checksumOffset());
    }

    /**
     * Leaves the segmentation of a TCP or UDP packet to the kernel, and the checksums of the segments with it. The
     * lengths in the headers are those of the whole packet. The checksum of an IPv4 header is written here: the kernel
     * silently drops a super-packet whose header checksum is wrong.
     *
     * @param size bytes of payload in each segment, 1..65535
     * @return {@code false} if the packet is neither, needs no cutting, or has no room for a vnet header before it; it
     *     is left as it was
     * @throws IllegalStateException as {@link #requestChecksum(Burst, int)}
     */
    public boolean requestSegmentation(Burst burst, int i, int size) {
        if (size < 1 || size > 0xffff) {
            throw new IllegalArgumentException("a segment has 1..65535 bytes of payload: " + size);
        }
        if (!parse(burst, i) || headers.payloadLength() <= size) {
            return false;
        }
        if (headers.isIpv4()) {
            headers.ipv4().updateChecksum();
        }
        VnetHeader vnet = burst.vnet(i).clear();
        request(vnet, burst.offset(i), headers);
        segmentation(vnet, headers, size);
        return true;
    }

    static void segmentation(VnetHeader vnet, FrameHeaders headers, int size) {
        int tcp = headers.isIpv4() ? VnetHeader.GSO_TCPV4 : VnetHeader.GSO_TCPV6;
        vnet.segmentation(headers.isTcp() ? tcp : VnetHeader.GSO_UDP, size, headers.headerLength());
        if (headers.isTcp() && (headers.tcp().flags() & TcpSegment.CWR) != 0) {
            vnet.ecn();
        }
    }

    /**
     * Completes a checksum that was left undone, if there is one.
     *
     * @return {@code false} if it cannot be, because the packet is still to be cut, or the field is not in the first
     *     segment; {@code true} for a packet without room for a vnet header, in which nothing is undone
     */
    public boolean finishChecksum(Burst burst, int i) {
        if (!burst.pool().hasHeadroom(burst.head(i))) {
            return true;
        }
        VnetHeader vnet = burst.vnet(i);
        if (!vnet.needsChecksum()) {
            return vnet.gsoType() == VnetHeader.GSO_NONE;
        }
        int start = vnet.checksumStart();
        int field = start + vnet.checksumOffset();
        if (vnet.gsoType() != VnetHeader.GSO_NONE || field + Short.BYTES > burst.firstLength(i)) {
            return false;
        }
        int checksum = ~sum(burst.pool(), burst.head(i), start) & 0xffff;
        // To UDP 0 says that there is none; its other form adds up to the same.
        burst.memory().putI16Be(burst.offset(i) + field, checksum == 0 ? 0xffff : checksum);
        vnet.checksumDone();
        return true;
    }

    /** Returns the sum over a packet from its byte {@code start} on, which is in the first segment. */
    static int sum(PacketPool pool, int head, int start) {
        int sum = 0;
        int skip = start;
        boolean odd = false;
        for (int segment = head; segment != PacketPool.NONE; segment = pool.next(segment)) {
            int length = pool.length(segment) - skip;
            int piece = InternetChecksum.sum(pool.memory(), pool.offset(segment) + skip, length);
            sum = InternetChecksum.add(sum, odd ? InternetChecksum.swap(piece) : piece);
            odd ^= (length & 1) != 0;
            skip = 0;
        }
        return sum;
    }
}
