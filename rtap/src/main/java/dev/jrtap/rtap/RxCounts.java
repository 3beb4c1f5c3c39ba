// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * What a queue has counted on receiving.
 *
 * <p>Threads: as {@link Counters}; the writer is the owner of the queue pair.
 */
final class RxCounts {

    private final FrameCounts frames;
    private final Runnable noBuffer;
    private final Counters<RxCounter> counters = new Counters<>(RxCounter.class);

    /** Counts, and runs {@code noBuffer} when the pool is empty. */
    RxCounts(FrameCounts frames, Runnable noBuffer) {
        this.frames = frames;
        this.noBuffer = noBuffer;
    }

    /** Those of the frames themselves. */
    FrameCounts frames() {
        return frames;
    }

    void add(RxCounter counter) {
        counters.add(counter, 1);
        if (counter == RxCounter.NO_BUFFER) {
            noBuffer.run();
        }
    }

    long get(RxCounter counter) {
        return counters.get(counter);
    }

    void reset() {
        frames.reset();
        counters.reset();
    }
}
