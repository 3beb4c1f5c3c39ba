// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

/** A C integer: its bits, extended to 64 according to its type. */
record Value(long bits, CType.Int type) {

    static Value of(long bits, CType.Int type) {
        if (type == CType.Int.BOOL) {
            return new Value(bits == 0 ? 0 : 1, type);
        }
        // Of 128 bits, the lower 64 are kept: Java shifts by -64 as by 0.
        int unused = 64 - 8 * type.bytes();
        return new Value(type.signed() ? bits << unused >> unused : bits << unused >>> unused, type);
    }

    static Value truth(boolean truth) {
        return new Value(truth ? 1 : 0, CType.Int.INT);
    }

    boolean isTrue() {
        return bits != 0;
    }

    /** Returns this value after integer promotion: C computes with nothing narrower than an int. */
    Value promoted() {
        return type.bytes() < 4 ? Value.of(bits, CType.Int.INT) : this;
    }

    private static CType.Int promoted(CType.Int type) {
        return type.bytes() < 4 ? CType.Int.INT : type;
    }

    /** Returns the type that both operands are converted to (C17, 6.3.1.8). */
    static CType.Int common(CType.Int left, CType.Int right) {
        CType.Int a = promoted(left);
        CType.Int b = promoted(right);
        if (a.bytes() > b.bytes()) {
            return a;
        }
        if (a.bytes() < b.bytes()) {
            return b;
        }
        CType.Int higher = b.isLongLong() ? b : a;
        if (a.signed() == b.signed()) {
            return higher;
        }
        // Of two types of the same width, the result is unsigned if either is, and has the higher rank.
        return higher.isLongLong() ? CType.Int.UNSIGNED_LONG_LONG : a.signed() ? b : a;
    }
}
