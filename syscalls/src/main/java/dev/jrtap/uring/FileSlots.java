// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/**
 * How many slots the user's table of registered files has. The kernel's has more: after the user's comes the ring's
 * own, which no operation may touch, see {@link ContextEnd}.
 *
 * <p>Threads: the ring's owner sets it, any thread may read it.
 */
final class FileSlots {

    private static final int NO_TABLE = -1;

    private volatile int count = NO_TABLE;

    void set(int slots) {
        count = slots;
    }

    void none() {
        count = NO_TABLE;
    }

    boolean isTable() {
        return count != NO_TABLE;
    }

    int count() {
        return Math.max(0, count);
    }

    /** Returns whether {@code count} slots from {@code slot} on are the user's. */
    boolean contains(int slot, int count) {
        return slot >= 0 && count >= 0 && slot <= count() - count;
    }

    /**
     * Refuses slots that are not the user's.
     *
     * @throws IllegalArgumentException if {@code slot} is negative
     * @throws NotEnabledException if no table is registered
     * @throws IndexOutOfBoundsException if they are outside the table
     */
    void check(int slot, int count) {
        if (!isTable() || !contains(slot, count)) {
            throw outside(slot, count);
        }
    }

    /** Returns the exception that {@link #check} throws. */
    RuntimeException outside(int slot, int count) {
        if (slot < 0) {
            return new IllegalArgumentException("slot must be 0 or more, or ANY_SLOT: " + slot);
        }
        if (!isTable()) {
            return new NotEnabledException("no table of files is registered with the ring: see Ring.files()");
        }
        return new IndexOutOfBoundsException(
                count == 1
                        ? "slot " + slot + " of a table of " + count() + " files"
                        : count + " slots from " + slot + " on, of a table of " + count() + " files");
    }
}
