// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.util.function.IntPredicate;

/**
 * The packets of a pool that one queue holds: lent to the kernel, or arrived and not yet received. At the end they are
 * released, whether or not a completion came for each.
 */
final class PacketsInFlight {

    private static final int MOST_DONE = 64;

    private final PacketPool pool;
    private final boolean[] held;
    /** To be released together. */
    private final int[] done;

    private int doneCount;

    PacketsInFlight(PacketPool pool) {
        this.pool = pool;
        this.held = new boolean[2 * pool.slots()];
        this.done = new int[MOST_DONE];
    }

    PacketPool pool() {
        return pool;
    }

    /** A free slot of the pool, now held; {@link PacketPool#NONE} if there is none. */
    int take() {
        int slot = pool.take();
        if (slot != PacketPool.NONE) {
            held[slot] = true;
        }
        return slot;
    }

    /** Takes free slots, now held, as {@link PacketPool#take(int[], int)} does. */
    int take(int[] to, int count) {
        int taken = pool.take(to, count);
        for (int i = 0; i < taken; i++) {
            held[to[i]] = true;
        }
        return taken;
    }

    /** Takes a packet over from a burst. */
    void hold(int head) {
        held[head] = true;
    }

    /** Hands a packet over to a burst. */
    void handOver(int head) {
        held[head] = false;
    }

    void release(int head) {
        held[head] = false;
        pool.release(head);
    }

    /**
     * Releases one with the next {@link #releaseDone}: a shared pool takes many as fast as one. Returns whether that is
     * due.
     */
    boolean releaseSoon(int head) {
        held[head] = false;
        done[doneCount++] = head;
        return doneCount == MOST_DONE;
    }

    /** Returns how many are to be released. */
    int done() {
        return doneCount;
    }

    int done(int i) {
        return done[i];
    }

    void releaseDone() {
        if (doneCount > 0) {
            pool.release(done, doneCount);
            doneCount = 0;
        }
    }

    /** Returns how many of those that are held {@code counted} accepts. */
    int count(IntPredicate counted) {
        int count = 0;
        for (int head = 0; head < held.length; head++) {
            count += held[head] && counted.test(head) ? 1 : 0;
        }
        return count;
    }

    /** Releases all that are held, or have been. */
    void releaseAll() {
        releaseDone();
        for (int head = 0; head < held.length; head++) {
            if (held[head]) {
                release(head);
            }
        }
    }
}
