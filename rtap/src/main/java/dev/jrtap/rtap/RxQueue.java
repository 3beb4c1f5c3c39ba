// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Errno;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Ring;

/**
 * Packets from the kernel's network stack.
 *
 * <p>Threads: the owner of the {@link QueuePair}; anybody may read the counters, which count since the last reset.
 */
public final class RxQueue {

    private static final int MIN_FRAME = 14;

    private final Ring ring;
    private final PacketsInFlight inFlight;
    private final PacketPool pool;
    private final Receiver receiver;
    private final RxCounts counts;
    private final int[] arrived;
    private final int mask;
    private CompletionHandler completions;
    private boolean closed;
    private int head;
    private int tail;

    RxQueue(Ring ring, PacketsInFlight inFlight, Receiver receiver, RxCounts counts, int depth) {
        this.ring = ring;
        this.inFlight = inFlight;
        this.pool = inFlight.pool();
        this.receiver = receiver;
        this.counts = counts;
        // look() stops at the depth, and no more than the depth are lent besides.
        this.arrived = new int[2 * depth];
        this.mask = arrived.length - 1;
    }

    void completions(CompletionHandler handler) {
        completions = handler;
    }

    /**
     * Fills an empty burst with what has arrived. Does not wait; enters the kernel only if nothing is at hand.
     *
     * @return how many packets, 0..burst.capacity(); once 0 when the queue has been closed
     * @throws IllegalStateException if the burst is not empty or has another pool, if the queue has been closed before, or if
     *     another thread owns it
     */
    public int receive(Burst burst) {
        if (burst.size() != 0 || burst.pool() != pool) {
            throw new IllegalStateException(
                    burst.size() != 0 ? "the burst still holds packets: release it" : "the burst has another pool");
        }
        if (!ring.isOpen()) {
            if (closed) {
                throw new IllegalStateException("the queue is closed");
            }
            closed = true;
            return 0;
        }
        look();
        int count = Math.min(burst.capacity(), tail - head);
        for (int i = 0; i < count; i++) {
            int slot = arrived[head++ & mask];
            inFlight.handOver(slot);
            burst.append(slot);
        }
        return count;
    }

    /**
     * Sleeps until a packet is there.
     *
     * @param timeoutNanos how long at most
     * @return whether one is there; {@code false} after the timeout, a wake or a close
     */
    public boolean await(long timeoutNanos) {
        long deadline = System.nanoTime() + timeoutNanos;
        while (ring.isOpen()) {
            look();
            if (tail != head) {
                return true;
            }
            long remaining = deadline - System.nanoTime();
            // The ring also wakes for what is no packet: a sent one, or a read that fails for ever because the device
            // is gone.
            if (remaining <= 0 || !ring.await(remaining)) {
                return false;
            }
        }
        return false;
    }

    private void look() {
        ring.own();
        if (tail - head > mask / 2) {
            return;
        }
        receiver.replenish();
        int drained = ring.completion().drain(completions, Integer.MAX_VALUE);
        if (drained == 0 && tail == head) {
            ring.submitIfNeeded();
            ring.completion().drain(completions, Integer.MAX_VALUE);
        }
    }

    /** One completion of a read. */
    void completed(int token, int result, int flags) {
        int slot = receiver.slotOf(token, result, flags);
        if (slot == PacketPool.NONE) {
            countFailure(result);
        } else if (result < TapQueue.VNET_HEADER_LENGTH + MIN_FRAME) {
            countFailure(result);
            receiver.recycle(slot, result);
        } else if (result >= pool.bufferLength()) {
            // The spare byte is used: the frame was longer than the slot, and the kernel has dropped the rest.
            counts.add(RxCounter.TRUNCATED);
            receiver.recycle(slot, result);
        } else {
            int length = result - TapQueue.VNET_HEADER_LENGTH;
            pool.length(slot, length);
            counts.frames().count(pool.memory(), pool.offset(slot), length);
            arrived[tail++ & mask] = slot;
        }
    }

    private void countFailure(int result) {
        if (result == -Errno.ENOBUFS) {
            counts.add(RxCounter.NO_BUFFER);
        } else if (result != -Errno.EAGAIN && result != -Errno.ECANCELED) {
            counts.add(RxCounter.ERRORS);
        }
    }

    /** How packets are received: never {@link RxMode#AUTO}. */
    public RxMode mode() {
        return receiver.mode();
    }

    /** Packets received. */
    public long packets() {
        return counts.frames().frames();
    }

    /** Bytes of the frames received. */
    public long bytes() {
        return counts.frames().get(FrameCounter.BYTES);
    }

    /** Reads that failed, or brought less than an Ethernet header. */
    public long errors() {
        return counts.get(RxCounter.ERRORS);
    }

    /** Frames longer than a slot, dropped. */
    public long truncated() {
        return counts.get(RxCounter.TRUNCATED);
    }

    /** How often the pool was empty; the packets waited in the kernel. */
    public long noBuffer() {
        return counts.get(RxCounter.NO_BUFFER);
    }
}
