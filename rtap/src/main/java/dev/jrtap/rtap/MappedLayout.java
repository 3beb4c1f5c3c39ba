// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * The memory in which a queue and the BPF program that fills it meet: a ring of free slots, a ring of descriptors, and
 * a few words. A position counts slots from the first one ever lent on; its place in both rings is its remainder.
 *
 * <pre>
 *   0     given, sleeping, closed            written by the queue
 *   128   claimed, taken, full, passed       written by the program
 *   256   free[entries]                      slot numbers, 32 bits each, valid below given
 *   ...   descriptors[entries]               position + 1 | broken | tagged | length
 *                                            63..32         29       28       27..0
 * </pre>
 *
 * <p>A packet has one descriptor, at the position of its first slot. Its other slots follow that one, as many as its
 * {@linkplain #slots length} needs; the queue clears their descriptors, for which the program has no use. So a
 * descriptor is valid when its upper half is that of its position, and its lower one is not 0: an entry that the last
 * round has written has another position, and any other is clear.
 *
 * @param entries of each ring: a power of two
 * @param slotSize bytes of a slot
 */
record MappedLayout(int entries, int slotSize) {

    /** 64 bits: the position of the next slot to be lent. */
    static final int GIVEN = 0;

    /** 32 bits: whether the reader is about to sleep, and wants the bell. */
    static final int SLEEPING = 8;

    /** 32 bits: whether the queue is closed, so that packets go to the kernel's own queue. */
    static final int CLOSED = 12;

    /** 64 bits: the position of the next slot to be written. Two cache lines on: processors fetch them in pairs. */
    static final int CLAIMED = 128;

    /**
     * 64 bits each: packets written; packets without room; and packets longer than the queue can receive, which pass.
     */
    static final int TAKEN = CLAIMED + 8;

    static final int FULL = CLAIMED + 16;
    static final int PASSED = CLAIMED + 24;

    static final int FREE = 256;

    /** In a descriptor: a slot could not be written. */
    static final int BROKEN = 1 << 29;

    /** In a descriptor: the frame begins four bytes earlier, and is that much longer, because a VLAN tag was put in. */
    static final int TAGGED = 1 << 28;

    /** In a descriptor: bytes of the frame without that tag, at least one. */
    static final int LENGTH = TAGGED - 1;

    /** Rings for at least {@code slots} slots of {@code slotSize} bytes. */
    static MappedLayout of(int slots, int slotSize) {
        return new MappedLayout(Math.max(8, Integer.highestOneBit(Math.max(1, slots - 1)) * 2), slotSize);
    }

    /** Bytes of a frame in its first slot, at most. */
    int first() {
        return slotSize - SegmentTable.HEADROOM;
    }

    /** Returns how many slots a frame of {@code length} bytes has; the program claims as many. */
    int slots(int length) {
        return length <= first() ? 1 : 1 + (length - first() + slotSize - 1) / slotSize;
    }

    /** Returns the place of a position in the rings. */
    int mask() {
        return entries - 1;
    }

    /** Returns where the descriptors begin. */
    int descriptors() {
        return FREE + entries * Integer.BYTES;
    }

    /** Bytes of everything. */
    int size() {
        return descriptors() + entries * Long.BYTES;
    }
}
