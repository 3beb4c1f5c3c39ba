// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * Slots that frames are received into: one for each, or a chain where the longest frame is longer than a slot.
 *
 * <p>The vnet header of a slot that is lent to the kernel carries a mark that the kernel never writes. A queue that is
 * closed discards completions that nobody has seen; a mark that is gone then tells that a packet had come.
 */
final class Chains {

    /** Flags and a GSO type with all bits set: no virtio_net_hdr begins so. */
    private static final long LENT = -1;

    private final PacketsInFlight inFlight;
    private final PacketPool pool;
    private final int segments;
    private final int capacity;

    /** For frames of at most {@code longest} bytes. */
    Chains(PacketsInFlight inFlight, int longest) {
        this.inFlight = inFlight;
        this.pool = inFlight.pool();
        this.segments = segments(pool, longest);
        this.capacity = pool.bufferLength() + (segments - 1) * pool.slotSize();
    }

    /** Segments of each, for frames of at most {@code longest} bytes in slots of {@code pool}. */
    static int segments(PacketPool pool, int longest) {
        int beyondFirst = Math.max(0, longest - pool.frameCapacity());
        return 1 + (beyondFirst + pool.slotSize() - 1) / pool.slotSize();
    }

    PacketPool pool() {
        return pool;
    }

    /** Segments of each. */
    int segments() {
        return segments;
    }

    /** Bytes of vnet header and frame that fit; one that fills them all was cut off. */
    int capacity() {
        return capacity;
    }

    /** Returns how many there can be, without taking more than half of the pool. */
    int most() {
        return Math.max(1, pool.slots() / 2 / segments);
    }

    /** Takes one to lend to the kernel, marked and held; {@link PacketPool#NONE} if the pool has not enough. */
    int take() {
        int head = takeForCall();
        if (head != PacketPool.NONE) {
            mark(head);
        }
        return head;
    }

    /** Takes some like {@link #take}, into the first places of {@code to}; returns how many, at most {@code most}. */
    int take(int[] to, int most) {
        if (segments == 1) {
            int taken = inFlight.take(to, most);
            for (int i = 0; i < taken; i++) {
                mark(to[i]);
            }
            return taken;
        }
        int taken = 0;
        while (taken < most) {
            int head = take();
            if (head == PacketPool.NONE) {
                break;
            }
            to[taken++] = head;
        }
        return taken;
    }

    /** Like {@link #take}, without the mark, for a read that is over before anybody can ask for that. */
    int takeForCall() {
        int head = inFlight.take();
        if (head == PacketPool.NONE || segments == 1) {
            return head;
        }
        int last = head;
        for (int i = 1; i < segments; i++) {
            int segment = pool.takeContinuation();
            if (segment == PacketPool.NONE) {
                inFlight.release(head);
                return PacketPool.NONE;
            }
            pool.next(last, segment);
            last = segment;
        }
        return head;
    }

    /** Makes the first {@code count} of {@code heads}, each of one slot, packets of these lengths. */
    void fill(int[] heads, int[] lengths, int count) {
        for (int i = 0; i < count; i++) {
            pool.length(heads[i], lengths[i]);
        }
    }

    /** Makes one of the first {@code count} of {@code slots}, which have just been taken; returns its head. */
    int join(int[] slots, int count) {
        for (int i = 1; i < count; i++) {
            int segment = slots[i];
            pool.offset(segment, segment * pool.slotSize());
            pool.next(slots[i - 1], segment);
        }
        return slots[0];
    }

    /** Marks one that is lent to the kernel once more. */
    void mark(int head) {
        pool.memory().putI64(pool.header(head), LENT);
    }

    /** Returns whether the kernel has written into one since it was marked. */
    boolean isWritten(int head) {
        return pool.memory().getI64(pool.header(head)) != LENT;
    }

    /** Releases one that has brought nothing. */
    void release(int head) {
        inFlight.release(head);
    }

    /** Makes it a packet of {@code length} bytes of frame, and releases the segments that it does not need. */
    void fill(int head, int length) {
        if (segments == 1) {
            pool.length(head, length);
            return;
        }
        // To the end of its slot, wherever the frame begins.
        int first = pool.room(head) + 1;
        if (length <= first) {
            pool.length(head, length);
            cut(head);
            return;
        }
        pool.length(head, first);
        int rest = length - first;
        int segment = pool.next(head);
        while (rest > pool.slotSize()) {
            pool.length(segment, pool.slotSize());
            rest -= pool.slotSize();
            segment = pool.next(segment);
        }
        pool.length(segment, rest);
        cut(segment);
    }

    private void cut(int last) {
        int surplus = pool.next(last);
        if (surplus != PacketPool.NONE) {
            pool.next(last, PacketPool.NONE);
            pool.release(surplus);
        }
    }
}
