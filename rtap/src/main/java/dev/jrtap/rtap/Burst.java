// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.tuntap.VnetHeader;

/**
 * A short list of packets in hand. {@link RxQueue#receive} fills it, {@link TxQueue#send} removes the packets that it
 * accepts, {@link #take} moves one, {@link #release} returns the rest to the pool.
 *
 * <p>Most packets have one segment, which lies at {@link #offset}; where there are more, {@link Segments} walks over
 * them. Headers are in the first one, as the kernel and this library make packets.
 *
 * <p>Threads: that of its pool; if the pool is shared, one at a time.
 */
public final class Burst {

    private final PacketPool pool;
    private final int[] slots;
    private final VnetHeader header = new VnetHeader();
    private int size;

    /**
     * Makes an empty burst for at most {@code capacity} packets of {@code pool}.
     *
     * @throws IllegalArgumentException if the capacity is negative
     * @throws IllegalStateException if the pool is closed
     */
    public Burst(PacketPool pool, int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("capacity must not be negative: " + capacity);
        }
        pool.users().checkOpen();
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

    /** Returns the memory that all packets lie in. */
    public Memory memory() {
        return pool.memory();
    }

    /** Position of the first byte of the frame. */
    public int offset(int i) {
        return pool.offset(head(i));
    }

    /** Bytes of the frame, from the Ethernet header on, in all segments; no FCS. */
    public int length(int i) {
        return pool.packetLength(head(i));
    }

    /** Bytes of the first segment: of the frame, if there is no other. */
    public int firstLength(int i) {
        return pool.length(head(i));
    }

    /** Sets the bytes of the first segment, at most those that its slot holds from {@link #offset} on. */
    public void length(int i, int bytes) {
        int head = head(i);
        if (bytes < 0 || bytes > pool.room(head)) {
            throw new IllegalArgumentException("the slot holds 0.." + pool.room(head) + " bytes: " + bytes);
        }
        pool.length(head, bytes);
    }

    /** Segments of the packet. */
    public int segments(int i) {
        return pool.segmentCount(head(i));
    }

    /**
     * Returns the vnet header: the work left to do on the packet, for a received one by its user, for one to be sent by
     * the kernel. The view is reused: it stays valid until the next call.
     *
     * @throws IllegalStateException if there is no room for it before the frame: {@link TxQueue#send} treats such a
     *     packet as one that needs no work
     */
    public VnetHeader vnet(int i) {
        int head = head(i);
        if (!pool.hasHeadroom(head)) {
            throw new IllegalStateException("packet " + i + " has no room for a vnet header before the frame");
        }
        return header.wrap(pool.memory(), pool.header(head));
    }

    /**
     * Moves the beginning of the frame {@code bytes} forward, to prepend a header; or back, if negative. The vnet
     * header moves along.
     *
     * @throws IllegalArgumentException if the slot lacks the room, or the first segment the bytes
     */
    public void prepend(int i, int bytes) {
        int head = head(i);
        if (bytes > pool.headroom(head) || bytes < -pool.length(head)) {
            throw new IllegalArgumentException("the frame has " + pool.headroom(head)
                    + " bytes of room before it, and a first segment of " + pool.length(head) + ": " + bytes);
        }
        boolean had = pool.hasHeadroom(head);
        int from = pool.header(head);
        pool.offset(head, pool.offset(head) - bytes);
        pool.length(head, pool.length(head) + bytes);
        if (pool.hasHeadroom(head)) {
            header.wrap(pool.memory(), pool.header(head));
            if (had) {
                pool.memory().copy(pool.header(head), pool.memory(), from, VnetHeader.LENGTH);
                header.shift(bytes);
            } else {
                header.clear();
            }
        }
    }

    /**
     * Adds a free packet of one segment from the pool to the end of the list, empty and with an empty vnet header.
     *
     * @return whether there was one, and room for it
     */
    public boolean add() {
        int slot = size == slots.length ? PacketPool.NONE : pool.take();
        if (slot == PacketPool.NONE) {
            return false;
        }
        VnetHeader.clear(pool.memory(), pool.header(slot));
        slots[size++] = slot;
        return true;
    }

    /**
     * Chains packet {@code from} of {@code burst} to the last segment of packet {@code i}: its segments are then
     * those of {@code i}, and its own place is empty.
     */
    public void chain(int i, Burst burst, int from) {
        int tail = burst.head(from);
        int head = head(i);
        if (burst.pool != pool || tail == head) {
            throw new IllegalStateException(
                    tail == head ? "a packet cannot be chained to itself" : "the bursts have different pools");
        }
        pool.next(last(head), tail);
        burst.slots[from] = PacketPool.NONE;
    }

    private int last(int head) {
        int segment = head;
        while (pool.next(segment) != PacketPool.NONE) {
            segment = pool.next(segment);
        }
        return segment;
    }

    /**
     * Moves packet {@code i} of {@code from} to the end of this list. {@code from} keeps its numbering: the place stays
     * empty until it is released.
     *
     * @throws IllegalStateException if this burst is full, or the packet has been moved before
     */
    public void take(Burst from, int i) {
        int slot = from.head(i);
        if (size == slots.length || from.pool != pool) {
            throw new IllegalStateException(
                    size == slots.length ? "the burst is full" : "the bursts have different pools");
        }
        from.slots[i] = PacketPool.NONE;
        slots[size++] = slot;
    }

    /**
     * Adds a copy of packet {@code i} of {@code from} to the end of this list: its bytes, segments and vnet header, in
     * slots of its own.
     *
     * @return whether there were free slots, and room for it
     * @throws IllegalStateException if the bursts have different pools
     */
    public boolean copy(Burst from, int i) {
        int head = from.head(i);
        if (from.pool != pool) {
            throw new IllegalStateException("the bursts have different pools");
        }
        int copy = size == slots.length ? PacketPool.NONE : PacketCopy.of(pool, head);
        if (copy == PacketPool.NONE) {
            return false;
        }
        slots[size++] = copy;
        return true;
    }

    /** Releases every packet that is still here. */
    public void release() {
        if (size > 0) {
            pool.release(slots, size);
            size = 0;
        }
    }

    PacketPool pool() {
        return pool;
    }

    int slotOrNone(int i) {
        return slots[i];
    }

    /** Returns the places, to be filled from the first on, and then {@link #filled}. */
    int[] places() {
        return slots;
    }

    void filled(int count) {
        size = count;
    }

    void append(int slot) {
        slots[size++] = slot;
    }

    /** Releases the packets after the first {@code count}. */
    void truncate(int count) {
        while (size > count) {
            int head = slots[--size];
            if (head != PacketPool.NONE) {
                pool.release(head);
            }
        }
    }

    /** Takes the packet off the list, which leaves its place empty. */
    int remove(int i) {
        int head = head(i);
        slots[i] = PacketPool.NONE;
        return head;
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

    /** Returns the first segment of packet {@code i}. */
    int head(int i) {
        if (i < 0 || i >= size || slots[i] == PacketPool.NONE) {
            throw new IllegalStateException("packet " + i + " of " + size + " is not in hand");
        }
        return slots[i];
    }
}
