// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfCommon;
import dev.jrtap.bindings.BpfInsn;
import dev.jrtap.memory.Memory;

/**
 * An instruction, as the kernel takes it.
 *
 * <pre>
 *   0        1           2        4              8
 *   +--------+-----+-----+--------+--------------+
 *   | opcode | dst | src | offset | immediate    |    twice for a constant of 64 bits
 *   +--------+-----+-----+--------+--------------+
 * </pre>
 *
 * <p>{@link #toString} is what the verifier's log has for it.
 *
 * <p>Source: RFC 9669, 3.
 *
 * @param opcode class, size or source, mode or operation
 * @param dst number of a register
 * @param src number of a register, or a {@code BPF_PSEUDO_*}
 * @param offset of memory in bytes, or of a jump in instructions of 8 bytes from the next one on
 * @param immediate of 64 bits for {@code LD|IMM|DW} only
 */
public record Instruction(int opcode, int dst, int src, int offset, long immediate) {

    static final int LD_IMM64 = BpfCommon.BPF_LD | BpfCommon.BPF_IMM | Bpf.BPF_DW;

    private static final int CLASS = 0x07;
    private static final int OPERATION = 0xf0;
    private static final int MODE = 0xe0;
    // By its immediate. Since Linux 6.6.
    private static final int LONG_JUMP = Bpf.BPF_JMP32 | BpfCommon.BPF_JA;

    /** Returns one between two registers; {@code code} is the class and the operation. */
    static Instruction of(int code, Register dst, Register src) {
        Register.checkAlike(dst, src);
        return new Instruction(code | BpfCommon.BPF_X, dst.number(), src.number(), 0, 0);
    }

    /** Returns one between a register and a constant; {@code code} is the class and the operation. */
    static Instruction of(int code, Register dst, int immediate) {
        return new Instruction(code | BpfCommon.BPF_K, dst.number(), 0, 0, immediate);
    }

    /** Returns the class, as {@code BpfCommon.BPF_LDX}. */
    int kind() {
        return opcode & CLASS;
    }

    /** Returns the operation or comparison, as {@code BpfCommon.BPF_ADD}. */
    int operation() {
        return opcode & OPERATION;
    }

    /** Returns the mode of memory access, as {@code BpfCommon.BPF_MEM}. */
    int mode() {
        return opcode & MODE;
    }

    /** Returns how many times 8 bytes it takes. */
    int slots() {
        return opcode == LD_IMM64 ? 2 : 1;
    }

    boolean isCall() {
        return opcode == (BpfCommon.BPF_JMP | Bpf.BPF_CALL);
    }

    /** Returns whether it jumps by its offset. */
    boolean isJump() {
        return (kind() == BpfCommon.BPF_JMP || kind() == Bpf.BPF_JMP32)
                && operation() != Bpf.BPF_CALL
                && operation() != Bpf.BPF_EXIT
                && opcode != LONG_JUMP;
    }

    boolean isExit() {
        return opcode == (BpfCommon.BPF_JMP | Bpf.BPF_EXIT);
    }

    Instruction withOffset(int newOffset) {
        return new Instruction(opcode, dst, src, newOffset, immediate);
    }

    Instruction withImmediate(long newImmediate) {
        return new Instruction(opcode, dst, src, offset, newImmediate);
    }

    void put(Memory to, int at) {
        to.zero(at, slots() * BpfInsn.SIZEOF);
        to.putI8(at + BpfInsn.CODE, opcode);
        to.putI8(at + BpfInsn.DST_REG_BYTE, dst << BpfInsn.DST_REG_BIT | src << BpfInsn.SRC_REG_BIT);
        to.putI16(at + BpfInsn.OFF, offset);
        to.putI32(at + BpfInsn.IMM, (int) immediate);
        if (slots() == 2) {
            to.putI32(at + BpfInsn.SIZEOF + BpfInsn.IMM, (int) (immediate >>> Integer.SIZE));
        }
    }

    @Override
    public String toString() {
        return Disassembly.of(this);
    }
}
