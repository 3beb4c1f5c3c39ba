// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.SkBuff;

/** The programs of {@code count.c} and its neighbors, instruction for instruction as clang writes them. */
final class Programs {

    private Programs() {}

    static Code count(BpfMap packets) {
        return new Assembler("count")
                .mov(W2, 0)
                .stx(B, R10, -1, R2)
                .ldx(W, R2, R1, SkBuff.LEN)
                .jlt(W2, 34, "pass")
                .mov(R3, R10)
                .add(R3, -1)
                .mov(W2, 23)
                .mov(W4, 1)
                .call(Helper.SKB_LOAD_BYTES)
                .jne(R0, 0, "pass")
                .ldx(B, R1, R10, -1)
                .stx(W, R10, -8, R1)
                .mov(R2, R10)
                .add(R2, -8)
                .ldMap(R1, packets)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jeq(R0, 0, "pass")
                .mov(R1, 1)
                .atomicAdd(DW, R0, 0, R1)
                .label("pass")
                .mov(W0, -1)
                .exit()
                .assemble();
    }

    static Code steer() {
        return new Assembler("steer")
                .mov(R3, R10)
                .add(R3, -4)
                .mov(W2, 34)
                .mov(W4, 4)
                .call(Helper.SKB_LOAD_BYTES)
                .mov(R1, R0)
                .mov(W0, 0)
                .jslt(R1, 0, "end")
                .ldx(H, R1, R10, -4)
                .ldx(H, R0, R10, -2)
                .add(W0, W1)
                .and(W0, 3)
                .label("end")
                .exit()
                .assemble();
    }

    static Code claim(BpfMap control, BpfMap bell) {
        return new Assembler("claim")
                .mov(R6, R1)
                .mov(W1, 0)
                .stx(W, R10, -4, R1)
                .mov(R2, R10)
                .add(R2, -4)
                .ldMap(R1, control)
                .call(Helper.MAP_LOOKUP_ELEM)
                .mov(R1, R0)
                .jeq(R1, 0, "end")
                .ldx(DW, R2, R1, 8)
                .ldx(DW, R3, R1, 0)
                .jge(R2, R3, "end")
                .mov(R3, R2)
                .add(R3, 1)
                .mov(R0, R2)
                .cmpxchg(DW, R1, 8, R3)
                .mov(W4, 1)
                .jeq(R0, R2, "claimed")
                .mov(W4, 0)
                .label("claimed")
                .jne(W4, 1, "end")
                .lsh(R3, 32)
                .ldx(W, R4, R6, SkBuff.LEN)
                .or(R3, R4)
                .and(R2, 15)
                .lsh(R2, 3)
                .add(R1, R2)
                .xchg(DW, R1, 16, R3)
                .ldMap(R1, bell)
                .mov(R2, 4)
                .mov(R3, 0)
                .call(Helper.RINGBUF_RESERVE)
                .jeq(R0, 0, "end")
                .ldx(W, R1, R6, SkBuff.LEN)
                .stx(W, R0, 0, R1)
                .mov(R1, R0)
                .mov(R2, Bpf.BPF_RB_FORCE_WAKEUP)
                .call(Helper.RINGBUF_SUBMIT)
                .label("end")
                .mov(W0, 0)
                .exit()
                .assemble();
    }

    static Code fetch() {
        return new Assembler("fetch")
                .mov(R0, R3)
                .fetchAdd(DW, R1, 0, R0)
                .fetchOr(DW, R1, 0, R0)
                .fetchAnd(DW, R1, 0, R0)
                .fetchXor(DW, R1, 0, R0)
                .xchg(DW, R1, 0, R0)
                .mov(R3, 7)
                .cmpxchg(DW, R1, 0, R3)
                .mov(R1, R0)
                .fetchAdd(W, R2, 0, R4)
                .fetchOr(W, R2, 0, R4)
                .fetchAnd(W, R2, 0, R4)
                .fetchXor(W, R2, 0, R4)
                .xchg(W, R2, 0, R4)
                .mov(W3, 7)
                .mov(W0, W4)
                .cmpxchg(W, R2, 0, R3)
                .mov(W2, W0)
                .add(R1, R2)
                .mov(R0, R1)
                .exit()
                .assemble();
    }

    static Code instructions() {
        Assembler a = new Assembler("instructions");
        a.mov(R1, R2).mov(R3, 7).mov(W4, W5).mov(W6, 9);
        a.add(R1, R2).add(R3, 7).add(W4, W5).add(W6, 9);
        a.sub(R1, R2).sub(R3, 7).sub(W4, W5).sub(W6, 9);
        a.mul(R1, R2).mul(R3, 7).mul(W4, W5).mul(W6, 9);
        a.div(R1, R2).div(R3, 7).div(W4, W5).div(W6, 9);
        a.or(R1, R2).or(R3, 7).or(W4, W5).or(W6, 9);
        a.and(R1, R2).and(R3, 7).and(W4, W5).and(W6, 9);
        a.xor(R1, R2).xor(R3, 7).xor(W4, W5).xor(W6, 9);
        a.lsh(R1, R2).lsh(R3, 7).lsh(W4, W5).lsh(W6, 9);
        a.rsh(R1, R2).rsh(R3, 7).rsh(W4, W5).rsh(W6, 9);
        a.arsh(R1, R2).arsh(R3, 7).arsh(W4, W5).arsh(W6, 9);
        a.neg(R7).neg(W8).be(R1, 16).le(R2, 16).be(R1, 32).le(R2, 32).be(R1, 64).le(R2, 64);
        a.ldImm64(R9, -1).ldImm64(R1, 0x123456789abcdef0L);
        for (Size size : Size.values()) {
            a.ldx(size, R1, R2, 8).stx(size, R10, -8, R3);
        }
        a.ldAbs(B, 23).ldInd(B, R7, 0).ldAbs(H, 23).ldInd(H, R7, 0).ldAbs(W, 23).ldInd(W, R7, 0);
        a.atomicAdd(W, R1, 16, R2)
                .atomicOr(W, R1, 16, R2)
                .atomicAnd(W, R1, 16, R2)
                .atomicXor(W, R1, 16, R2);
        a.atomicAdd(DW, R1, 16, R2)
                .atomicOr(DW, R1, 16, R2)
                .atomicAnd(DW, R1, 16, R2)
                .atomicXor(DW, R1, 16, R2);
        a.jeq(R1, R2, "end").jeq(R3, 7, "end").jeq(W4, W5, "end").jeq(W6, 9, "end");
        a.jne(R1, R2, "end").jne(R3, 7, "end").jne(W4, W5, "end").jne(W6, 9, "end");
        a.jgt(R1, R2, "end").jgt(R3, 7, "end").jgt(W4, W5, "end").jgt(W6, 9, "end");
        a.jge(R1, R2, "end").jge(R3, 7, "end").jge(W4, W5, "end").jge(W6, 9, "end");
        a.jlt(R1, R2, "end").jlt(R3, 7, "end").jlt(W4, W5, "end").jlt(W6, 9, "end");
        a.jle(R1, R2, "end").jle(R3, 7, "end").jle(W4, W5, "end").jle(W6, 9, "end");
        a.jsgt(R1, R2, "end").jsgt(R3, 7, "end").jsgt(W4, W5, "end").jsgt(W6, 9, "end");
        a.jsge(R1, R2, "end").jsge(R3, 7, "end").jsge(W4, W5, "end").jsge(W6, 9, "end");
        a.jslt(R1, R2, "end").jslt(R3, 7, "end").jslt(W4, W5, "end").jslt(W6, 9, "end");
        a.jsle(R1, R2, "end").jsle(R3, 7, "end").jsle(W4, W5, "end").jsle(W6, 9, "end");
        a.ja("end").call(Bpf.BPF_FUNC_skb_load_bytes).label("end").exit();
        return a.assemble();
    }
}
