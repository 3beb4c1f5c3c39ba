// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.Sqe;

/**
 * Packets to the kernel's network stack.
 *
 * <p>Threads: the owner of the {@link QueuePair}; anybody may read the counters, which count since the last reset.
 */
public final class TxQueue {

    private final Ring ring;
    private final int fd;
    private final PacketsInFlight inFlight;
    private final PacketPool pool;
    private final TxCounts counts;
    private final int depth;
    private CompletionHandler completions;
    private int pending;

    TxQueue(Ring ring, int fd, PacketsInFlight inFlight, TxCounts counts, int depth) {
        this.ring = ring;
        this.fd = fd;
        this.inFlight = inFlight;
        this.pool = inFlight.pool();
        this.counts = counts;
        this.depth = depth;
    }

    void completions(CompletionHandler handler) {
        completions = handler;
    }

    /**
     * Gives packets to the device in order, as many as fit, with one system call.
     *
     * <p>Accepted packets leave the burst and belong to the queue until the kernel has written them; the rest stay, in order, and
     * still belong to the caller. Never blocks, never throws for a packet: what the kernel refuses is counted in {@link #errors}.
     *
     * @return how many were accepted
     * @throws IllegalStateException if the burst has another pool, if the queue is closed, or if another thread owns it
     */
    public int send(Burst burst) {
        if (burst.pool() != pool) {
            throw new IllegalStateException("the burst has another pool");
        }
        if (burst.size() == 0) {
            return 0;
        }
        ring.own();
        ring.completion().drain(completions, Integer.MAX_VALUE);
        int accepted = 0;
        int seen = 0;
        for (; seen < burst.size(); seen++) {
            int slot = burst.slotOrNone(seen);
            if (slot != PacketPool.NONE) {
                if (!write(slot)) {
                    break;
                }
                accepted++;
            }
        }
        burst.removeFirst(seen);
        ring.submit();
        ring.completion().drain(completions, Integer.MAX_VALUE);
        return accepted;
    }

    private boolean write(int slot) {
        Sqe sqe = pending < depth ? ring.submission().claim() : null;
        if (sqe == null) {
            return false;
        }
        int header = pool.offset(slot) - TapQueue.VNET_HEADER_LENGTH;
        clearHeader(pool.memory(), header);
        sqe.write(fd, pool.headerAddress(slot), TapQueue.VNET_HEADER_LENGTH + pool.length(slot), 0)
                .userData(QueuePair.SENT | slot);
        inFlight.hold(slot);
        pending++;
        return true;
    }

    /** A vnet header of zeros: nothing is left for the kernel to complete. */
    private static void clearHeader(Memory memory, int at) {
        memory.putI64(at, 0);
        memory.putI16(at + Long.BYTES, 0);
    }

    /** One completion of a write. */
    void sent(int slot, int result) {
        int length = pool.length(slot);
        if (result == TapQueue.VNET_HEADER_LENGTH + length) {
            counts.frames().count(pool.memory(), pool.offset(slot), length);
        } else {
            counts.add(TxCounter.ERRORS);
        }
        pending--;
        inFlight.release(slot);
    }

    /** Packets that the kernel has taken. */
    public long packets() {
        return counts.frames().frames();
    }

    /** Bytes of the frames that the kernel has taken. */
    public long bytes() {
        return counts.frames().get(FrameCounter.BYTES);
    }

    /** Packets that the kernel has refused, in whole or in part: for instance while the interface is down. */
    public long errors() {
        return counts.get(TxCounter.ERRORS);
    }
}
