// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;

/**
 * A short list of packets in hand. {@link RxQueue#receive} fills it, {@link TxQueue#send} takes what it accepts, {@link #take} moves
 * one, {@link #release} gives the rest back to the pool.
 *
 * <p>Threads: that of its pool.
 */
public final class Burst {

    private final PacketPool pool;
    private final int[] slots;
    private int size;

    /** An empty burst for at most {@code capacity} packets of {@code pool}. */
    public Burst(PacketPool pool, int capacity) {
        this.pool = pool;
        this.slots = new int[capacity];
    }

    /** Packets in hand. */
    public int size() {
        return size;
    }

    /** Packets it can hold. */
    public int capacity() {
        return slots.length;
    }

    /** The memory that all packets lie in. */
    public Memory memory() {
        return pool.memory();
    }

    /** Position of the first byte of the frame. */
    public int offset(int i) {
        return pool.offset(slot(i));
    }

    /** Bytes of the frame, from the Ethernet header on; no FCS. */
    public int length(int i) {
        return pool.length(slot(i));
    }

    /** Sets the bytes of the frame, at most {@link PacketPool#frameCapacity}. */
    public void length(int i, int bytes) {
        if (bytes < 0 || bytes > pool.frameCapacity()) {
            throw new IllegalArgumentException("a frame has 0.." + pool.frameCapacity() + " bytes: " + bytes);
        }
        pool.length(slot(i), bytes);
    }

    /**
     * Takes a free packet from the pool to the end of the list.
     *
     * @return whether there was one, and room for it
     */
    public boolean add() {
        int slot = size == slots.length ? PacketPool.NONE : pool.take();
        if (slot == PacketPool.NONE) {
            return false;
        }
        slots[size++] = slot;
        return true;
    }

    /**
     * Moves packet {@code i} of {@code from} to the end of this list. {@code from} keeps its numbering: the place stays empty until
     * it is released.
     *
     * @throws IllegalStateException if this burst is full, or the packet has been moved before
     */
    public void take(Burst from, int i) {
        int slot = from.slot(i);
        if (size == slots.length || from.pool != pool) {
            throw new IllegalStateException(
                    size == slots.length ? "the burst is full" : "the bursts have different pools");
        }
        from.slots[i] = PacketPool.NONE;
        slots[size++] = slot;
    }

    /** Gives every packet that is still here back to the pool. */
    public void release() {
        for (int i = 0; i < size; i++) {
            if (slots[i] != PacketPool.NONE) {
                pool.release(slots[i]);
            }
        }
        size = 0;
    }

    PacketPool pool() {
        return pool;
    }

    int slotOrNone(int i) {
        return slots[i];
    }

    void append(int slot) {
        slots[size++] = slot;
    }

    /** Forgets the first {@code count} places; the others move up, without the empty ones among them. */
    void removeFirst(int count) {
        int kept = 0;
        for (int i = count; i < size; i++) {
            if (slots[i] != PacketPool.NONE) {
                slots[kept++] = slots[i];
            }
        }
        size = kept;
    }

    private int slot(int i) {
        if (i >= size || slots[i] == PacketPool.NONE) {
            throw new IllegalStateException("packet " + i + " of " + size + " is not in hand");
        }
        return slots[i];
    }
}
