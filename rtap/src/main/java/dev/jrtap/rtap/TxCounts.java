// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * What a queue has counted on sending.
 *
 * <p>Threads: as {@link Counters}; the writer is the owner of the queue pair.
 */
final class TxCounts {

    private final FrameCounts frames;
    private final Counters<TxCounter> counters = new Counters<>(TxCounter.class);

    TxCounts(FrameCounts frames) {
        this.frames = frames;
    }

    /** Those of the frames themselves. */
    FrameCounts frames() {
        return frames;
    }

    void add(TxCounter counter) {
        counters.add(counter, 1);
    }

    long get(TxCounter counter) {
        return counters.get(counter);
    }

    void reset() {
        frames.reset();
        counters.reset();
    }
}
