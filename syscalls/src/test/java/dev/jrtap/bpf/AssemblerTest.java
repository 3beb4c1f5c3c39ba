// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
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
}
