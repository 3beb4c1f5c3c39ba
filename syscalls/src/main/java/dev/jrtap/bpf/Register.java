// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

/**
 * A register of the BPF machine. {@code R0} is a whole one of 64 bits, {@code W0} its lower half: an instruction on
 * halves clears the upper half of its result.
 *
 * <p>R0 is a result, of a helper or of the program. R1 to R5 are arguments, and lost by a call; R1 is the context when
 * the program begins. R6 to R9 are kept. R10 is read-only: it points behind the stack of 512 bytes.
 *
 * <p>Source: RFC 9669, 2.
 */
public enum Register {
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
    W0,
    W1,
    W2,
    W3,
    W4,
    W5,
    W6,
    W7,
    W8,
    W9;

    /** Returns the number in an instruction, 0..10. */
    int number() {
        return isWhole() ? ordinal() : ordinal() - W0.ordinal();
    }

    /** Returns whether all 64 bits are meant. */
    boolean isWhole() {
        return ordinal() < W0.ordinal();
    }

    /** Refuses a half where only a whole register will do: an address, a value that has a size of its own. */
    static int whole(Register register) {
        if (!register.isWhole()) {
            throw new IllegalArgumentException("a whole register, R0 to R10, is needed here: " + register);
        }
        return register.number();
    }

    /** Refuses a whole register beside a half. */
    static void checkAlike(Register one, Register other) {
        if (one.isWhole() != other.isWhole()) {
            throw new IllegalArgumentException("both registers are whole, or both are halves: " + one + ", " + other);
        }
    }
}
