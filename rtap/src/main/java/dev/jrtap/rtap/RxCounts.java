// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * What a queue has counted on receiving.
 *
 * <p>Threads: as {@link Counters}; the writer is the owner of the queue pair.
 */
final class RxCounts {

    private final FrameCounts frames;
    private final String device;
    private final Counters<RxCounter> counters = new Counters<>(RxCounter.class);

    /** For a queue of {@code device}. */
    RxCounts(FrameCounts frames, String device) {
        this.frames = frames;
        this.device = device;
    }

    /** Those of the frames themselves. */
    FrameCounts frames() {
        return frames;
    }

    void add(RxCounter counter) {
        counters.add(counter, 1);
        if (counter == RxCounter.NO_BUFFER) {
            Telemetry.bufferExhausted(device);
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
