// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.util.List;

/**
 * The pace of packets at fixed times: a warm-up, a ramp, and the measurement.
 *
 * @param warmPerSecond the packets per second of the warm-up
 * @param warmSeconds the length of the warm-up
 * @param perSecond the packets per second of the ramp and the measurement
 * @param rampSeconds the length of the ramp
 * @param seconds the length of the measurement
 */
record Pace(int warmPerSecond, double warmSeconds, int perSecond, double rampSeconds, double seconds) {

    /** Returns a pace that measures from the first packet on, without a warm-up. */
    static Pace fresh(int perSecond, double seconds) {
        return new Pace(perSecond, 0, perSecond, 0, seconds);
    }

    /** Returns the arguments of asleep.c. */
    List<String> arguments() {
        return List.of(
                Integer.toString(warmPerSecond),
                Double.toString(warmSeconds),
                Integer.toString(perSecond),
                Double.toString(rampSeconds),
                Double.toString(seconds));
    }
}
