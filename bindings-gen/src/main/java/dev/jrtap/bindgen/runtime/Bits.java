// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.nio.ByteBuffer;

/**
 * Reads and writes bit-fields of little-endian machines: the first bit is the lowest of the first byte. Neighbors keep
 * their bits.
 */
final class Bits {

    private Bits() {}

    /** Returns the {@code width} bits from bit {@code first} of the byte at {@code at}, as an unsigned number. */
    static long get(ByteBuffer buffer, int at, int first, int width) {
        long value = 0;
        for (int bit = 0; bit < width; ) {
            int in = (first + bit) % 8;
            int taken = Math.min(8 - in, width - bit);
            long bits = (buffer.get(at + (first + bit) / 8) & 0xff) >>> in & (1L << taken) - 1;
            value |= bits << bit;
            bit += taken;
        }
        return value;
    }

    /** Like {@link #get}, as a signed number. */
    static long getSigned(ByteBuffer buffer, int at, int first, int width) {
        int unused = Long.SIZE - width;
        return get(buffer, at, first, width) << unused >> unused;
    }

    /** Stores the low {@code width} bits of {@code value} from bit {@code first} of the byte at {@code at} on. */
    static void set(ByteBuffer buffer, int at, int first, int width, long value) {
        for (int bit = 0; bit < width; ) {
            int in = (first + bit) % 8;
            int taken = Math.min(8 - in, width - bit);
            int index = at + (first + bit) / 8;
            int mask = (1 << taken) - 1 << in;
            int bits = (int) (value >>> bit) << in & mask;
            buffer.put(index, (byte) (buffer.get(index) & ~mask | bits));
            bit += taken;
        }
    }
}
