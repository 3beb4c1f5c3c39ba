// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of changes of a link, each some time or some packets after the preceding one. Immutable.
 *
 * <pre>{@code
 * link.play(Timeline.begin().after(Duration.ofSeconds(2)).cut().after(Duration.ofMillis(500)).mend());
 * }</pre>
 *
 * <p>Threads: any.
 */
public final class Timeline {

    /**
     * A change.
     *
     * @param afterNanos nanoseconds after the preceding step; -1 if packets count instead
     * @param afterPackets packets of the direction since the preceding step
     * @param impairment {@code null} for no change
     * @param cut {@code null} for no change
     */
    record Step(
            long afterNanos,
            long afterPackets,
            @Nullable Impairment impairment,
            @Nullable Boolean cut) {}

    /** A moment of the timeline at which the link changes. */
    public final class Moment {

        private final long nanos;
        private final long packets;

        private Moment(long nanos, long packets) {
            this.nanos = nanos;
            this.packets = packets;
        }

        /** Cuts the link. */
        public Timeline cut() {
            return then(null, true);
        }

        /** Mends the link. */
        public Timeline mend() {
            return then(null, false);
        }

        /** Sets another impairment. */
        public Timeline impair(Impairment impairment) {
            return then(Objects.requireNonNull(impairment, "impairment"), null);
        }

        private Timeline then(@Nullable Impairment impairment, @Nullable Boolean cut) {
            List<Step> longer = new ArrayList<>(steps);
            longer.add(new Step(nanos, packets, impairment, cut));
            return new Timeline(longer);
        }
    }

    private static final Timeline EMPTY = new Timeline(List.of());

    private final List<Step> steps;

    private Timeline(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** Returns a timeline without changes; times count from {@link Link#play}. */
    public static Timeline begin() {
        return EMPTY;
    }

    /**
     * Returns the moment some time after the preceding change.
     *
     * @param time 0 to 1 day
     */
    public Moment after(Duration time) {
        return new Moment(Checked.nanos("time", time), 0);
    }

    /** Returns the moment at which {@code packets} packets have reached the direction since the preceding change. */
    public Moment afterPackets(long packets) {
        Checked.range("packets", packets, 0, Long.MAX_VALUE);
        return new Moment(-1, packets);
    }

    List<Step> steps() {
        return steps;
    }
}
