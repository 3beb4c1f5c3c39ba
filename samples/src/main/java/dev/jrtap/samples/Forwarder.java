// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.Coalescer;
import dev.jrtap.rtap.PacketOffload;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueueGroup;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Segmenter;
import dev.jrtap.tuntap.VnetHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A wire between two devices: what one receives the other sends. Packets go on as they are, with whatever the kernel
 * has left undone in them left to the kernel of the other side; or the forwarder does it.
 *
 * <p>Read it from {@link #run} downwards. One thread drives both queue pairs, whose packets are of one pool, so a
 * packet moves from one device to the other without being copied.
 */
public final class Forwarder implements Runnable {

    /** What is done to packets on their way. */
    public enum Work {
        /** Super-packets are cut. */
        SEGMENT,
        /** Consecutive packets of a flow are made one. */
        COALESCE,
        /** Checksums that are left undone are completed. */
        CHECKSUM
    }

    private static final int BURST = 64;
    /** As many as one super-packet of the smallest useful segments gives. */
    private static final int CUT = 256;

    private final QueuePair left;
    private final QueuePair right;
    private final Set<Work> works;
    private final Burst in;
    private final Burst out;
    private final Burst merged;
    private final Segmenter segmenter;
    private final Coalescer coalescer;
    private final PacketOffload offload;
    private long forwarded;
    private long dropped;

    /**
     * Makes a forwarder between two queue pairs of {@code pool}.
     *
     * @throws IllegalArgumentException if one carries Ethernet frames and the other IP packets
     */
    public Forwarder(QueuePair left, QueuePair right, PacketPool pool, Set<Work> works) {
        if (left.mode() != right.mode()) {
            throw new IllegalArgumentException(
                    "both sides must carry the same: left=" + left.mode() + ", right=" + right.mode());
        }
        this.segmenter = new Segmenter(left.mode());
        this.coalescer = new Coalescer(left.mode());
        this.offload = new PacketOffload(left.mode());
        this.left = left;
        this.right = right;
        EnumSet<Work> copy = EnumSet.noneOf(Work.class);
        copy.addAll(works);
        this.works = Collections.unmodifiableSet(copy);
        this.in = new Burst(pool, BURST);
        this.out = new Burst(pool, CUT);
        this.merged = new Burst(pool, CUT);
    }

    /** Forwards until the queue pairs are closed; when there is nothing to do, sleeps for both sides. */
    @Override
    public void run() {
        try (QueueGroup group = QueueGroup.open()) {
            group.add(left);
            group.add(right);
            while (left.isOpen() & right.isOpen()) {
                if (forward(left, right) + forward(right, left) == 0) {
                    group.await(Long.MAX_VALUE);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody asks here whether they are open: until run() has, calls to a closed one find nothing to do. */
    private int forward(QueuePair from, QueuePair to) {
        int received = from.rx().receive(in);
        for (int i = 0; i < received; i++) {
            if (!pass(i) && !(send(to) && pass(i))) {
                dropped++;
            }
        }
        in.release();
        send(to);
        return received;
    }

    /** Moves a packet from {@link #in} to {@link #out}, cut if that is wanted; {@code false} if there was no room. */
    private boolean pass(int i) {
        if (works.contains(Work.SEGMENT) && in.vnet(i).gsoType() != VnetHeader.GSO_NONE) {
            return segmenter.segment(in, i, out) > 0;
        }
        if (out.size() == out.capacity()) {
            return false;
        }
        out.take(in, i);
        if (works.contains(Work.CHECKSUM)) {
            offload.finishChecksum(out, out.size() - 1);
        }
        return true;
    }

    private boolean send(QueuePair to) {
        Burst ready = out;
        if (works.contains(Work.COALESCE)) {
            coalescer.coalesce(out, merged);
            ready = merged;
        }
        int sent;
        do {
            sent = to.tx().send(ready);
            forwarded += sent;
        } while (sent > 0 && ready.size() > 0);
        dropped += ready.size();
        ready.release();
        return true;
    }

    /** Packets sent. */
    public long forwarded() {
        return forwarded;
    }

    /** Packets for which there was no room. */
    public long dropped() {
        return dropped;
    }
}
