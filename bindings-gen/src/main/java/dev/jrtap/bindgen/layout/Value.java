// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

/** An integer of C: its bits, extended to 64 as its type says. */
record Value(long bits, CType.Int type) {

    static Value of(long bits, CType.Int type) {
        int unused = 64 - 8 * type.bytes();
        return new Value(type.signed() ? bits << unused >> unused : bits << unused >>> unused, type);
    }

    static Value truth(boolean truth) {
        return new Value(truth ? 1 : 0, CType.Int.INT);
    }

    boolean isTrue() {
        return bits != 0;
    }

    /** After integer promotion: nothing smaller than an int is computed with. */
    Value promoted() {
        return type.bytes() < 4 ? Value.of(bits, CType.Int.INT) : this;
    }

    /** The type that both operands are converted to (C17, 6.3.1.8). */
    static CType.Int common(Value left, Value right) {
        CType.Int a = left.promoted().type();
        CType.Int b = right.promoted().type();
        if (a.bytes() != b.bytes()) {
            return a.bytes() > b.bytes() ? a : b;
        }
        CType.Int higher = a.rank() >= b.rank() ? a : b;
        if (a.signed() == b.signed()) {
            return higher;
        }
        // Of two types of one width the unsigned one wins, in the higher rank.
        return higher.rank() == 3 ? CType.Int.UNSIGNED_LONG_LONG : a.signed() ? b : a;
    }
}
