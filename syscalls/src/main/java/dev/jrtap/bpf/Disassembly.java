// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfCommon;

/**
 * Instructions as in the verifier's log.
 *
 * <p>Source: kernel/bpf/disasm.c.
 */
final class Disassembly {

    private static final String[] ALU = {
        "+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>="
    };
    private static final String[] JUMP = {
        "goto", "==", ">", ">=", "&", "!=", "s>", "s>=", "call", "exit", "<", "<=", "s<", "s<="
    };
    private static final String[] ATOMIC = {"add", "", "", "", "or", "and", "", "", "", "", "xor"};
    private static final String[] SIZE = {"u32", "u16", "u8", "u64"};
    private static final int SIZE_SHIFT = 3;
    private static final int OPERATION_SHIFT = 4;
    private static final long UNSIGNED = 0xffff_ffffL;

    private Disassembly() {}

    static String of(Instruction i) {
        return switch (i.kind()) {
            case BpfCommon.BPF_ALU, Bpf.BPF_ALU64 -> alu(i);
            case BpfCommon.BPF_JMP, Bpf.BPF_JMP32 -> jump(i);
            case BpfCommon.BPF_LDX -> "r" + i.dst() + " = " + memory(i, i.src());
            case BpfCommon.BPF_ST -> memory(i, i.dst()) + " = " + i.immediate();
            case BpfCommon.BPF_STX -> i.mode() == Bpf.BPF_ATOMIC ? atomic(i) : memory(i, i.dst()) + " = r" + i.src();
            default -> load(i);
        };
    }

    private static String alu(Instruction i) {
        String letter = i.kind() == Bpf.BPF_ALU64 ? "r" : "w";
        String dst = letter + i.dst();
        int operation = i.operation();
        if (operation == Bpf.BPF_END) {
            String order = (i.opcode() & Bpf.BPF_TO_BE) != 0 ? "be" : "le";
            return "r" + i.dst() + " = " + order + i.immediate() + " r" + i.dst();
        }
        if (operation == BpfCommon.BPF_NEG) {
            return dst + " = -" + dst;
        }
        String source = isRegister(i) ? letter + i.src() : Long.toString(i.immediate());
        return dst + " " + word(ALU, operation) + " " + source;
    }

    private static String jump(Instruction i) {
        int operation = i.operation();
        String way = "goto pc" + signed(i.offset());
        switch (operation) {
            case BpfCommon.BPF_JA:
                return way;
            case Bpf.BPF_CALL:
                return "call bpf_" + Helper.nameOf((int) i.immediate()) + "#" + i.immediate();
            case Bpf.BPF_EXIT:
                return "exit";
            default:
        }
        String letter = i.kind() == BpfCommon.BPF_JMP ? "r" : "w";
        String source = isRegister(i) ? letter + i.src() : "0x" + Long.toHexString(i.immediate() & UNSIGNED);
        return "if " + letter + i.dst() + " " + word(JUMP, operation) + " " + source + " " + way;
    }

    private static String load(Instruction i) {
        if (i.opcode() == Instruction.LD_IMM64) {
            return "r" + i.dst() + " = 0x" + Long.toHexString(i.immediate());
        }
        String index = i.mode() == BpfCommon.BPF_IND ? "r" + i.src() + " + " : "";
        return "r0 = *(" + size(i) + " *)skb[" + index + i.immediate() + "]";
    }

    private static String atomic(Instruction i) {
        int operation = (int) i.immediate();
        boolean fetches = (operation & Bpf.BPF_FETCH) != 0;
        if (!fetches) {
            return "lock " + memory(i, i.dst()) + " " + word(ALU, operation) + " r" + i.src();
        }
        String width = (i.opcode() & Bpf.BPF_DW) == Bpf.BPF_DW ? "64" : "";
        String where = "((" + size(i) + " *)(r" + i.dst() + " " + signed(i.offset()) + "), ";
        return switch (operation) {
            case Bpf.BPF_CMPXCHG -> "r0 = atomic" + width + "_cmpxchg" + where + "r0, r" + i.src() + ")";
            case Bpf.BPF_XCHG -> "r" + i.src() + " = atomic" + width + "_xchg" + where + "r" + i.src() + ")";
            default ->
                "r" + i.src() + " = atomic" + width + "_fetch_" + word(ATOMIC, operation) + where + "r" + i.src() + ")";
        };
    }

    /** Of what a newer kernel may know, the number. */
    private static String word(String[] words, int operation) {
        int index = operation >>> OPERATION_SHIFT;
        return index < words.length ? words[index] : "0x" + Integer.toHexString(operation);
    }

    private static String memory(Instruction i, int base) {
        return "*(" + size(i) + " *)(r" + base + " " + signed(i.offset()) + ")";
    }

    private static String size(Instruction i) {
        return SIZE[(i.opcode() & Bpf.BPF_DW) >> SIZE_SHIFT];
    }

    private static boolean isRegister(Instruction i) {
        return (i.opcode() & BpfCommon.BPF_X) != 0;
    }

    private static String signed(int offset) {
        return (offset < 0 ? "" : "+") + offset;
    }
}
