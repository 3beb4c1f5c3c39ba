// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

/**
 * A macro that is a string.
 *
 * @param value the text, decoded
 * @param unit the bytes of a character in C: 1 for {@code "x"} and {@code u8"x"}, which are UTF-8, 2 for {@code u"x"},
 *     4 for {@code U"x"} and {@code L"x"}; {@link #RAW} if the bytes are not UTF-8: then each byte is a character of
 *     the value
 */
public record Text(String header, int line, String name, String value, int unit) implements Fact {

    public static final int RAW = 0;

    @Override
    public Text withoutPlace() {
        return new Text("", 0, name, value, unit);
    }
}
