// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** Takes one completion. Keep one instance in a field: a lambda that captures, made for each call, is garbage. */
@FunctionalInterface
public interface CompletionHandler {

    /**
     * Called on the thread that drains.
     *
     * @param userData the number given to {@link Sqe#userData}
     * @param result {@code >= 0}, or {@code -errno}
     * @param flags {@code IORING_CQE_F_*}; see {@link CqeFlags}
     */
    void onCompletion(long userData, int result, int flags);
}
