// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.util.List;

/**
 * Packets at fixed times: a warm-up, and after a ramp those that are measured.
 *
 * @param warmPerSecond packets a second of the warm-up
 * @param warmSeconds length of the warm-up
 * @param perSecond packets a second of the ramp and the measurement
 * @param rampSeconds length of the ramp
 * @param seconds length of the measurement
 */
record Pace(int warmPerSecond, double warmSeconds, int perSecond, double rampSeconds, double seconds) {

    /** From the first packet on, without a warm-up. */
    static Pace fresh(int perSecond, double seconds) {
        return new Pace(perSecond, 0, perSecond, 0, seconds);
    }

    /** As asleep.c takes them. */
    List<String> arguments() {
        return List.of(
                Integer.toString(warmPerSecond),
                Double.toString(warmSeconds),
                Integer.toString(perSecond),
                Double.toString(rampSeconds),
                Double.toString(seconds));
    }
}
