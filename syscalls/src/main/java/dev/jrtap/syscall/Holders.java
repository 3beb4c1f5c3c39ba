// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the pieces of a vector lie in; {@code null} for a piece that is named by its address. Allocates nothing later.
 */
final class Holders {

    private final @Nullable Object[] holders;

    Holders(int capacity) {
        holders = new @Nullable Object[capacity];
    }

    void set(int piece, Object holder) {
        holders[piece] = holder;
    }

    void clear(int pieces) {
        Arrays.fill(holders, 0, pieces, null);
    }

    /** Has {@code user} keep what the first {@code pieces} lie in. */
    void keepAlive(MemoryUser user, int pieces) {
        Objects.requireNonNull(user, "user");
        for (int i = 0; i < pieces; i++) {
            Object holder = holders[i];
            if (holder != null) {
                user.keepAlive(holder);
            }
        }
    }
}
