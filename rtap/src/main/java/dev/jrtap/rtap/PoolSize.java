// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** How many slots a pool can have, and how large. */
final class PoolSize {

    /** Buffer ids have 16 bits. */
    private static final int MAX_SLOTS = 65536;

    /** As much for a frame as for the headroom. */
    static final int MIN_SLOT_SIZE = 2 * SegmentTable.HEADROOM;

    private static final int USUAL_SLOT_SIZE = 2048;
    private static final int CACHE_LINE = 64;

    private PoolSize() {}

    /** The bytes of a slot that holds a frame of {@code mtu} bytes of IP packet, and one byte that stays free. */
    static int slotForMtu(int mtu) {
        if (mtu < 0 || mtu > FrameSize.MAX_IP_PACKET) {
            throw new IllegalArgumentException("mtu must be in 0.." + FrameSize.MAX_IP_PACKET + " bytes: " + mtu);
        }
        int frame = mtu + FrameSize.ETHERNET_OVERHEAD;
        return Math.max(USUAL_SLOT_SIZE, (SegmentTable.HEADROOM + frame + CACHE_LINE) & -CACHE_LINE);
    }

    /** Returns the bytes of all slots. */
    static int checked(int slots, int slotSize) {
        if (slots < 1 || slots > MAX_SLOTS) {
            throw new IllegalArgumentException("a pool has 1.." + MAX_SLOTS + " slots: " + slots);
        }
        if (slotSize < MIN_SLOT_SIZE || (long) slots * slotSize > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a slot has " + MIN_SLOT_SIZE + " bytes or more, and a pool less than 2 GiB: " + slotSize);
        }
        return slots * slotSize;
    }
}
