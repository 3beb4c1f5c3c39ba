// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Futex;
import dev.jrtap.bindings.FutexWaitv;
import dev.jrtap.memory.Memory;

/**
 * Several futexes to wait for at once: an array of struct futex_waitv. Made once and used again; the caller may change it as soon
 * as {@link Operations#futexWaitAny} has returned.
 *
 * <p>Source: futex_waitv(2).
 */
public final class FutexVector {

    private final Memory memory;
    private final int capacity;
    private int size;

    /**
     * An empty one.
     *
     * @param capacity how many there can be, 1..128
     */
    public FutexVector(int capacity) {
        if (capacity < 1 || capacity > Futex.FUTEX_WAITV_MAX()) {
            throw new IllegalArgumentException(
                    "one can wait for 1.." + Futex.FUTEX_WAITV_MAX() + " futexes: " + capacity);
        }
        this.capacity = capacity;
        this.memory = Memory.allocate(capacity * FutexWaitv.SIZEOF);
    }

    /** Adds a 32-bit word of this process alone, which must hold {@code expected}. */
    public FutexVector add(long address, int expected) {
        return add(address, Integer.toUnsignedLong(expected), Futex.FUTEX2_SIZE_U32 | Futex.FUTEX2_PRIVATE);
    }

    /**
     * Adds a word.
     *
     * @param flags {@code FUTEX2_*}
     * @throws IllegalStateException if there are as many as there can be
     */
    public FutexVector add(long address, long expected, int flags) {
        if (size == capacity) {
            throw new IllegalStateException("the vector was made for " + capacity + " futexes");
        }
        int at = size * FutexWaitv.SIZEOF;
        memory.putI64(at + FutexWaitv.UADDR, address);
        memory.putI64(at + FutexWaitv.VAL, expected);
        memory.putI32(at + FutexWaitv.FLAGS, flags);
        size++;
        return this;
    }

    /** Forgets them all. */
    public FutexVector clear() {
        size = 0;
        return this;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    int bytes() {
        return size * FutexWaitv.SIZEOF;
    }

    Memory memory() {
        return memory;
    }
}
