// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.time.Instant;

/** The time of day. */
final class Clock {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Clock() {}

    /** Returns nanoseconds since 1970, at the resolution of the system clock. */
    static long epochNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
    }
}
