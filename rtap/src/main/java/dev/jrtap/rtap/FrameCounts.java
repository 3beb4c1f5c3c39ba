// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;

/**
 * Counts frames by size and by receiver. Three stores a frame: the number of frames is the sum over the sizes.
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

    /** For frames with an Ethernet header, or for packets without. */
    FrameCounts(boolean ethernet) {
        this.ethernet = ethernet;
    }

    /** Counts the frame of {@code length} bytes at {@code at}. */
    void count(Memory memory, int at, int length) {
        counters.add(FrameCounter.BYTES, length);
        counters.add(size(length), 1);
        if (ethernet) {
            counters.add(receiver(memory, at), 1);
        }
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
