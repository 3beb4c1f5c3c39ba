// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

/** Refuses numbers that every kernel would misread: it would truncate them, or take them for very large ones. */
final class Check {

    private Check() {}

    /** Returns {@code value} if it is 0 or more. */
    static int notNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value;
    }

    /** Returns {@code value} if it is 0 or more. */
    static long notNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
        return value;
    }

    /** Returns {@code value} if it is {@code least} to {@code most}. */
    static int range(String name, int least, int most, int value) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + ".." + most + ": " + value);
        }
        return value;
    }

    /** Returns {@code value} if it has 16 bits. */
    static int unsigned16(String name, int value) {
        return range(name, 0, 0xffff, value);
    }

    /** Returns a position in a file, or -1, which stands for the file's own. */
    static long offset(long value) {
        if (value < TransferOperations.FILE_POSITION) {
            throw new IllegalArgumentException("offset must be FILE_POSITION, or not negative: " + value);
        }
        return value;
    }
}
