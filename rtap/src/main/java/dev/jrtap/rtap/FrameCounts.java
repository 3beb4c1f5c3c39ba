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

    // Ordinals, because an enum's is read from memory, and the collector takes part in each store of a reference.
    private static final int UNICAST = FrameCounter.UNICAST.ordinal();
    private static final int MULTICAST = FrameCounter.MULTICAST.ordinal();
    private static final int BROADCAST = FrameCounter.BROADCAST.ordinal();
    private static final int SMALLEST = FrameCounter.SIZE_64.ordinal();
    private static final int LARGEST = FrameCounter.SIZE_1519_TO_MAX.ordinal();

    private final Counters<FrameCounter> counters = new Counters<>(FrameCounter.class);
    private final boolean ethernet;

    // Frames of one kind that are not among the counters yet.
    private int size = SMALLEST;
    private int receiver = UNICAST;
    private int run;
    private long bytes;

    /** For frames with an Ethernet header, or for packets without. */
    FrameCounts(boolean ethernet) {
        this.ethernet = ethernet;
    }

    /** Counts the frame of {@code length} bytes at {@code at}, for readers after {@link #settle}. */
    void count(Memory memory, int at, int length) {
        add(size(length), ethernet ? receiver(memory, at) : UNICAST, 1, length);
    }

    /** Counts the first {@code count} of {@code heads}, packets of one segment each, of these lengths. */
    void count(PacketPool pool, int[] heads, int[] lengths, int count) {
        Memory memory = pool.memory();
        int i = 0;
        while (i < count) {
            // Packets that follow each other are mostly of one kind.
            int first = i;
            int length = lengths[i];
            int its = ethernet ? receiver(memory, pool.offset(heads[i])) : UNICAST;
            do {
                i++;
            } while (i < count
                    && lengths[i] == length
                    && (!ethernet || receiver(memory, pool.offset(heads[i])) == its));
            add(size(length), its, i - first, (long) (i - first) * length);
        }
    }

    private void add(int itsSize, int itsReceiver, int frames, long more) {
        if (itsSize != size || itsReceiver != receiver) {
            settle();
            size = itsSize;
            receiver = itsReceiver;
        }
        run += frames;
        bytes += more;
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

    /** The ordinal of the class that counts frames of {@code length} bytes. */
    static int size(int length) {
        if (length <= SMALL) {
            return SMALLEST;
        }
        // From 65 on each class except the last ends before a power of two.
        return length > LARGE ? LARGEST : SMALLEST + 1 + LEADING_ZEROS_OF_65 - Integer.numberOfLeadingZeros(length);
    }

    private static int receiver(Memory memory, int at) {
        if ((memory.getI8(at) & 1) == 0) {
            return UNICAST;
        }
        // The first part of a packet may end with the receiver's address, and the memory with that.
        return memory.getI32(at) == -1 && memory.getU16(at + Integer.BYTES) == 0xffff ? BROADCAST : MULTICAST;
    }

    /** Frames in all. */
    long frames() {
        long frames = 0;
        for (int i = SMALLEST; i <= LARGEST; i++) {
            frames += counters.get(i);
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
