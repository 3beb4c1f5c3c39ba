// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

/** A table of constants' names by value, for messages. */
final class Lookup {

    private final String[] names;
    private final long[] values;

    /** Makes a table; of several names for one value, the first is used. */
    Lookup(String[] names, long... values) {
        this.names = names;
        this.values = values;
    }

    /** Returns the name, or the number if there is none. */
    String name(long value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value) {
                return names[i];
            }
        }
        return Long.toString(value);
    }

    /**
     * Returns the names of the bits that are set, separated by {@code |}; bits without a name are one number at the
     * end.
     */
    String flags(long bits) {
        StringBuilder text = new StringBuilder();
        long left = bits;
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && (left & values[i]) == values[i]) {
                text.append(text.length() == 0 ? "" : "|").append(names[i]);
                left &= ~values[i];
            }
        }
        if (left != 0 || text.length() == 0) {
            String rest = left == 0 ? "0" : "0x" + Long.toHexString(left);
            text.append(text.length() == 0 ? "" : "|").append(rest);
        }
        return text.toString();
    }
}
