// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** The user data of operations that a ring submits for itself; their completions reach no handler. */
final class ReservedData {

    /** Lowest of the reserved values, which end at -1. */
    static final long FIRST = -16;

    /** Polls the eventfd by which another thread ends a sleep. */
    static final long WAKE = -2;

    /** Fills the last entry of the queue, where an entry of 128 bytes has no room. */
    static final long FILLER = -4;

    /** Ends a sleep that waits for many, when another thread has ended it. */
    static final long WAKE_TIMEOUT = -5;

    private ReservedData() {}

    static boolean contains(long userData) {
        return userData < 0 && userData >= FIRST;
    }
}
