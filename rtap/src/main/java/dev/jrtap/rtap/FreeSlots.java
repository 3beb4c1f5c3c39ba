// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The free slots of a pool that several threads use: a stack without a lock. Any number of slots is taken or pushed by
 * one compare-and-set.
 *
 * <p>Slots lie in chunks, so that a thread that takes many waits for few cache lines of the one that has pushed them. A
 * chunk is named by its first slot, which has room for the others and for a link to the chunk below. A link is that
 * slot, and how many of the chunk are free: 0 is none.
 *
 * <p>The word of the stack holds the link to the top, the number of slots, and a version that each push increases. A
 * thread that has read chunks takes what it has found only if the word is the one that it began with: then nobody has
 * taken or pushed a slot in between, and the chunks were those of free slots.
 *
 * <p>Threads: any.
 */
final class FreeSlots {

    static final int NO_LINK = 0;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Longs on either side, so that no other data shares the cache lines that all threads write. */
    private static final int PADDING = 16;

    /** Two cache lines: the link, and all slots of a chunk except the first. */
    private static final int CHUNK_BITS = 5;

    private static final int CHUNK = 1 << CHUNK_BITS;

    // A pool has at most 2^16 slots: a link has 6 bits for a number of up to 32, and 16 for a slot.
    private static final int COUNT_BITS = CHUNK_BITS + 1;
    private static final int LINK_BITS = COUNT_BITS + 16;
    private static final int LINK_MASK = (1 << LINK_BITS) - 1;
    private static final long ONE = 1L << LINK_BITS;
    private static final int NUMBER_MASK = (1 << 17) - 1;
    private static final long VERSION = ONE << 17;

    private final int slots;
    private final int[] chunks;
    private final long[] words = new long[2 * PADDING + 1];

    /** Has the slots 0 to {@code slots - 1}; the first one is the top. */
    FreeSlots(int slots) {
        this.slots = slots;
        this.chunks = new int[slots << CHUNK_BITS];
        int all = NO_LINK;
        for (int slot = slots - 1; slot >= 0; slot--) {
            all = join(slot, all);
        }
        push(all);
    }

    int count() {
        return (int) (word() >>> LINK_BITS) & NUMBER_MASK;
    }

    /** Takes the top; {@link SegmentTable#NONE} if there is none. */
    int take() {
        while (true) {
            long word = word();
            int link = (int) word & LINK_MASK;
            if (link == NO_LINK) {
                return SegmentTable.NONE;
            }
            int slot = last(link);
            if (replace(word, (word & -ONE) - ONE | without(link, 1))) {
                return slot;
            }
        }
    }

    /** Takes at most {@code most} slots, into places of {@code to} from {@code first} on; returns how many. */
    int take(int[] to, int first, int most) {
        while (true) {
            long word = word();
            int taken = Math.min(most, (int) (word >>> LINK_BITS) & NUMBER_MASK);
            int link = (int) word & LINK_MASK;
            int found = 0;
            // If another thread changes the stack the links may end early.
            while (found < taken && link != NO_LINK) {
                int some = Math.min(count(link), taken - found);
                copy(link, some, to, first + found);
                found += some;
                link = without(link, some);
            }
            if (found == taken && (taken == 0 || replace(word, (word & -ONE) - taken * ONE | link))) {
                return taken;
            }
        }
    }

    /** Puts a slot that is nobody else's on top of others, which are linked too; returns the link. */
    int join(int slot, int link) {
        int count = count(link);
        if (count == 0 || count == CHUNK) {
            chunks[slot << CHUNK_BITS] = link;
            return slot << COUNT_BITS | 1;
        }
        chunks[(first(link) << CHUNK_BITS) + count] = slot;
        return link + 1;
    }

    /** Pushes slots that are linked. */
    void push(int top) {
        int bottom = first(top);
        int number = count(top);
        for (int below = chunks[bottom << CHUNK_BITS]; below != NO_LINK; below = chunks[bottom << CHUNK_BITS]) {
            bottom = first(below);
            number += count(below);
        }
        while (true) {
            long word = word();
            chunks[bottom << CHUNK_BITS] = (int) word & LINK_MASK;
            if (replace(word, (word & -ONE) + VERSION + number * ONE | top)) {
                return;
            }
        }
    }

    /** Takes all slots of the pool at once, or none; returns the link, {@link #NO_LINK} if one is missing. */
    int takeAll() {
        while (true) {
            long word = word();
            if (((int) (word >>> LINK_BITS) & NUMBER_MASK) != slots) {
                return NO_LINK;
            }
            if (replace(word, (word & -ONE) - slots * ONE)) {
                return (int) word & LINK_MASK;
            }
        }
    }

    /** No two are equal, until a version returns after 2^25 pushes. */
    long word() {
        return (long) WORDS.getVolatile(words, PADDING);
    }

    private boolean replace(long expected, long word) {
        return WORDS.compareAndSet(words, PADDING, expected, word);
    }

    private static int count(int link) {
        return link & (1 << COUNT_BITS) - 1;
    }

    /** The slot that names the chunk. */
    private static int first(int link) {
        return link >>> COUNT_BITS;
    }

    /** Copies the last {@code some} slots of a chunk. */
    private void copy(int link, int some, int[] to, int at) {
        int chunk = first(link) << CHUNK_BITS;
        int from = count(link) - some;
        if (from == 0) {
            to[at] = first(link);
        }
        for (int i = from == 0 ? 1 : 0; i < some; i++) {
            to[at + i] = chunks[chunk + from + i];
        }
    }

    private int last(int link) {
        int count = count(link);
        return count == 1 ? first(link) : chunks[(first(link) << CHUNK_BITS) + count - 1];
    }

    /** The link to what is left without the last {@code some} slots of a chunk. */
    private int without(int link, int some) {
        return count(link) == some ? chunks[first(link) << CHUNK_BITS] : link - some;
    }
}
