// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Iovec;
import dev.jrtap.bindings.Uio;
import dev.jrtap.memory.Memory;

/**
 * Pieces of memory that one operation fills or empties in turn: an array of struct iovec.
 *
 * <p>An operation copies the array, so this can be cleared and filled again at once. The memory it points to is the
 * kernel's until the operation completes, and kept reachable until then.
 *
 * <p>Threads: one at a time. Source: readv(2).
 */
public final class IoVectors {

    /** Pieces that the kernel takes in one operation at most. */
    public static final int MAX_CAPACITY = Uio.UIO_MAXIOV;

    private final Memory array;
    private final int capacity;
    private final Holders holders;
    private int count;

    /**
     * No pieces yet.
     *
     * @param capacity the largest number of pieces, 1..{@link #MAX_CAPACITY}
     */
    public IoVectors(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be 1.." + MAX_CAPACITY + ": " + capacity);
        }
        this.capacity = capacity;
        this.holders = new Holders(capacity);
        this.array = Memory.allocate(capacity * Iovec.SIZEOF);
    }

    /**
     * Adds {@code length} bytes from the position {@code at} of {@code memory} on, after the others.
     *
     * @throws IllegalStateException if it is full
     */
    public IoVectors add(Memory memory, int at, int length) {
        unsafeAdd(memory.address(at, length), length);
        holders.set(count - 1, memory);
        return this;
    }

    /**
     * Adds a piece by its address, after the others.
     *
     * @param address of its first byte, which must stay allocated as long as the kernel may use it
     * @param length in bytes, 0 or more
     * @throws IllegalStateException if it is full
     */
    public IoVectors unsafeAdd(long address, int length) {
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
        holders.clear(count);
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

    /**
     * Address of the array, for readv(2) and writev(2); the array stays where it is as long as this object is
     * reachable.
     *
     * @throws IllegalStateException if memory of a piece has been unmapped
     */
    public long address() {
        holders.requireMapped(count);
        return array.address();
    }

    /** Has {@code user} keep what the pieces lie in. */
    public void keepAlive(MemoryUser user) {
        holders.keepAlive(user, count);
    }

    /** Bytes of the array. */
    public int bytes() {
        return count * Iovec.SIZEOF;
    }

    /**
     * Copies the array to the beginning of {@code memory}.
     *
     * @throws IllegalStateException if memory of a piece has been unmapped
     */
    public void copyTo(Memory memory) {
        holders.requireMapped(count);
        memory.copy(0, array, 0, bytes());
    }
}
