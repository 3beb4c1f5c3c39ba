// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfCommon;

/**
 * Refuses, when it is added, an instruction that does not fit into its fields, or that the verifier refuses in any
 * program.
 */
final class InstructionCheck {

    private static final int OPCODES = 0x100;
    private static final int SOURCES = 0x10;
    private static final int SECOND_HALF = 0;
    private static final int FRAME = Register.R10.number();

    private InstructionCheck() {}

    /** @throws IllegalArgumentException naming the instruction, the reason and the remedy */
    static void check(Instruction i) {
        checkFields(i);
        switch (i.kind()) {
            case BpfCommon.BPF_ALU -> checkArithmetic(i, Integer.SIZE);
            case Bpf.BPF_ALU64 -> checkArithmetic(i, Long.SIZE);
            case BpfCommon.BPF_LD, BpfCommon.BPF_LDX -> checkWritten(i, i.dst());
            case BpfCommon.BPF_STX -> checkFetch(i);
            default -> {}
        }
    }

    private static void checkFields(Instruction i) {
        checkField(i, "opcode", 0, OPCODES - 1, i.opcode());
        checkField(i, "dst", 0, FRAME, i.dst());
        checkField(i, "src", 0, SOURCES - 1, i.src());
        checkField(i, "offset", Short.MIN_VALUE, Short.MAX_VALUE, i.offset());
        if (i.opcode() == SECOND_HALF) {
            throw refused(i, "it is the second half of a constant of 64 bits: ldImm64() writes both");
        }
        if (i.opcode() != Instruction.LD_IMM64) {
            checkField(i, "immediate", Integer.MIN_VALUE, Integer.MAX_VALUE, i.immediate());
        }
    }

    private static void checkField(Instruction i, String field, int least, int most, long value) {
        if (value < least || value > most) {
            throw refused(i, field + " must be in " + least + ".." + most + ": " + value);
        }
    }

    private static void checkArithmetic(Instruction i, int bits) {
        checkWritten(i, i.dst());
        if ((i.opcode() & BpfCommon.BPF_X) != 0) {
            return;
        }
        switch (i.operation()) {
            case BpfCommon.BPF_DIV, BpfCommon.BPF_MOD -> {
                if (i.immediate() == 0) {
                    throw refused(i, "the divisor is the constant 0; by a register that holds 0 it is allowed");
                }
            }
            case BpfCommon.BPF_LSH, BpfCommon.BPF_RSH, Bpf.BPF_ARSH -> {
                if (i.immediate() < 0 || i.immediate() >= bits) {
                    throw refused(i, bits + " bits are shifted by 0.." + (bits - 1) + "; mov() of 0 clears them");
                }
            }
            default -> {}
        }
    }

    /** What is fetched from memory goes to the source, except by a comparison, which has R0 for it. */
    private static void checkFetch(Instruction i) {
        boolean fetches =
                i.mode() == Bpf.BPF_ATOMIC && (i.immediate() & Bpf.BPF_FETCH) != 0 && i.immediate() != Bpf.BPF_CMPXCHG;
        if (fetches) {
            checkWritten(i, i.src());
        }
    }

    private static void checkWritten(Instruction i, int register) {
        if (register == FRAME) {
            throw refused(i, "R10 is read-only: mov() it to another register and change that one");
        }
    }

    private static IllegalArgumentException refused(Instruction i, String reason) {
        return new IllegalArgumentException(i + ": " + reason);
    }
}
