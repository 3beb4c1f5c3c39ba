// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.memory.Memory;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The memory that the pieces of a vector lie in; {@code null} for a piece that is named by its address. Allocates
 * nothing later.
 */
final class Holders {

    private final @Nullable Memory[] holders;

    Holders(int capacity) {
        holders = new @Nullable Memory[capacity];
    }

    void set(int piece, Memory holder) {
        holders[piece] = holder;
    }

    void clear(int pieces) {
        Arrays.fill(holders, 0, pieces, null);
    }

    /**
     * Refuses memory that has been unmapped since its piece was added.
     *
     * @throws IllegalStateException names it
     */
    void requireMapped(int pieces) {
        for (int i = 0; i < pieces; i++) {
            Memory holder = holders[i];
            if (holder != null) {
                holder.address();
            }
        }
    }

    /** Has {@code user} keep what the first {@code pieces} lie in. */
    void keepAlive(MemoryUser user, int pieces) {
        Objects.requireNonNull(user, "user");
        for (int i = 0; i < pieces; i++) {
            Memory holder = holders[i];
            if (holder != null) {
                user.keepAlive(holder);
            }
        }
    }
}
