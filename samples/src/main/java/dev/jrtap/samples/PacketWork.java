// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.Coalescer;
import dev.jrtap.rtap.PacketOffload;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.Segmenter;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;
import java.util.Set;

/**
 * The work that a {@link Forwarder} does on packets between receiving and sending them.
 *
 * <p>Threads: the forwarding thread. Ownership: packets that were taken belong to this object until they are sent.
 */
final class PacketWork {

    /** The number of packets into which one super-packet of the smallest useful segments is cut. */
    static final int CAPACITY = 256;

    private final boolean cuts;
    private final boolean merges;
    private final boolean completes;
    private final Burst out;
    private final Burst merged;
    private final Segmenter segmenter;
    private final Coalescer coalescer;
    private final PacketOffload offload;

    PacketWork(TunMode mode, PacketPool pool, Set<Forwarder.Work> works) {
        this.cuts = works.contains(Forwarder.Work.SEGMENT);
        this.merges = works.contains(Forwarder.Work.COALESCE);
        this.completes = works.contains(Forwarder.Work.CHECKSUM);
        this.segmenter = new Segmenter(mode);
        this.coalescer = new Coalescer(mode);
        this.offload = new PacketOffload(mode);
        this.out = new Burst(pool, CAPACITY);
        this.merged = new Burst(pool, CAPACITY);
    }

    /** Takes packet {@code i} of {@code in}, cut if requested; returns {@code false} if there is no room. */
    boolean take(Burst in, int i) {
        if (cuts && in.vnet(i).gsoType() != VnetHeader.GSO_NONE) {
            return segmenter.segment(in, i, out) > 0;
        }
        if (out.size() == out.capacity()) {
            return false;
        }
        out.take(in, i);
        if (completes) {
            offload.finishChecksum(out, out.size() - 1);
        }
        return true;
    }

    /** Returns the taken packets, merged if requested. The caller sends them and releases the rest. */
    Burst ready() {
        if (!merges) {
            return out;
        }
        coalescer.coalesce(out, merged);
        return merged;
    }
}
