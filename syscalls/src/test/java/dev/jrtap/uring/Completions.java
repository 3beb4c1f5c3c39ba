// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.util.ArrayList;
import java.util.List;

/** Keeps what a ring completed, for a test to look at. */
final class Completions implements CompletionHandler {

    record Completion(long userData, int result, int flags) {}

    final List<Completion> list = new ArrayList<>();

    @Override
    public void onCompletion(long userData, int result, int flags) {
        list.add(new Completion(userData, result, flags));
    }

    /** Drives the ring until {@code count} completions are there; what came beyond them stays for the next call. */
    static List<Completion> await(Ring ring, int count) {
        Completions completions = new Completions();
        while (completions.list.size() < count) {
            ring.submitAndWait(1);
            ring.completion().drain(completions, count - completions.list.size());
        }
        return completions.list;
    }
}
