// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import org.jspecify.annotations.Nullable;

/**
 * Warnings that others can provoke: one in ten seconds, which tells how many were left out. A stranger must not fill a
 * disk.
 *
 * <p>Threads: one at a time.
 */
final class SparseLog {

    private static final long INTERVAL_NANOS = 10_000_000_000L;

    private final System.Logger log;
    private long last;
    private boolean any;
    private int omitted;

    SparseLog(System.Logger log) {
        this.log = log;
    }

    /** Logs a warning, or counts it. */
    void warn(String text, @Nullable Throwable cause) {
        long now = System.nanoTime();
        if (any && now - last < INTERVAL_NANOS) {
            omitted++;
            return;
        }
        log.log(System.Logger.Level.WARNING, omitted == 0 ? text : text + " (" + omitted + " like it before)", cause);
        any = true;
        last = now;
        omitted = 0;
    }
}
