// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Ring;
import java.util.Arrays;

/** A user's loop over a ring: no-ops, whose completions go to handlers of as many classes as are asked for. */
final class NoOps {

    private static final int BATCH = 32;

    private final Ring ring = Ring.builder().entries(BATCH).build();
    private final CompletionHandler[] handlers;
    private long results;
    private int turns;

    /** @param classes 1..3 */
    NoOps(int classes) throws ErrnoException {
        CompletionHandler[] all = {
            (userData, result, flags) -> results += result,
            (userData, result, flags) -> results += userData,
            (userData, result, flags) -> results += flags
        };
        handlers = Arrays.copyOf(all, classes);
    }

    void turn() {
        for (int i = 0; i < BATCH; i++) {
            ring.submission().claim().nop().userData(i);
        }
        ring.submit();
        ring.completion().drain(handlers[turns++ % handlers.length], BATCH);
    }
}
