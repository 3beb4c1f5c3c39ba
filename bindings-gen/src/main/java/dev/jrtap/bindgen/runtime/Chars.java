// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads and writes text in C's arrays of {@code char}: UTF-8, up to a zero or the array's end. */
final class Chars {

    private Chars() {}

    /** Returns the text of an array of {@code length} bytes. */
    static String get(ByteBuffer buffer, int at, int length) {
        int end = 0;
        while (end < length && buffer.get(at + end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end];
        buffer.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * Stores a text in an array of {@code length} bytes and fills the rest with zeroes.
     *
     * @throws IllegalArgumentException if the text and a zero after it do not fit
     */
    static void set(ByteBuffer buffer, int at, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= length) {
            throw new IllegalArgumentException(
                    "text of " + bytes.length + " bytes and a zero in an array of " + length);
        }
        buffer.put(at, bytes);
        for (int i = bytes.length; i < length; i++) {
            buffer.put(at + i, (byte) 0);
        }
    }
}
