// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;

/**
 * Counts frames by size and by receiver. Three stores for frames of one kind that follow each other: the number of
 * frames is the sum over the sizes.
 *
 * <p>Threads: as {@link Counters}.
 */
final class FrameCounts {

    private static final int SMALL = 64;
    private static final int LARGE = 1518;

    /** That of 65 to 127, the first class that ends before a power of two. */
    private static final int LEADING_ZEROS_OF_65 = Integer.numberOfLeadingZeros(65);

    private static final FrameCounter[] SIZES = {
        FrameCounter.SIZE_64,
        FrameCounter.SIZE_65_TO_127,
        FrameCounter.SIZE_128_TO_255,
        FrameCounter.SIZE_256_TO_511,
        FrameCounter.SIZE_512_TO_1023,
        FrameCounter.SIZE_1024_TO_1518,
        FrameCounter.SIZE_1519_TO_MAX
    };

    private final Counters<FrameCounter> counters = new Counters<>(FrameCounter.class);
    private final boolean ethernet;

    // Frames of one kind that are not among the counters yet: ordinals, because the collector takes part in each store
    // of a reference.
    private int size = FrameCounter.SIZE_64.ordinal();
    private int receiver = FrameCounter.UNICAST.ordinal();
    private int run;
    private long bytes;

    /** For frames with an Ethernet header, or for packets without. */
    FrameCounts(boolean ethernet) {
        this.ethernet = ethernet;
    }

    /** Counts the frame of {@code length} bytes at {@code at}, for readers after {@link #settle}. */
    void count(Memory memory, int at, int length) {
        int itsSize = size(length).ordinal();
        int itsReceiver = (ethernet ? receiver(memory, at) : FrameCounter.UNICAST).ordinal();
        if (itsSize != size || itsReceiver != receiver) {
            settle();
            size = itsSize;
            receiver = itsReceiver;
        }
        run++;
        bytes += length;
    }

    /** Counts the first {@code count} of {@code heads}, packets of one segment each, as {@link #count} does. */
    void count(PacketPool pool, int[] heads, int count) {
        Memory memory = pool.memory();
        for (int i = 0; i < count; i++) {
            count(memory, pool.offset(heads[i]), pool.length(heads[i]));
        }
    }

    /** Shows readers what has been counted: once per burst. */
    void settle() {
        if (run == 0) {
            return;
        }
        counters.add(FrameCounter.BYTES, bytes);
        counters.add(size, run);
        if (ethernet) {
            counters.add(receiver, run);
        }
        run = 0;
        bytes = 0;
    }

    static FrameCounter size(int length) {
        if (length <= SMALL) {
            return FrameCounter.SIZE_64;
        }
        // From 65 on each class except the last ends before a power of two.
        return length > LARGE
                ? FrameCounter.SIZE_1519_TO_MAX
                : SIZES[1 + LEADING_ZEROS_OF_65 - Integer.numberOfLeadingZeros(length)];
    }

    private static FrameCounter receiver(Memory memory, int at) {
        if ((memory.getI8(at) & 1) == 0) {
            return FrameCounter.UNICAST;
        }
        // The first part of a packet may end with the receiver's address, and the memory with that.
        return memory.getI32(at) == -1 && memory.getU16(at + Integer.BYTES) == 0xffff
                ? FrameCounter.BROADCAST
                : FrameCounter.MULTICAST;
    }

    /** Frames in all. */
    long frames() {
        long frames = 0;
        for (FrameCounter size : SIZES) {
            frames += counters.get(size);
        }
        return frames;
    }

    long get(FrameCounter counter) {
        return counters.get(counter);
    }

    void reset() {
        counters.reset();
    }
}
