// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running timeline on one direction.
 *
 * <p>Threads: the wire's.
 */
final class Playing {

    /** A timeline without steps. */
    static final Playing NOTHING = new Playing(Timeline.begin());

    private static final long UNKNOWN = -1;

    private final List<Timeline.Step> steps;
    private final long began = System.nanoTime();
    private int done;

    /** The time of the preceding step, and the number of packets at that time. */
    private long lastNanos = began;

    private long lastPackets = UNKNOWN;

    Playing(Timeline timeline) {
        steps = timeline.steps();
    }

    /** Returns the next step that is due, and marks it as done; {@code null} if there is none. */
    Timeline.@Nullable Step next(long now, long packets) {
        if (done == steps.size()) {
            return null;
        }
        if (lastPackets == UNKNOWN) {
            lastPackets = packets;
        }
        Timeline.Step step = steps.get(done);
        boolean isDue = step.afterNanos() >= 0
                ? now - lastNanos >= step.afterNanos()
                : packets - lastPackets >= step.afterPackets();
        if (!isDue) {
            return null;
        }
        // The next delay counts from when this step was due, so that lateness does not accumulate.
        lastNanos = step.afterNanos() >= 0 ? lastNanos + step.afterNanos() : now;
        lastPackets = packets;
        done++;
        return step;
    }

    /** Returns when the next step is due; {@link Long#MAX_VALUE} if there is none, or if it depends on packets. */
    long due() {
        if (done == steps.size() || steps.get(done).afterNanos() < 0) {
            return Long.MAX_VALUE;
        }
        return lastNanos + steps.get(done).afterNanos();
    }
}
