// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A set of counters, one for each constant of {@code E}.
 *
 * <p>Threads: one writes, any read. Reading costs the writer nothing but the cache line, and only at that moment.
 */
final class Counters<E extends Enum<E>> {

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values;
    private volatile long[] start;

    Counters(Class<E> names) {
        values = new long[names.getEnumConstants().length];
        start = new long[values.length];
    }

    void add(E counter, long amount) {
        add(counter.ordinal(), amount);
    }

    /** Adds to the counter with the ordinal {@code i}. */
    void add(int i, long amount) {
        // The one writer may read plainly what it wrote. Opaque is enough for the store: a reader sees whole values,
        // in order, and soon; nothing else is published through them.
        LONGS.setOpaque(values, i, values[i] + amount);
    }

    /** Returns the count since the last {@link #reset}. */
    long get(E counter) {
        return get(counter.ordinal());
    }

    /** Returns that of the counter with the ordinal {@code i}. */
    long get(int i) {
        return (long) LONGS.getOpaque(values, i) - start[i];
    }

    /**
     * Counts from here on. The counters themselves go on, for they have another writer: what is kept is where they
     * stood.
     */
    void reset() {
        long[] now = new long[values.length];
        for (int i = 0; i < now.length; i++) {
            now[i] = (long) LONGS.getOpaque(values, i);
        }
        start = now;
    }
}
