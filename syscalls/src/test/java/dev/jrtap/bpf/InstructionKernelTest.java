// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every instruction loads, and the listing has for it what the verifier's log has. */
class InstructionKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final Pattern LOGGED = Pattern.compile("(?m)^(\\d+): \\([0-9a-f]{2}\\) (.*?)(?: *;.*)?$");

    /** Instructions of a class, after R6 has become the context, R7 the address of 16 bytes, and R0 to R5 numbers. */
    private enum Kind {
        ALU64(InstructionKernelTest::alu64),
        ALU(InstructionKernelTest::alu32),
        SWAP(a -> a.be(R1, 16).be(R2, 32).be(R3, 64).le(R1, 16).le(R2, 32).le(R3, 64)),
        JMP(InstructionKernelTest::jumps),
        JMP32(InstructionKernelTest::jumps32),
        LD(a -> a.ldImm64(R1, 0x123456789abcdef0L)
                .ldAbs(B, 0)
                .ldAbs(H, 12)
                .ldAbs(W, 4)
                .mov(R8, 2)
                .ldInd(B, R8, 0)
                .ldInd(H, R8, 4)
                .ldInd(W, R8, 8)),
        LDX(a -> a.ldx(B, R1, R7, 1).ldx(H, R1, R7, 2).ldx(W, R1, R7, 4).ldx(DW, R1, R7, 8)),
        ST(a -> a.st(B, R7, 1, -1).st(H, R7, 2, 2).st(W, R7, 4, -4).st(DW, R7, 8, 8)),
        STX(a -> a.stx(B, R7, 1, R1).stx(H, R7, 2, R1).stx(W, R7, 4, R1).stx(DW, R10, -8, R1)),
        ATOMIC(a -> atomics(a, DW)),
        ATOMIC32(a -> atomics(a, W));

        private final Consumer<Assembler> instructions;

        Kind(Consumer<Assembler> instructions) {
            this.instructions = instructions;
        }

        void require() {
            if (this == ATOMIC || this == ATOMIC32) {
                Ebpf.requireAtomics();
            }
        }
    }

    @BeforeEach
    void needsBpf() {
        Ebpf.require();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void loads(Kind kind) throws ErrnoException {
        kind.require();
        try (ArrayMap map = ArrayMap.create(SYS, "map", 16, 1)) {
            Program.load(SYS, ProgramType.SOCKET_FILTER, program(kind, map, false))
                    .close();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void isListedAsTheVerifierLogsIt(Kind kind) throws ErrnoException {
        kind.require();
        try (ArrayMap map = ArrayMap.create(SYS, "map", 16, 1)) {
            Code code = program(kind, map, true);
            VerifierException e = catchThrowableOfType(
                    VerifierException.class, () -> Program.load(SYS, ProgramType.SOCKET_FILTER, code));
            Map<Integer, String> logged = new TreeMap<>();
            Matcher lines = LOGGED.matcher(e.log());
            while (lines.find()) {
                logged.put(Integer.parseInt(lines.group(1)), lines.group(2).trim());
            }
            assertThat(logged).hasSizeGreaterThan(12);
            logged.forEach((position, words) -> {
                // The kernel writes an address for a map.
                if (code.line(position).map() == null) {
                    assertThat(code.line(position).instruction().toString()).isEqualTo(words);
                }
            });
        }
    }

    /** A refused one, at its end, has the verifier log the whole way to it. */
    private static Code program(Kind kind, ArrayMap map, boolean refused) {
        Assembler a = new Assembler("kinds").mov(R6, R1).ldMapValue(R7, map, 0);
        a.ldx(DW, R1, R7, 0)
                .ldx(DW, R2, R7, 8)
                .mov(R3, R1)
                .mov(R4, R2)
                .mov(R5, R1)
                .mov(R0, R2);
        kind.instructions.accept(a);
        a.label("end");
        if (refused) {
            a.ldx(W, R0, R6, 400);
        }
        return a.mov(R0, 0).exit().assemble();
    }

    private static void alu64(Assembler a) {
        arithmetic(a, R1, R2);
    }

    private static void alu32(Assembler a) {
        arithmetic(a, W1, W2);
    }

    /** Every operation, with a register and with a constant. */
    private static void arithmetic(Assembler a, Register to, Register by) {
        a.mov(to, by).mov(to, -7);
        a.add(to, by).add(to, -7);
        a.sub(to, by).sub(to, 7);
        a.mul(to, by).mul(to, 7);
        a.div(to, by).div(to, 7);
        a.mod(to, by).mod(to, 7);
        a.or(to, by).or(to, 7);
        a.and(to, by).and(to, -8);
        a.xor(to, by).xor(to, 7);
        a.lsh(to, by).lsh(to, 7);
        a.rsh(to, by).rsh(to, 7);
        a.arsh(to, by).arsh(to, 7);
        a.neg(to);
    }

    private static void jumps(Assembler a) {
        a.jeq(R1, R2, "end")
                .jeq(R1, 7, "end")
                .jne(R3, R4, "1")
                .label("1")
                .jne(R3, -7, "2")
                .label("2");
        a.jgt(R1, R2, "end")
                .jgt(R1, 7, "3")
                .label("3")
                .jge(R1, R2, "4")
                .label("4")
                .jge(R1, 7, "5")
                .label("5");
        a.jlt(R1, R2, "6")
                .label("6")
                .jlt(R1, 7, "7")
                .label("7")
                .jle(R1, R2, "8")
                .label("8")
                .jle(R1, 7, "9")
                .label("9");
        a.jset(R1, R2, "10")
                .label("10")
                .jset(R1, 8, "11")
                .label("11")
                .jsgt(R5, R4, "12")
                .label("12");
        a.jsgt(R5, -7, "13")
                .label("13")
                .jsge(R5, R4, "14")
                .label("14")
                .jsge(R5, 7, "15")
                .label("15");
        a.jslt(R5, R4, "16")
                .label("16")
                .jslt(R5, 7, "17")
                .label("17")
                .jsle(R5, R4, "18")
                .label("18");
        a.jsle(R5, 7, "19").label("19").ja("20").label("20").call(Helper.KTIME_GET_NS);
        // Backward, as far as there is an end.
        a.mov(R8, 0).label("loop").add(R8, 1).jlt(R8, 3, "loop");
    }

    private static void jumps32(Assembler a) {
        a.jeq(W1, W2, "end")
                .jeq(W1, 7, "end")
                .jne(W3, W4, "1")
                .label("1")
                .jne(W3, -7, "2")
                .label("2");
        a.jgt(W1, W2, "end")
                .jgt(W1, 7, "3")
                .label("3")
                .jge(W1, W2, "4")
                .label("4")
                .jge(W1, 7, "5")
                .label("5");
        a.jlt(W1, W2, "6")
                .label("6")
                .jlt(W1, 7, "7")
                .label("7")
                .jle(W1, W2, "8")
                .label("8")
                .jle(W1, 7, "9")
                .label("9");
        a.jset(W1, W2, "10")
                .label("10")
                .jset(W1, 8, "11")
                .label("11")
                .jsgt(W5, W4, "12")
                .label("12");
        a.jsgt(W5, -7, "13")
                .label("13")
                .jsge(W5, W4, "14")
                .label("14")
                .jsge(W5, 7, "15")
                .label("15");
        a.jslt(W5, W4, "16")
                .label("16")
                .jslt(W5, 7, "17")
                .label("17")
                .jsle(W5, W4, "18")
                .label("18");
        a.jsle(W5, 7, "19").label("19");
    }

    private static void atomics(Assembler a, Size size) {
        a.atomicAdd(size, R7, 0, R1)
                .atomicOr(size, R7, 0, R1)
                .atomicAnd(size, R7, 8, R1)
                .atomicXor(size, R7, 8, R1);
        a.fetchAdd(size, R7, 0, R1)
                .fetchOr(size, R7, 0, R1)
                .fetchAnd(size, R7, 8, R1)
                .fetchXor(size, R7, 8, R1);
        a.xchg(size, R7, 0, R1).cmpxchg(size, R7, 8, R2);
    }
}
