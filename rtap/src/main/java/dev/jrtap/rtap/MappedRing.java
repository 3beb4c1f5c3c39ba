// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import java.lang.invoke.VarHandle;

/**
 * The queue's end of the rings of a {@link MappedLayout}: it lends slots, and takes back what a {@link MappedProgram}
 * has written. Words that the program writes, or reads, begin with k.
 *
 * <p>Threads: one; {@link #accounted} from any, as long as the memory is mapped.
 */
final class MappedRing {

    private final Memory kWords;
    private final MappedLayout layout;
    private final int descriptors;
    private final int mask;
    /** Bytes of the longest packet of one slot. */
    private final int longest;
    /** Our own copy of the slots that are lent, which no program can change. */
    private final int[] slots;

    private long given;
    private long taken;
    private long end = Long.MAX_VALUE;
    private long passed;

    MappedRing(MappedLayout layout, Memory kWords) {
        this(layout, kWords, 0);
    }

    /**
     * Rings as they are when so many slots have been lent and taken.
     *
     * @param first the position of the next slot; tests begin where its lower half is about to end
     */
    MappedRing(MappedLayout layout, Memory kWords, long first) {
        this.kWords = kWords;
        this.given = first;
        this.taken = first;
        kWords.putI64(MappedLayout.CLAIMED, first);
        kWords.putI64Release(MappedLayout.GIVEN, first);
        this.layout = layout;
        this.descriptors = layout.descriptors();
        this.mask = layout.mask();
        this.longest = layout.first();
        this.slots = new int[layout.entries()];
    }

    /** Returns how many slots are lent. */
    int lent() {
        return (int) (given - taken);
    }

    /** Lends a slot, of which the program hears by {@link #give}. */
    void lend(int slot) {
        int at = (int) given & mask;
        slots[at] = slot;
        kWords.putI32(MappedLayout.FREE + at * Integer.BYTES, slot);
        given++;
    }

    /** Lends {@code count} slots of {@code pool}, or as many as it has. */
    void lend(PacketPool pool, int count) {
        int first = (int) given & mask;
        int toEnd = Math.min(count, slots.length - first);
        if (lent(first, pool.take(slots, first, toEnd)) == toEnd && count > toEnd) {
            lent(0, pool.take(slots, 0, count - toEnd));
        }
        give();
    }

    private int lent(int first, int count) {
        for (int at = first; at < first + count; at++) {
            kWords.putI32(MappedLayout.FREE + at * Integer.BYTES, slots[at]);
        }
        given += count;
        return count;
    }

    /** Lets the program have what was lent. */
    void give() {
        // Pairs with the barrier of the program's claim: the slot numbers are there, and we have read what was in these
        // slots, and read or cleared what was in these places.
        kWords.putI64Release(MappedLayout.GIVEN, given);
    }

    /** Returns how many slots the next packet has; 0 if there is none. */
    int ready() {
        return taken < end ? slotsAt(taken) : 0;
    }

    /** Returns how many slots the packet has that begins at a position; 0 if it is not published. */
    private int slotsAt(long position) {
        long descriptor = descriptor(position);
        boolean isValid = (int) (descriptor >>> Integer.SIZE) == (int) (position + 1) && (int) descriptor != 0;
        return isValid ? layout.slots((int) descriptor & MappedLayout.LENGTH) : 0;
    }

    /**
     * Takes finished packets of one slot each.
     *
     * @param heads where their slots go
     * @param lengths where the bytes of their frames go
     * @param limit how many at most
     * @param shortest bytes of a frame, 1 or more; a shorter one ends it, as any other does that is not usual
     * @return how many
     */
    int takeUsual(int[] heads, int[] lengths, int limit, int shortest) {
        int most = (int) Math.min(limit, end - taken);
        int[] ours = slots;
        int next = (int) taken;
        int count = 0;
        while (count < most) {
            int at = next + count & ours.length - 1;
            long valid = (long) (next + count + 1) << Integer.SIZE;
            // Its length, if it is that of this position, and has no flag. Plain: read once, before the fence.
            long length = kWords.getI64(descriptors + at * Long.BYTES) - valid;
            if (length < shortest || length > longest) {
                break;
            }
            heads[count] = ours[at];
            lengths[count] = (int) length;
            count++;
        }
        // Pairs with the program's exchanges, each of which comes after its last write into the slot. One fence does
        // for all: nothing that is read after it, of slots or descriptors, is older than a descriptor read before it.
        VarHandle.acquireFence();
        taken += count;
        return count;
    }

    private long descriptor(long position) {
        // Pairs with the program's exchange, which comes after its last write into the slot.
        return kWords.getI64Acquire(descriptors + ((int) position & mask) * Long.BYTES);
    }

    /**
     * Takes the next packet.
     *
     * @param to where its slots go
     * @param count of them, as {@link #ready} has returned it
     * @return the lower half of its descriptor
     */
    int take(int[] to, int count) {
        int low = (int) descriptor(taken);
        clear((int) (taken + 1) & mask, count - 1);
        for (int i = 0; i < count; i++) {
            to[i] = take();
        }
        return low;
    }

    /**
     * Clears descriptors that the program has left as they were, of some former round: its positions return after 2^32
     * slots.
     */
    private void clear(int at, int count) {
        int toEnd = Math.min(count, slots.length - at);
        kWords.zero(descriptors + at * Long.BYTES, toEnd * Long.BYTES);
        kWords.zero(descriptors, (count - toEnd) * Long.BYTES);
    }

    /** Takes the next slot back. */
    int take() {
        return slots[(int) taken++ & mask];
    }

    /** Returns whether packets have passed, since the last call, into the kernel's own queue. */
    boolean takePassed() {
        long before = passed;
        passed = kWords.getI64Acquire(MappedLayout.PASSED);
        return passed != before;
    }

    /**
     * Asks for the bell.
     *
     * @return whether to sleep; {@code false} if a packet is there, and then nothing was asked
     */
    boolean sleep() {
        kWords.putI32(MappedLayout.SLEEPING, 1);
        // With the program's exchange of a descriptor before it reads the word: without both barriers each side could
        // miss what the other one has just written.
        VarHandle.fullFence();
        if (ready() == 0) {
            return true;
        }
        wake();
        return false;
    }

    /** Asks for the bell no more. Plain: a bell rung too often is no harm. */
    void wake() {
        kWords.putI32(MappedLayout.SLEEPING, 0);
    }

    /** Has the program claim nothing more, and let packets pass instead: what it could claim is claimed here. */
    void close() {
        // Before the slots are gone: a program that finds none reads the mark after that.
        kWords.putI32(MappedLayout.CLOSED, 1);
        long claimed;
        do {
            claimed = kWords.getI64Acquire(MappedLayout.CLAIMED);
        } while (!kWords.compareAndSetI64(MappedLayout.CLAIMED, claimed, given));
        end = claimed;
    }

    /** Returns whether every packet for which slots were claimed before {@link #close} has been published. */
    boolean isQuiet() {
        for (long position = taken; position < end; ) {
            int count = slotsAt(position);
            if (count == 0) {
                return false;
            }
            position += count;
        }
        return true;
    }

    /** Packets that the program has kept from the kernel and written. */
    long accounted() {
        return kWords.getI64Acquire(MappedLayout.TAKEN);
    }
}
