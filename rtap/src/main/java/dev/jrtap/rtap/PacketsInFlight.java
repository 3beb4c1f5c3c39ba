// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * Which slots of a pool one queue pair holds: lent to the kernel, or arrived and not yet received. At the end they go back, whether
 * or not a completion came for each.
 */
final class PacketsInFlight {

    private final PacketPool pool;
    private final boolean[] held;

    PacketsInFlight(PacketPool pool) {
        this.pool = pool;
        this.held = new boolean[pool.slots()];
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

    /** Takes a packet over from a burst. */
    void hold(int slot) {
        held[slot] = true;
    }

    /** Hands a packet over to a burst. */
    void handOver(int slot) {
        held[slot] = false;
    }

    void release(int slot) {
        held[slot] = false;
        pool.release(slot);
    }

    void releaseAll() {
        for (int slot = 0; slot < held.length; slot++) {
            if (held[slot]) {
                release(slot);
            }
        }
    }
}
