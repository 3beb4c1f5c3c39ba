// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Futex;
import dev.jrtap.bindings.FutexWaitv;
import dev.jrtap.memory.Memory;

/**
 * Several futexes to wait for at once: an array of struct futex_waitv. Made once and used again; the caller may change
 * it as soon as the call that takes them has returned.
 *
 * <p>Source: futex_waitv(2).
 */
public final class FutexVector {

    private final Memory memory;
    private final int capacity;
    private final Holders holders;
    private int size;

    /**
     * An empty one.
     *
     * @param capacity the largest number of futexes, 1..128
     */
    public FutexVector(int capacity) {
        if (capacity < 1 || capacity > Futex.FUTEX_WAITV_MAX()) {
            throw new IllegalArgumentException(
                    "one can wait for 1.." + Futex.FUTEX_WAITV_MAX() + " futexes: " + capacity);
        }
        this.capacity = capacity;
        this.holders = new Holders(capacity);
        this.memory = Memory.allocate(capacity * FutexWaitv.SIZEOF);
    }

    /** Adds the 32-bit word at {@code at} of {@code words}, of this process alone, which must hold {@code expected}. */
    public FutexVector add(Memory words, int at, int expected) {
        return add(words, at, Integer.toUnsignedLong(expected), Futex.FUTEX2_SIZE_U32 | Futex.FUTEX2_PRIVATE);
    }

    /**
     * Adds a word.
     *
     * @param flags {@code FUTEX2_*}
     * @throws IllegalStateException if it is full
     */
    public FutexVector add(Memory words, int at, long expected, int flags) {
        unsafeAdd(FutexWord.address(words, at, flags), FutexWord.checked("expected", expected, flags), flags);
        holders.set(size - 1, words);
        return this;
    }

    /** Adds a word by its address, which must stay allocated as long as the kernel may look at it. */
    public FutexVector unsafeAdd(long address, long expected, int flags) {
        if (size == capacity) {
            throw new IllegalStateException("the vector was made for " + capacity + " futexes");
        }
        int place = size * FutexWaitv.SIZEOF;
        memory.putI64(place + FutexWaitv.UADDR, address);
        memory.putI64(place + FutexWaitv.VAL, expected);
        memory.putI32(place + FutexWaitv.FLAGS, flags);
        size++;
        return this;
    }

    /** Forgets them all. */
    public FutexVector clear() {
        holders.clear(size);
        size = 0;
        return this;
    }

    /** Returns how many there are. */
    public int size() {
        return size;
    }

    /** Has {@code user} keep what the words lie in. */
    public void keepAlive(MemoryUser user) {
        holders.keepAlive(user, size);
    }

    /** Bytes of the array. */
    public int bytes() {
        return size * FutexWaitv.SIZEOF;
    }

    /**
     * Copies the array to the beginning of {@code target}.
     *
     * @throws IllegalStateException if memory of a word has been unmapped
     */
    public void copyTo(Memory target) {
        holders.requireMapped(size);
        target.copy(0, memory, 0, bytes());
    }
}
