// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Semaphore;

/** The protocol of a {@link MappedProgram}, in Java: claim, write, publish, ring. Any number of threads. */
final class JavaProducer {

    /** Words of each slot, all of which have its position. */
    static final int WORDS = 4;

    private final MappedLayout layout;
    private final Memory words;
    private final Memory slots;
    final Semaphore bell = new Semaphore(0);

    /**
     * A producer into memory that a {@link MappedRing} has, too.
     *
     * @param slots of {@link #WORDS} words each
     */
    JavaProducer(MappedLayout layout, Memory words, Memory slots) {
        this.layout = layout;
        this.words = words;
        this.slots = slots;
    }

    /** Returns the first position of so many slots, or -1 if there are none. */
    long claim(int count) {
        while (true) {
            long claimed = words.getI64Acquire(MappedLayout.CLAIMED);
            if (words.getI64Acquire(MappedLayout.GIVEN) - claimed < count) {
                return -1;
            }
            if (words.compareAndSetI64(MappedLayout.CLAIMED, claimed, claimed + count)) {
                return claimed;
            }
        }
    }

    void write(long position) {
        int slot = words.getI32(MappedLayout.FREE + ((int) position & layout.mask()) * Integer.BYTES);
        for (int word = 0; word < WORDS; word++) {
            slots.putI64((slot * WORDS + word) * Long.BYTES, position);
        }
    }

    /** As an exchange does it: with a full barrier on either side. */
    void publish(long position, int low) {
        VarHandle.fullFence();
        long descriptor = position + 1 << Integer.SIZE | low;
        words.putI64Release(layout.descriptors() + ((int) position & layout.mask()) * Long.BYTES, descriptor);
        VarHandle.fullFence();
    }

    /** Rings if the reader sleeps; the other half of the word stays. */
    void ring() {
        long both = words.getI64Acquire(MappedLayout.SLEEPING);
        if ((int) both != 0 && words.compareAndSetI64(MappedLayout.SLEEPING, both, both & -1L << Integer.SIZE)) {
            bell.release();
        }
    }

    /** Returns whether a slot has what was written for a position. */
    boolean holds(int slot, long position) {
        for (int word = 0; word < WORDS; word++) {
            if (slots.getI64((slot * WORDS + word) * Long.BYTES) != position) {
                return false;
            }
        }
        return true;
    }
}
