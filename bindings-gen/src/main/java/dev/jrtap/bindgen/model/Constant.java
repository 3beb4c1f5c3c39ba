// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

/**
 * An integer macro or enumerator.
 *
 * @param type its C type
 * @param value its bits; what does not fit in 64 signed bits is negative here
 */
public record Constant(String header, int line, String name, String type, long value) {

    /** Whether Java needs a {@code long} for the type's bits. */
    public boolean isWide() {
        return type.contains("long");
    }
}
