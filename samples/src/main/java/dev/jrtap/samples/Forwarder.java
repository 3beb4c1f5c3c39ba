// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueueGroup;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.syscall.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * A wire between two devices: packets that one receives the other sends. Work that the sending kernel has left undone,
 * such as checksums and segmentation, is left to the kernel of the other side, or done by the forwarder.
 *
 * <p>Read it from {@link #run} downwards. One thread drives both queue pairs, which share one pool, so a packet moves
 * from one device to the other without being copied.
 */
public final class Forwarder implements Runnable {

    /** Work on forwarded packets. */
    public enum Work {
        /** Cuts super-packets into segments. */
        SEGMENT,
        /** Merges consecutive packets of a flow into one. */
        COALESCE,
        /** Completes checksums that were left undone. */
        CHECKSUM
    }

    private static final int BURST = 64;
    private static final int LONGEST_PACKET = 65535;

    private final QueuePair left;
    private final QueuePair right;
    private final Burst in;
    private final PacketWork work;
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
        this.left = left;
        this.right = right;
        this.in = new Burst(pool, BURST);
        this.work = new PacketWork(left.mode(), pool, works);
    }

    /**
     * Makes a pool for a forwarder between devices of {@code config}. Each packet that is only forwarded lies in one
     * slot, even a super-packet: in many, it costs a fifth more. Work on packets takes many short slots, and so does a
     * BPF program, which needs one for each packet that waits.
     */
    public static PacketPool pool(RtapConfig config, Set<Work> works) throws ErrnoException {
        if (!works.isEmpty() || config.rxMode() == RxMode.MAPPED) {
            return PacketPool.create(8192, 2048);
        }
        return config.offloads().isEmpty()
                ? PacketPool.forMtu(2048, config.mtu())
                : PacketPool.forMtu(512, LONGEST_PACKET);
    }

    /** Forwards until the queue pairs are closed, or a device is gone; sleeps while there is nothing to do. */
    @Override
    public void run() {
        try (QueueGroup group = QueueGroup.open()) {
            group.add(left);
            group.add(right);
            // Both are asked each time: a pair that is being closed waits for that.
            while (left.isOpen() & right.isOpen() && !left.isGone() && !right.isGone()) {
                if (forward(left, right) + forward(right, left) == 0) {
                    group.await(Long.MAX_VALUE);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forwards one burst. Calls on a closed queue pair do nothing, so only run() checks whether it is open. */
    private int forward(QueuePair from, QueuePair to) {
        int received = from.rx().receive(in);
        for (int i = 0; i < received; i++) {
            if (!work.take(in, i) && !(send(to) && work.take(in, i))) {
                dropped++;
            }
        }
        in.release();
        send(to);
        return received;
    }

    private boolean send(QueuePair to) {
        Burst ready = work.ready();
        int sent;
        do {
            sent = to.tx().send(ready);
            forwarded += sent;
        } while (sent > 0 && ready.size() > 0);
        dropped += ready.size();
        ready.release();
        return true;
    }

    /** Returns the number of sent packets. */
    public long forwarded() {
        return forwarded;
    }

    /** Returns the number of packets for which there was no room. */
    public long dropped() {
        return dropped;
    }
}
