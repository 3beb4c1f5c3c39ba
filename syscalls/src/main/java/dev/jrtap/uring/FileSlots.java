// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/**
 * How many positions the user's table of registered files has. The kernel's has more: behind the user's lies the ring's own, which no
 * operation may touch, see {@link ContextEnd}.
 *
 * <p>Threads: the ring's owner sets it, any thread may read it.
 */
final class FileSlots {

    private static final int NO_TABLE = -1;

    private volatile int count = NO_TABLE;

    void set(int positions) {
        count = positions;
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

    /** Whether {@code positions} from {@code from} on are the user's. */
    boolean contains(int from, int positions) {
        int all = count();
        return from >= 0 && positions >= 0 && from <= all - positions;
    }

    /**
     * Refuses positions that are not the user's.
     *
     * @throws IllegalArgumentException if {@code from} is negative
     * @throws IllegalStateException if no table is registered
     * @throws IndexOutOfBoundsException if they are outside the table
     */
    void check(int from, int positions) {
        if (!isTable() || !contains(from, positions)) {
            throw outside(from, positions);
        }
    }

    /** What {@link #check} throws. */
    RuntimeException outside(int from, int positions) {
        if (from < 0) {
            return new IllegalArgumentException(
                    "position in the table of files must be 0 or more, or ANY_SLOT: " + from);
        }
        if (!isTable()) {
            return new IllegalStateException("no table of files is registered with the ring: see Ring.files()");
        }
        return new IndexOutOfBoundsException(
                positions == 1
                        ? "position " + from + " of a table of " + count() + " files"
                        : positions + " positions from " + from + " on, of a table of " + count() + " files");
    }
}
