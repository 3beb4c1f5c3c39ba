// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfCommon;

/**
 * Instructions that access memory of the context, the stack, the packet, or a map; the verifier checks each access.
 *
 * <p>Offsets are bytes, -32768..32767. Atomic instructions have a {@link Size} of W or DW; those that fetch, exchange
 * or compare are full barriers (Linux 5.12 and newer).
 *
 * <p>Source: RFC 9669, 5.
 */
public sealed interface Accesses permits Assembler {

    /** Adds any instruction. */
    Assembler emit(Instruction instruction);

    /** {@code dst = *(base + offset)}, with zeros above. */
    default Assembler ldx(Size size, Register dst, Register base, int offset) {
        return emit(access(BpfCommon.BPF_LDX | BpfCommon.BPF_MEM | size.bits(), dst, base, offset, 0));
    }

    /** {@code *(base + offset) = src}. */
    default Assembler stx(Size size, Register base, int offset, Register src) {
        return emit(access(BpfCommon.BPF_STX | BpfCommon.BPF_MEM | size.bits(), base, src, offset, 0));
    }

    /** {@code *(base + offset) = immediate}, extended by its sign. */
    default Assembler st(Size size, Register base, int offset, int immediate) {
        return emit(access(BpfCommon.BPF_ST | BpfCommon.BPF_MEM | size.bits(), base, Register.R0, offset, immediate));
    }

    /**
     * {@code R0 =} the number in network order at {@code offset} of the packet: B, H or W. R6 holds the context, R1 to
     * R5 are lost, and a packet that is too short ends the program with the result 0.
     */
    default Assembler ldAbs(Size size, int offset) {
        return emit(packet(BpfCommon.BPF_ABS, size, Register.R0, offset));
    }

    /** Like {@link #ldAbs}, at {@code index + offset}. */
    default Assembler ldInd(Size size, Register index, int offset) {
        return emit(packet(BpfCommon.BPF_IND, size, index, offset));
    }

    /** {@code *(base + offset) += src}, atomically. */
    default Assembler atomicAdd(Size size, Register base, int offset, Register src) {
        return emit(atomic(BpfCommon.BPF_ADD, size, base, offset, src));
    }

    /** {@code *(base + offset) |= src}, atomically. */
    default Assembler atomicOr(Size size, Register base, int offset, Register src) {
        return emit(atomic(BpfCommon.BPF_OR, size, base, offset, src));
    }

    /** {@code *(base + offset) &= src}, atomically. */
    default Assembler atomicAnd(Size size, Register base, int offset, Register src) {
        return emit(atomic(BpfCommon.BPF_AND, size, base, offset, src));
    }

    /** {@code *(base + offset) ^= src}, atomically. */
    default Assembler atomicXor(Size size, Register base, int offset, Register src) {
        return emit(atomic(BpfCommon.BPF_XOR, size, base, offset, src));
    }

    /** Like {@link #atomicAdd}, and {@code src} becomes the former value. */
    default Assembler fetchAdd(Size size, Register base, int offset, Register src) {
        return emit(atomic(BpfCommon.BPF_ADD | Bpf.BPF_FETCH, size, base, offset, src));
    }

    /** Like {@link #atomicOr}, and {@code src} becomes the former value. */
    default Assembler fetchOr(Size size, Register base, int offset, Register src) {
        return emit(atomic(BpfCommon.BPF_OR | Bpf.BPF_FETCH, size, base, offset, src));
    }

    /** Like {@link #atomicAnd}, and {@code src} becomes the former value. */
    default Assembler fetchAnd(Size size, Register base, int offset, Register src) {
        return emit(atomic(BpfCommon.BPF_AND | Bpf.BPF_FETCH, size, base, offset, src));
    }

    /** Like {@link #atomicXor}, and {@code src} becomes the former value. */
    default Assembler fetchXor(Size size, Register base, int offset, Register src) {
        return emit(atomic(BpfCommon.BPF_XOR | Bpf.BPF_FETCH, size, base, offset, src));
    }

    /** {@code *(base + offset) = src}, and {@code src} becomes the former value, atomically. */
    default Assembler xchg(Size size, Register base, int offset, Register src) {
        return emit(atomic(Bpf.BPF_XCHG, size, base, offset, src));
    }

    /** {@code *(base + offset) = src} if the former value equals R0; R0 becomes the former value, atomically. */
    default Assembler cmpxchg(Size size, Register base, int offset, Register src) {
        return emit(atomic(Bpf.BPF_CMPXCHG, size, base, offset, src));
    }

    private static Instruction access(int opcode, Register dst, Register src, int offset, int immediate) {
        if (offset != (short) offset) {
            throw new IllegalArgumentException("an offset is -32768..32767 bytes: offset=" + offset);
        }
        return new Instruction(opcode, Register.whole(dst), Register.whole(src), offset, immediate);
    }

    private static Instruction atomic(int operation, Size size, Register base, int offset, Register src) {
        if (size != Size.W && size != Size.DW) {
            throw new IllegalArgumentException("atomic instructions have W or DW: size=" + size);
        }
        return access(BpfCommon.BPF_STX | Bpf.BPF_ATOMIC | size.bits(), base, src, offset, operation);
    }

    private static Instruction packet(int mode, Size size, Register index, int offset) {
        if (size == Size.DW) {
            throw new IllegalArgumentException("the packet is loaded by B, H or W: size=" + size);
        }
        return access(BpfCommon.BPF_LD | mode | size.bits(), Register.R0, index, 0, offset);
    }
}
