// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfCommon;

/**
 * Instructions that jump to a label, also backward if the verifier can prove an end (Linux 5.3 and newer). On halves
 * they compare 32 bits; on whole registers an immediate is extended by its sign.
 *
 * <p>Source: RFC 9669, 4.3.
 */
public sealed interface Jumps permits Assembler {

    /** Adds any jump; its offset becomes the way to {@code label}, which may be defined later. */
    Assembler emit(Instruction jump, String label);

    /** Jumps. */
    default Assembler ja(String label) {
        return emit(new Instruction(BpfCommon.BPF_JMP | BpfCommon.BPF_JA, 0, 0, 0, 0), label);
    }

    default Assembler jeq(Register dst, Register src, String label) {
        return emit(Instruction.of(BpfCommon.BPF_JEQ | kind(dst), dst, src), label);
    }

    default Assembler jeq(Register dst, int immediate, String label) {
        return emit(Instruction.of(BpfCommon.BPF_JEQ | kind(dst), dst, immediate), label);
    }

    default Assembler jne(Register dst, Register src, String label) {
        return emit(Instruction.of(Bpf.BPF_JNE | kind(dst), dst, src), label);
    }

    default Assembler jne(Register dst, int immediate, String label) {
        return emit(Instruction.of(Bpf.BPF_JNE | kind(dst), dst, immediate), label);
    }

    /** If {@code dst > src}, unsigned. */
    default Assembler jgt(Register dst, Register src, String label) {
        return emit(Instruction.of(BpfCommon.BPF_JGT | kind(dst), dst, src), label);
    }

    /** If {@code dst > immediate}, unsigned. */
    default Assembler jgt(Register dst, int immediate, String label) {
        return emit(Instruction.of(BpfCommon.BPF_JGT | kind(dst), dst, immediate), label);
    }

    /** If {@code dst >= src}, unsigned. */
    default Assembler jge(Register dst, Register src, String label) {
        return emit(Instruction.of(BpfCommon.BPF_JGE | kind(dst), dst, src), label);
    }

    /** If {@code dst >= immediate}, unsigned. */
    default Assembler jge(Register dst, int immediate, String label) {
        return emit(Instruction.of(BpfCommon.BPF_JGE | kind(dst), dst, immediate), label);
    }

    /** If {@code dst < src}, unsigned. */
    default Assembler jlt(Register dst, Register src, String label) {
        return emit(Instruction.of(Bpf.BPF_JLT | kind(dst), dst, src), label);
    }

    /** If {@code dst < immediate}, unsigned. */
    default Assembler jlt(Register dst, int immediate, String label) {
        return emit(Instruction.of(Bpf.BPF_JLT | kind(dst), dst, immediate), label);
    }

    /** If {@code dst <= src}, unsigned. */
    default Assembler jle(Register dst, Register src, String label) {
        return emit(Instruction.of(Bpf.BPF_JLE | kind(dst), dst, src), label);
    }

    /** If {@code dst <= immediate}, unsigned. */
    default Assembler jle(Register dst, int immediate, String label) {
        return emit(Instruction.of(Bpf.BPF_JLE | kind(dst), dst, immediate), label);
    }

    /** If {@code dst & src} is not zero. */
    default Assembler jset(Register dst, Register src, String label) {
        return emit(Instruction.of(BpfCommon.BPF_JSET | kind(dst), dst, src), label);
    }

    /** If {@code dst & immediate} is not zero. */
    default Assembler jset(Register dst, int immediate, String label) {
        return emit(Instruction.of(BpfCommon.BPF_JSET | kind(dst), dst, immediate), label);
    }

    /** If {@code dst > src}, signed. */
    default Assembler jsgt(Register dst, Register src, String label) {
        return emit(Instruction.of(Bpf.BPF_JSGT | kind(dst), dst, src), label);
    }

    /** If {@code dst > immediate}, signed. */
    default Assembler jsgt(Register dst, int immediate, String label) {
        return emit(Instruction.of(Bpf.BPF_JSGT | kind(dst), dst, immediate), label);
    }

    /** If {@code dst >= src}, signed. */
    default Assembler jsge(Register dst, Register src, String label) {
        return emit(Instruction.of(Bpf.BPF_JSGE | kind(dst), dst, src), label);
    }

    /** If {@code dst >= immediate}, signed. */
    default Assembler jsge(Register dst, int immediate, String label) {
        return emit(Instruction.of(Bpf.BPF_JSGE | kind(dst), dst, immediate), label);
    }

    /** If {@code dst < src}, signed. */
    default Assembler jslt(Register dst, Register src, String label) {
        return emit(Instruction.of(Bpf.BPF_JSLT | kind(dst), dst, src), label);
    }

    /** If {@code dst < immediate}, signed. */
    default Assembler jslt(Register dst, int immediate, String label) {
        return emit(Instruction.of(Bpf.BPF_JSLT | kind(dst), dst, immediate), label);
    }

    /** If {@code dst <= src}, signed. */
    default Assembler jsle(Register dst, Register src, String label) {
        return emit(Instruction.of(Bpf.BPF_JSLE | kind(dst), dst, src), label);
    }

    /** If {@code dst <= immediate}, signed. */
    default Assembler jsle(Register dst, int immediate, String label) {
        return emit(Instruction.of(Bpf.BPF_JSLE | kind(dst), dst, immediate), label);
    }

    private static int kind(Register dst) {
        return dst.isWhole() ? BpfCommon.BPF_JMP : Bpf.BPF_JMP32;
    }
}
