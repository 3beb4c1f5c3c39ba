// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AssemblerTest {

    @Test
    void listsAProgram() {
        Code code = new Assembler("list")
                .ldImm64(R2, -1)
                .label("again")
                .add(R0, 1)
                .jlt(W0, 10, "again")
                .jeq(R0, R2, "end")
                .call(Helper.KTIME_GET_NS)
                .label("end")
                .exit()
                .assemble();
        assertThat(code.listing()).isEqualTo("""
                            0: r2 = 0xffffffffffffffff
                        again:
                            2: r0 += 1
                            3: if w0 < 0xa goto pc-2 <again>
                            4: if r0 == r2 goto pc+1 <end>
                            5: call bpf_ktime_get_ns#5
                        end:
                            6: exit
                        """);
        assertThat(code.size()).isEqualTo(7);
        assertThat(code.bytes()).hasSize(56);
        assertThat(code.place(5)).isEqualTo("5 (again+3)");
        assertThat(code).hasToString("program list, 7 instructions");
    }

    /** Its exits are jumps, its own jumps go where they went, and its labels do not meet ours. */
    @Test
    void includesAnotherProgram() {
        Code inner = new Assembler("inner")
                .ldImm64(R0, 7)
                .jeq(R1, 0, "end")
                .exit()
                .label("end")
                .mov(R0, 1)
                .exit()
                .assemble();
        Code code = new Assembler("outer")
                .mov(R6, R1)
                .include(inner, "end")
                .label("end")
                .add(R0, 1)
                .exit()
                .assemble();
        assertThat(code.listing()).isEqualTo("""
                            0: r6 = r1
                        inner:
                            1: r0 = 0x7
                            3: if r1 == 0x0 goto pc+1
                            4: goto pc+2 <end>
                            5: r0 = 1
                            6: goto pc+0 <end>
                        end:
                            7: r0 += 1
                            8: exit
                        """);
        assertThatThrownBy(() -> new Assembler("outer").include(inner, "end").include(inner, "end"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label \"inner\" is defined twice in outer");
    }

    @Test
    void labelsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new Assembler("missing").ja("there").assemble())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("label \"there\" is not defined in missing");
        assertThatThrownBy(() -> new Assembler("twice").label("here").label("here"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label \"here\" is defined twice in twice");
        assertThatThrownBy(() -> new Assembler("empty").assemble()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aJumpGoesAsFarAsSixteenBits() {
        assertThat(far(Short.MAX_VALUE).size()).isEqualTo(Short.MAX_VALUE + 2);
        assertThatThrownBy(() -> far(Short.MAX_VALUE + 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("label \"far\" is 32768 instructions away");
    }

    private static Code far(int way) {
        Assembler a = new Assembler("far").ja("far");
        for (int i = 0; i < way; i++) {
            a.mov(R0, 0);
        }
        return a.label("far").exit().assemble();
    }

    @Test
    void misuseIsRefusedWhereItIsWritten() {
        List<Consumer<Assembler>> misuses = List.of(
                a -> a.mov(R1, W2),
                a -> a.jeq(W1, R2, "x"),
                a -> a.be(W1, 16),
                a -> a.le(R1, 8),
                a -> a.ldx(W, W1, R2, 0),
                a -> a.stx(W, R1, 0, W2),
                a -> a.stx(W, R1, 1 << 15, R2),
                a -> a.xchg(B, R1, 0, R2),
                a -> a.fetchAdd(H, R1, 0, R2),
                a -> a.ldAbs(DW, 0),
                a -> a.ldInd(B, W1, 0),
                a -> a.ldImm64(W1, 0));
        for (Consumer<Assembler> misuse : misuses) {
            assertThatThrownBy(() -> misuse.accept(new Assembler("misuse")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatNoVerifierTakesIsRefusedWhereItIsWritten() {
        Map<String, Consumer<Assembler>> misuses = new LinkedHashMap<>();
        misuses.put("r1 <<= 64: 64 bits are shifted by 0..63; mov() of 0 clears them", a -> a.lsh(R1, 64));
        misuses.put("r1 >>= -1: 64 bits are shifted by 0..63; mov() of 0 clears them", a -> a.rsh(R1, -1));
        misuses.put("w1 s>>= 32: 32 bits are shifted by 0..31; mov() of 0 clears them", a -> a.arsh(W1, 32));
        String zero = "the divisor is the constant 0; by a register that holds 0 it is allowed";
        misuses.put("r1 /= 0: " + zero, a -> a.div(R1, 0));
        misuses.put("w1 %= 0: " + zero, a -> a.mod(W1, 0));
        String frame = "R10 is read-only: mov() it to another register and change that one";
        misuses.put("r10 += -8: " + frame, a -> a.add(R10, -8));
        misuses.put("r10 = be16 r10: " + frame, a -> a.be(R10, 16));
        misuses.put("r10 = *(u32 *)(r1 +0): " + frame, a -> a.ldx(W, R10, R1, 0));
        misuses.put("r10 = 0x7: " + frame, a -> a.ldImm64(R10, 7));
        misuses.put("r10 = atomic_fetch_add((u32 *)(r1 +0), r10): " + frame, a -> a.fetchAdd(W, R1, 0, R10));
        misuses.put("r11 += 1: dst must be in 0..10: 11", a -> a.emit(new Instruction(0x07, 11, 0, 0, 1)));
        misuses.put("r1 += r16: src must be in 0..15: 16", a -> a.emit(new Instruction(0x0f, 1, 16, 0, 0)));
        misuses.put(
                "r1 = *(u8 *)(r1 +32768): offset must be in -32768..32767: 32768",
                a -> a.emit(new Instruction(0x71, 1, 1, 1 << 15, 0)));
        misuses.put(
                "r1 += 4294967295: immediate must be in -2147483648..2147483647: 4294967295",
                a -> a.emit(new Instruction(0x07, 1, 0, 0, 0xffff_ffffL)));
        misuses.put("exit: opcode must be in 0..255: 405", a -> a.emit(new Instruction(0x195, 0, 0, 0, 0)));
        misuses.put(
                "r0 = *(u32 *)skb[9]: it is the second half of a constant of 64 bits: ldImm64() writes both",
                a -> a.emit(new Instruction(0, 0, 0, 0, 9)));
        misuses.forEach((message, misuse) -> assertThatThrownBy(() -> misuse.accept(new Assembler("misuse")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message));
    }

    @Test
    void whatIsJustAllowedIsTaken() {
        Code code = new Assembler("allowed")
                .lsh(R1, 63)
                .arsh(W1, 31)
                .rsh(R1, 0)
                .div(R1, -1)
                .mov(R2, R10)
                .stx(DW, R10, -8, R10)
                .cmpxchg(DW, R10, -8, R10)
                .emit(new Instruction(0xe5, 0, 0, -1, 0))
                .exit()
                .assemble();
        assertThat(code.listing()).contains("cmpxchg").contains("0xe0");
    }

    @Test
    void aJumpGoesToAnInstruction() {
        assertThatThrownBy(() -> new Assembler("over").ja("end").label("end").assemble())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("goto pc+0 <end> at 0 of over: no instruction begins at 1 of 0..0;"
                        + " put a label before the one that is meant");
        assertThatThrownBy(() -> jumping(-2).assemble()).hasMessageContaining("no instruction begins at -1 of 0..4");
        assertThatThrownBy(() -> jumping(1).assemble()).hasMessageContaining("no instruction begins at 2 of 0..4");
        for (int way : new int[] {-1, 0, 2, 3}) {
            assertThat(jumping(way).assemble().size()).isEqualTo(5);
        }
    }

    /** A jump, a constant of two instructions, and two more. */
    private static Assembler jumping(int way) {
        return new Assembler("jumping")
                .emit(new Instruction(0x05, 0, 0, way, 0))
                .ldImm64(R0, 1)
                .mov(R0, 0)
                .exit();
    }
}
