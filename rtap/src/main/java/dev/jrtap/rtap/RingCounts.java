// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.util.function.LongSupplier;

/** What the ring of a queue pair has counted since the last reset. */
final class RingCounts {

    private final LongSupplier entries;
    private final LongSupplier overflows;
    private volatile long startEntries;
    private volatile long startOverflows;

    private RingCounts(LongSupplier entries, LongSupplier overflows) {
        this.entries = entries;
        this.overflows = overflows;
    }

    /** Of one driver, or of one for each direction. */
    static RingCounts of(Driver rx, Driver tx) {
        return rx == tx
                ? new RingCounts(rx::kernelEntries, rx::overflows)
                : new RingCounts(() -> rx.kernelEntries() + tx.kernelEntries(), () -> rx.overflows() + tx.overflows());
    }

    /** Of a queue pair that has never been opened. */
    static RingCounts none() {
        return new RingCounts(() -> 0, () -> 0);
    }

    long kernelEntries() {
        return entries.getAsLong() - startEntries;
    }

    long overflows() {
        return overflows.getAsLong() - startOverflows;
    }

    void reset() {
        startEntries = entries.getAsLong();
        startOverflows = overflows.getAsLong();
    }
}
