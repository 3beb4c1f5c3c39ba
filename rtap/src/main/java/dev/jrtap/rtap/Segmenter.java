// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.FrameHeaders;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;

/**
 * Cuts a super-packet into packets for the wire. Each gets new headers in a slot; the payload is not copied, but viewed
 * where it is.
 *
 * <p>Threads: one at a time. Made once, and reused for each packet.
 */
public final class Segmenter {

    /** Flags that only the last segment keeps, and those that only the first one does. */
    private static final int LAST_ONLY = TcpSegment.FIN | TcpSegment.PSH;

    private static final int FIRST_ONLY = TcpSegment.CWR;

    /** Bytes that are looked at for headers: the longest chain of them that makes sense. */
    private static final int MOST_HEADERS = 256;

    private final FrameHeaders headers = new FrameHeaders();
    /** The headers of the super-packet, which may be spread over several small slots. */
    private final Memory scratch = Memory.allocate(MOST_HEADERS);

    private final LinkType link;
    private final PacketOffload offload;

    @SuppressWarnings("NullAway.Init") // by segment
    private PacketPool pool;

    private int segment;
    private int used;

    /** Makes one for Ethernet frames. */
    public Segmenter() {
        this(TunMode.TAP);
    }

    /** Makes one for the packets of a device, see {@link Rtap#mode} and {@link QueuePair#mode}. */
    public Segmenter(TunMode mode) {
        link = new LinkType(mode);
        offload = new PacketOffload(mode);
    }

    /**
     * Cuts packet {@code i} of {@code in} as its vnet header says, and appends the pieces to {@code out}, each with a
     * complete checksum. The packet's place in {@code in} is then empty. A packet that needs no cutting, or has no room
     * for a vnet header, is moved unchanged.
     *
     * @return how many packets were appended; 0 if there was no room in {@code out}, or the pool had not enough left,
     *     or the packet is neither TCP nor UDP: then nothing has changed
     */
    public int segment(Burst in, int i, Burst out) {
        pool = in.pool();
        if (out.pool() != pool) {
            throw new IllegalStateException("the bursts have different pools");
        }
        if (!pool.hasHeadroom(in.head(i)) || in.vnet(i).gsoType() == VnetHeader.GSO_NONE) {
            if (out.size() == out.capacity()) {
                return 0;
            }
            out.take(in, i);
            return 1;
        }
        int size = in.vnet(i).gsoSize();
        if (size == 0 || !link.check(pool).parse(headers, scratch, 0, gatherHeaders(in.head(i)))) {
            return 0;
        }
        int headerLength = headers.headerLength();
        int payload = in.length(i) - headerLength;
        int count = Math.max(1, (payload + size - 1) / size);
        int before = out.size();
        if (out.capacity() - before < count) {
            return 0;
        }
        segment = in.head(i);
        used = headerLength;
        for (int k = 0; k < count; k++) {
            int bytes = Math.min(size, payload - k * size);
            if (!cut(headerLength, bytes, out)) {
                out.truncate(before);
                return 0;
            }
            complete(out, before + k, k * size, k, k == count - 1);
        }
        pool.release(in.remove(i));
        return count;
    }

    /** Copies the first bytes of a packet, from as many segments as they lie in; returns how many there are. */
    private int gatherHeaders(int head) {
        int gathered = 0;
        for (int at = head; at != PacketPool.NONE && gathered < MOST_HEADERS; at = pool.next(at)) {
            int bytes = Math.min(pool.length(at), MOST_HEADERS - gathered);
            scratch.copy(gathered, pool.memory(), pool.offset(at), bytes);
            gathered += bytes;
        }
        return gathered;
    }

    /** Appends a packet of copied headers and viewed payload. */
    private boolean cut(int headerLength, int bytes, Burst out) {
        if (headerLength > pool.slotSize() - 1 - VnetHeader.LENGTH || !out.add()) {
            return false;
        }
        int last = out.head(out.size() - 1);
        if (headerLength > pool.frameCapacity()) {
            // They fill a small slot: headroom gives way, down to the vnet header, which is still clear.
            out.prepend(out.size() - 1, headerLength - pool.frameCapacity());
        }
        pool.memory().copy(pool.offset(last), scratch, 0, headerLength);
        pool.length(last, headerLength);
        int rest = bytes;
        while (rest > 0) {
            int there = pool.length(segment) - used;
            if (there <= 0) {
                // The headers may end in a later segment.
                used -= pool.length(segment);
                segment = pool.next(segment);
                continue;
            }
            int taken = Math.min(rest, there);
            int view = pool.view(segment, pool.offset(segment) + used, taken);
            if (view == PacketPool.NONE) {
                return false;
            }
            pool.next(last, view);
            last = view;
            used += taken;
            rest -= taken;
        }
        return true;
    }

    /** Corrects the copied headers of segment {@code index}. */
    private void complete(Burst out, int i, int before, int index, boolean last) {
        link.parse(headers, out.memory(), out.offset(i), out.firstLength(i));
        headers.payloadLength(out.length(i) - headers.headerLength());
        if (headers.isIpv4()) {
            headers.ipv4()
                    .identification(headers.ipv4().identification() + index)
                    .updateChecksum();
        }
        if (headers.isTcp()) {
            TcpSegment tcp = headers.tcp();
            int dropped = (last ? 0 : LAST_ONLY) | (index == 0 ? 0 : FIRST_ONLY);
            tcp.sequence(tcp.sequence() + before).flags(tcp.flags() & ~dropped);
        }
        PacketOffload.request(out.vnet(i), out.offset(i), headers);
        offload.finishChecksum(out, i);
    }
}
