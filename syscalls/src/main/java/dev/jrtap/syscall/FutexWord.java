// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Futex;
import dev.jrtap.memory.Memory;

/**
 * The word that a futex is: its size is what {@code FUTEX2_SIZE_*} among the flags says.
 *
 * <p>Source: futex(2).
 */
public final class FutexWord {

    private FutexWord() {}

    private static int bytes(int flags) {
        return 1 << (flags & Futex.FUTEX2_SIZE_MASK());
    }

    /**
     * Returns the address of the word at {@code at}.
     *
     * @throws IllegalArgumentException if it is not aligned to its size, which the kernel refuses
     */
    public static long address(Memory memory, int at, int flags) {
        int bytes = bytes(flags);
        long address = memory.address(at, bytes);
        if (address % bytes != 0) {
            throw new IllegalArgumentException(
                    "a futex of " + bytes + " bytes must lie at a multiple of them: at=" + at + " of " + memory);
        }
        return address;
    }

    /**
     * Returns {@code value}.
     *
     * @param name what an exception calls it
     * @throws IllegalArgumentException if the word cannot hold it
     */
    public static long checked(String name, long value, int flags) {
        int bits = bytes(flags) * Byte.SIZE;
        if (bits < Long.SIZE && value >>> bits != 0) {
            throw new IllegalArgumentException(
                    name + " must have no more than the word's " + bits + " bits: 0x" + Long.toHexString(value));
        }
        return value;
    }
}
