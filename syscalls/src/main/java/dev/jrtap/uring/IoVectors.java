// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Iovec;
import dev.jrtap.bindings.Uio;
import dev.jrtap.memory.Memory;

/**
 * Pieces of memory that one operation fills or empties in turn: an array of struct iovec.
 *
 * <p>An operation copies the array, so this can be cleared and filled again at once. The memory it points to is the kernel's until
 * the operation completes.
 *
 * <p>Threads: one at a time. Source: readv(2).
 */
public final class IoVectors {

    /** Pieces that the kernel takes in one operation at most. */
    public static final int MAX_CAPACITY = Uio.UIO_MAXIOV;

    private final Memory array;
    private final int capacity;
    private int count;

    /**
     * No pieces yet.
     *
     * @param capacity how many there can be, 1..{@link #MAX_CAPACITY}
     */
    public IoVectors(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be 1.." + MAX_CAPACITY + ": " + capacity);
        }
        this.capacity = capacity;
        this.array = Memory.allocate(capacity * Iovec.SIZEOF);
    }

    /**
     * Adds a piece behind the others.
     *
     * @param address of its first byte
     * @param length in bytes, 0 or more
     * @throws IllegalStateException if there are as many as there can be
     */
    public IoVectors add(long address, int length) {
        if (length < 0) {
            throw new IllegalArgumentException("length of a piece must not be negative: " + length);
        }
        if (count == capacity) {
            throw new IllegalStateException(
                    "there is room for " + capacity + " pieces and no more: clear, or make a larger one");
        }
        int at = count * Iovec.SIZEOF;
        array.putI64(at + Iovec.IOV_BASE, address);
        array.putI64(at + Iovec.IOV_LEN, length);
        count++;
        return this;
    }

    /** Forgets all pieces. */
    public IoVectors clear() {
        count = 0;
        return this;
    }

    /** Pieces added since the last {@link #clear}. */
    public int count() {
        return count;
    }

    /** Pieces there can be. */
    public int capacity() {
        return capacity;
    }

    /** Address of the array, for readv(2) and writev(2); the array stays where it is as long as this object is reachable. */
    public long address() {
        return array.address();
    }

    /** Copies the array beside an entry, and returns its address there. */
    long beside(SqeFields entry) {
        int size = count * Iovec.SIZEOF;
        Memory copy = entry.scratch(size);
        copy.copy(0, array, 0, size);
        return copy.address();
    }
}
