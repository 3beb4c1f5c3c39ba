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
 *   ...   descriptors[entries]               position + 1 | more | broken | tagged | length
 *                                            63..32         30     29       28       27..0
 * </pre>
 *
 * <p>A descriptor is valid when its upper half is that of its position: the entry of a former round has another one.
 *
 * @param entries of each ring: a power of two
 */
record MappedLayout(int entries) {

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

    /** In a descriptor: the packet goes on in the next slot. */
    static final int MORE = 1 << 30;

    /** In a descriptor: the slot could not be written. */
    static final int BROKEN = 1 << 29;

    /** In the first descriptor of a packet: the frame begins four bytes earlier, because a VLAN tag was put in. */
    static final int TAGGED = 1 << 28;

    /** What a descriptor does not have whose packet is whole, in one slot, and where it was written. */
    static final int UNUSUAL = MORE | BROKEN | TAGGED;

    static final int LENGTH = TAGGED - 1;

    /** Rings for at least {@code slots} slots. */
    static MappedLayout of(int slots) {
        return new MappedLayout(Math.max(8, Integer.highestOneBit(Math.max(1, slots - 1)) * 2));
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
