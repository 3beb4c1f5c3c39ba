// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import org.jspecify.annotations.Nullable;

/**
 * Whether a network can still be changed: not once it is closed, or its thread has ended before its time.
 *
 * <p>Threads: any.
 */
final class Life {

    private volatile boolean isClosed;
    private volatile @Nullable Throwable failure;

    void close() {
        isClosed = true;
    }

    void fail(Throwable cause) {
        failure = cause;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Returns what has ended the thread; {@code null} if nothing has. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the network is closed");
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("the network's thread has ended: " + cause, cause);
        }
    }
}
