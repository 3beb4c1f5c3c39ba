// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import org.jspecify.annotations.Nullable;

/**
 * The state of a network, which cannot be changed once it is closed or its thread has failed.
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

    /** Returns the exception that ended the thread; {@code null} if there is none. */
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
