// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** What is thrown where everything is tried, whatever fails: the first, with those after it suppressed. */
final class Failures {

    private Throwable first;

    void attempt(Runnable next) {
        try {
            next.run();
        } catch (RuntimeException | Error e) {
            if (first == null) {
                first = e;
            } else if (first != e) {
                first.addSuppressed(e);
            }
        }
    }

    /** Throws what there was, if anything. */
    void rethrow() {
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw (RuntimeException) first;
        }
    }
}
