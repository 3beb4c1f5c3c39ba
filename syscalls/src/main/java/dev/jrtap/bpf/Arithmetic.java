// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfCommon;

/**
 * Instructions that compute, each {@code dst = dst op src}. On whole registers they have 64 bits, and an immediate is
 * extended by its sign; on halves they have 32, and clear the upper half of {@code dst}. Division by a register that
 * holds zero gives zero, its remainder the dividend.
 *
 * <p>As the verifier would, the methods throw an {@link IllegalArgumentException} for the constant 0 as a divisor, a
 * shift by less than 0 bits or by all of them, and R10 as {@code dst}.
 *
 * <p>Source: RFC 9669, 4.1, 4.2.
 */
public sealed interface Arithmetic permits Assembler {

    /** Adds any instruction. */
    Assembler emit(Instruction instruction);

    default Assembler mov(Register dst, Register src) {
        return emit(Instruction.of(Bpf.BPF_MOV | kind(dst), dst, src));
    }

    default Assembler mov(Register dst, int immediate) {
        return emit(Instruction.of(Bpf.BPF_MOV | kind(dst), dst, immediate));
    }

    default Assembler add(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_ADD | kind(dst), dst, src));
    }

    default Assembler add(Register dst, int immediate) {
        return emit(Instruction.of(BpfCommon.BPF_ADD | kind(dst), dst, immediate));
    }

    default Assembler sub(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_SUB | kind(dst), dst, src));
    }

    default Assembler sub(Register dst, int immediate) {
        return emit(Instruction.of(BpfCommon.BPF_SUB | kind(dst), dst, immediate));
    }

    default Assembler mul(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_MUL | kind(dst), dst, src));
    }

    default Assembler mul(Register dst, int immediate) {
        return emit(Instruction.of(BpfCommon.BPF_MUL | kind(dst), dst, immediate));
    }

    /** Unsigned. */
    default Assembler div(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_DIV | kind(dst), dst, src));
    }

    /** Unsigned. */
    default Assembler div(Register dst, int immediate) {
        return emit(Instruction.of(BpfCommon.BPF_DIV | kind(dst), dst, immediate));
    }

    /** Unsigned. */
    default Assembler mod(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_MOD | kind(dst), dst, src));
    }

    /** Unsigned. */
    default Assembler mod(Register dst, int immediate) {
        return emit(Instruction.of(BpfCommon.BPF_MOD | kind(dst), dst, immediate));
    }

    default Assembler or(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_OR | kind(dst), dst, src));
    }

    default Assembler or(Register dst, int immediate) {
        return emit(Instruction.of(BpfCommon.BPF_OR | kind(dst), dst, immediate));
    }

    default Assembler and(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_AND | kind(dst), dst, src));
    }

    default Assembler and(Register dst, int immediate) {
        return emit(Instruction.of(BpfCommon.BPF_AND | kind(dst), dst, immediate));
    }

    default Assembler xor(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_XOR | kind(dst), dst, src));
    }

    default Assembler xor(Register dst, int immediate) {
        return emit(Instruction.of(BpfCommon.BPF_XOR | kind(dst), dst, immediate));
    }

    default Assembler lsh(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_LSH | kind(dst), dst, src));
    }

    default Assembler lsh(Register dst, int bits) {
        return emit(Instruction.of(BpfCommon.BPF_LSH | kind(dst), dst, bits));
    }

    /** Fills with zeros. */
    default Assembler rsh(Register dst, Register src) {
        return emit(Instruction.of(BpfCommon.BPF_RSH | kind(dst), dst, src));
    }

    /** Fills with zeros. */
    default Assembler rsh(Register dst, int bits) {
        return emit(Instruction.of(BpfCommon.BPF_RSH | kind(dst), dst, bits));
    }

    /** Fills with the sign. */
    default Assembler arsh(Register dst, Register src) {
        return emit(Instruction.of(Bpf.BPF_ARSH | kind(dst), dst, src));
    }

    /** Fills with the sign. */
    default Assembler arsh(Register dst, int bits) {
        return emit(Instruction.of(Bpf.BPF_ARSH | kind(dst), dst, bits));
    }

    default Assembler neg(Register dst) {
        return emit(Instruction.of(BpfCommon.BPF_NEG | kind(dst), dst, 0));
    }

    /**
     * Turns the machine's byte order into network order, or back.
     *
     * @param bits 16, 32 or 64: bits above are cleared
     */
    default Assembler be(Register dst, int bits) {
        return emit(swap(Bpf.BPF_TO_BE, dst, bits));
    }

    /** Like {@link #be}, for little-endian data. */
    default Assembler le(Register dst, int bits) {
        return emit(swap(Bpf.BPF_TO_LE, dst, bits));
    }

    private static int kind(Register dst) {
        return dst.isWhole() ? Bpf.BPF_ALU64 : BpfCommon.BPF_ALU;
    }

    private static Instruction swap(int order, Register dst, int bits) {
        if (bits != Short.SIZE && bits != Integer.SIZE && bits != Long.SIZE) {
            throw new IllegalArgumentException("16, 32 or 64 bits have a byte order: bits=" + bits);
        }
        return new Instruction(Bpf.BPF_END | order | BpfCommon.BPF_ALU, Register.whole(dst), 0, 0, bits);
    }
}
