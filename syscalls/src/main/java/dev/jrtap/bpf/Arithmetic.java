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
        return emit(of(Bpf.BPF_MOV, dst, src));
    }

    default Assembler mov(Register dst, int immediate) {
        return emit(of(Bpf.BPF_MOV, dst, immediate));
    }

    default Assembler add(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_ADD, dst, src));
    }

    default Assembler add(Register dst, int immediate) {
        return emit(of(BpfCommon.BPF_ADD, dst, immediate));
    }

    default Assembler sub(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_SUB, dst, src));
    }

    default Assembler sub(Register dst, int immediate) {
        return emit(of(BpfCommon.BPF_SUB, dst, immediate));
    }

    default Assembler mul(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_MUL, dst, src));
    }

    default Assembler mul(Register dst, int immediate) {
        return emit(of(BpfCommon.BPF_MUL, dst, immediate));
    }

    /** Unsigned. */
    default Assembler div(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_DIV, dst, src));
    }

    /** Unsigned. */
    default Assembler div(Register dst, int immediate) {
        return emit(of(BpfCommon.BPF_DIV, dst, immediate));
    }

    /** Unsigned. */
    default Assembler mod(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_MOD, dst, src));
    }

    /** Unsigned. */
    default Assembler mod(Register dst, int immediate) {
        return emit(of(BpfCommon.BPF_MOD, dst, immediate));
    }

    default Assembler or(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_OR, dst, src));
    }

    default Assembler or(Register dst, int immediate) {
        return emit(of(BpfCommon.BPF_OR, dst, immediate));
    }

    default Assembler and(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_AND, dst, src));
    }

    default Assembler and(Register dst, int immediate) {
        return emit(of(BpfCommon.BPF_AND, dst, immediate));
    }

    default Assembler xor(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_XOR, dst, src));
    }

    default Assembler xor(Register dst, int immediate) {
        return emit(of(BpfCommon.BPF_XOR, dst, immediate));
    }

    default Assembler lsh(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_LSH, dst, src));
    }

    default Assembler lsh(Register dst, int bits) {
        return emit(of(BpfCommon.BPF_LSH, dst, bits));
    }

    /** Fills with zeros. */
    default Assembler rsh(Register dst, Register src) {
        return emit(of(BpfCommon.BPF_RSH, dst, src));
    }

    /** Fills with zeros. */
    default Assembler rsh(Register dst, int bits) {
        return emit(of(BpfCommon.BPF_RSH, dst, bits));
    }

    /** Fills with the sign. */
    default Assembler arsh(Register dst, Register src) {
        return emit(of(Bpf.BPF_ARSH, dst, src));
    }

    /** Fills with the sign. */
    default Assembler arsh(Register dst, int bits) {
        return emit(of(Bpf.BPF_ARSH, dst, bits));
    }

    default Assembler neg(Register dst) {
        return emit(of(BpfCommon.BPF_NEG, dst, 0));
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

    private static Instruction of(int operation, Register dst, Register src) {
        Register.checkAlike(dst, src);
        return new Instruction(operation | BpfCommon.BPF_X | kind(dst), dst.number(), src.number(), 0, 0);
    }

    private static Instruction of(int operation, Register dst, int immediate) {
        return new Instruction(operation | BpfCommon.BPF_K | kind(dst), dst.number(), 0, 0, immediate);
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
