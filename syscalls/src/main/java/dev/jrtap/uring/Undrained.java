// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** Completions that nobody has drained when the ring is closed go to the handler that the user has set for them. */
final class Undrained {

    private static final System.Logger LOG = System.getLogger(Undrained.class.getName());

    private CompletionHandler handler = (userData, result, flags) -> {};

    void to(CompletionHandler other) {
        handler = other;
    }

    void tell(long userData, int result, int flags) {
        try {
            handler.onCompletion(userData, result, flags);
        } catch (RuntimeException | Error e) {
            // A close does not fail half-way: the memory is unmapped after it.
            LOG.log(System.Logger.Level.WARNING, "the handler of what nobody has drained threw", e);
        }
    }
}
