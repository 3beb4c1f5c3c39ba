// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A timeline under way, on one direction.
 *
 * <p>Threads: the wire's.
 */
final class Playing {

    /** Has no steps. */
    static final Playing NOTHING = new Playing(Timeline.begin());

    private static final long UNKNOWN = -1;

    private final List<Timeline.Step> steps;
    private final long began = System.nanoTime();
    private int done;

    /** When the step before was made, and how many packets there were then. */
    private long lastNanos = began;

    private long lastPackets = UNKNOWN;

    Playing(Timeline timeline) {
        steps = timeline.steps();
    }

    /** The next step whose time has come, which is then done; {@code null} if there is none. */
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
        // From the time on at which it was due: being late does not add up.
        lastNanos = step.afterNanos() >= 0 ? lastNanos + step.afterNanos() : now;
        lastPackets = packets;
        done++;
        return step;
    }

    /** When the next step is due; {@link Long#MAX_VALUE} if none is, or packets count. */
    long due() {
        if (done == steps.size() || steps.get(done).afterNanos() < 0) {
            return Long.MAX_VALUE;
        }
        return lastNanos + steps.get(done).afterNanos();
    }
}
