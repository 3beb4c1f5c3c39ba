// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jrtap.bindings.SkBuff;
import dev.jrtap.bindings.XdpMd;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that the verifier refuses, each for another reason: the exception names the instruction. */
class VerifierExceptionKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static HashedMap map;
    private static RingBuffer ring;

    /**
     * A program that is refused.
     *
     * @param where its position, with the label before it
     * @param words the instruction
     * @param reason words of the verifier's, or ours
     */
    private record Refused(
            String name, ProgramType type, String where, String words, String reason, Consumer<Assembler> program) {

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeEach
    void begin() throws ErrnoException {
        Ebpf.require();
        map = HashedMap.create(SYS, "map", 8, 8, 8);
        ring = RingBuffer.create(SYS, "ring", 1 << 16);
    }

    @AfterEach
    void end() {
        if (map != null) {
            map.close();
            ring.close();
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void namesTheInstruction(Refused refused) {
        if (refused.words().contains("atomic_xchg")) {
            Ebpf.requireAtomics();
        } else if (refused.words().contains("probe_read_kernel")) {
            Ebpf.require(Helper.PROBE_READ_KERNEL, ProgramType.SCHED_CLS);
        }
        Assembler assembler = new Assembler("refused");
        refused.program().accept(assembler);
        Code code = assembler.assemble();

        VerifierException e =
                catchThrowableOfType(VerifierException.class, () -> Program.load(SYS, refused.type(), code));

        assertThat(e).isNotNull();
        assertThat(e.hint())
                .startsWith("the verifier refuses instruction " + refused.where() + ", " + refused.words() + ": ")
                .contains(refused.reason());
        assertThat(e.listing()).contains(String.format("%5d: %s", e.position(), refused.words()));
        assertThat(e.log()).isNotBlank();
        assertThat(e.call())
                .isEqualTo(
                        "bpf(BPF_PROG_LOAD, type=" + refused.type() + ", name=refused, insn_cnt=" + code.size() + ")");
    }

    private static Stream<Refused> refused() {
        return Stream.of(ofRegisters(), ofMemory(), ofCalls(), ofJumps()).flatMap(kind -> kind);
    }

    private static Refused filter(String name, String where, String words, String reason, Consumer<Assembler> program) {
        return new Refused(name, ProgramType.SOCKET_FILTER, where, words, reason, program);
    }

    private static Stream<Refused> ofRegisters() {
        return Stream.of(
                filter("no result", "0", "exit", "R0 !read_ok", a -> a.exit()),
                filter(
                        "a register without a value",
                        "1",
                        "r0 += r5",
                        "R5 !read_ok",
                        a -> a.mov(R0, 0).add(R0, R5).exit()),
                filter(
                        "an argument after a call",
                        "1",
                        "r0 = r1",
                        "R1 !read_ok",
                        a -> a.call(Helper.KTIME_GET_NS).mov(R0, R1).exit()),
                filter(
                        "a product of addresses",
                        "0",
                        "r1 *= 2",
                        "pointer arithmetic",
                        a -> a.mul(R1, 2).mov(R0, 0).exit()));
    }

    private static Stream<Refused> ofMemory() {
        return Stream.of(
                filter(
                        "behind the context",
                        "0",
                        "r0 = *(u32 *)(r1 +400)",
                        "invalid bpf_context access off=400 size=4",
                        a -> a.ldx(W, R0, R1, 400).exit()),
                filter(
                        "a field that is read-only",
                        "1",
                        "*(u32 *)(r1 +0) = r0",
                        "invalid bpf_context access",
                        a -> a.mov(R0, 0).stx(W, R1, SkBuff.LEN, R0).exit()),
                filter(
                        "below the stack",
                        "1",
                        "*(u64 *)(r10 -520) = r0",
                        "invalid write to stack",
                        a -> a.mov(R0, 0).stx(DW, R10, -520, R0).exit()),
                filter(
                        "a number as address",
                        "1 (start+1)",
                        "r0 = *(u8 *)(r0 +0)",
                        "R0 invalid mem access",
                        a -> a.label("start").mov(R0, 64).ldx(B, R0, R0, 0).exit()),
                filter(
                        "a value that was not checked for zero",
                        "6 (found)",
                        "r0 = *(u64 *)(r0 +0)",
                        "R0 invalid mem access 'map_value_or_null'",
                        a -> lookup(a).label("found").ldx(DW, R0, R0, 0).exit()),
                filter(
                        "behind a value",
                        "7",
                        "r0 = *(u64 *)(r0 +8)",
                        "invalid access to map value, value_size=8 off=8 size=8",
                        a -> lookup(a)
                                .jeq(R0, 0, "none")
                                .ldx(DW, R0, R0, 8)
                                .label("none")
                                .exit()),
                filter(
                        "an exchange in the context",
                        "1",
                        "r0 = atomic_xchg((u32 *)(r1 +8), r0)",
                        "stores into R1 ctx is not allowed",
                        a -> a.mov(R0, 0).xchg(W, R1, SkBuff.MARK, R0).exit()),
                new Refused(
                        "a packet without a look at its end",
                        ProgramType.XDP,
                        "1",
                        "r0 = *(u8 *)(r0 +0)",
                        "invalid access to packet",
                        a -> a.ldx(W, R0, R1, XdpMd.DATA).ldx(B, R0, R0, 0).exit()));
    }

    /** Six positions, the map's address taking two. */
    private static Assembler lookup(Assembler a) {
        return a.st(DW, R10, -8, 0).mov(R2, R10).add(R2, -8).ldMap(R1, map).call(Helper.MAP_LOOKUP_ELEM);
    }

    private static Stream<Refused> ofCalls() {
        return Stream.of(
                filter(
                        "a helper of other programs",
                        "0",
                        "call bpf_skb_vlan_pop#19",
                        "this kernel has no skb_vlan_pop for SOCKET_FILTER, or not for this process",
                        a -> a.call(Helper.SKB_VLAN_POP).exit()),
                filter(
                        "a helper that is not",
                        "0",
                        "call bpf_9999#9999",
                        "invalid func",
                        a -> a.call(9999).exit()),
                filter(
                        "a helper for the GPL",
                        "4",
                        "call bpf_probe_read_kernel#113",
                        "probe_read_kernel is for programs with license(\"GPL\")",
                        a -> a.mov(R1, R10)
                                .add(R1, -8)
                                .mov(R2, 8)
                                .mov(R3, 0)
                                .call(Helper.PROBE_READ_KERNEL)
                                .exit()),
                filter(
                        "a length without a bound",
                        "5",
                        "call bpf_skb_load_bytes#26",
                        "r4 of skb_load_bytes is a number of bytes, for which the program has made sure",
                        a -> a.ldx(W, R4, R1, SkBuff.LEN)
                                .or(R4, 1)
                                .mov(R2, 0)
                                .mov(R3, R10)
                                .add(R3, -8)
                                .call(Helper.SKB_LOAD_BYTES)
                                .exit()),
                filter(
                        "a context in place of a map",
                        "2",
                        "call bpf_map_lookup_elem#1",
                        "r1 of map_lookup_elem is a map, loaded by ldMap",
                        a -> a.mov(R2, R10)
                                .add(R2, -8)
                                .call(Helper.MAP_LOOKUP_ELEM)
                                .exit()),
                filter(
                        "a record of unknown size",
                        "4",
                        "call bpf_ringbuf_reserve#131",
                        "r2 of ringbuf_reserve is a number of bytes that is a constant",
                        a -> a.ldx(W, R2, R1, SkBuff.LEN)
                                .ldMap(R1, ring)
                                .mov(R3, 0)
                                .call(Helper.RINGBUF_RESERVE)
                                .mov(R0, 0)
                                .exit()),
                filter(
                        "a record that is never finished",
                        "6",
                        "exit",
                        "nreleased reference",
                        a -> a.ldMap(R1, ring)
                                .mov(R2, 8)
                                .mov(R3, 0)
                                .call(Helper.RINGBUF_RESERVE)
                                .mov(R0, 0)
                                .exit()));
    }

    private static Stream<Refused> ofJumps() {
        return Stream.of(
                filter(
                        "no end",
                        "1",
                        "r0 += 1",
                        "last insn is not an exit or jmp",
                        a -> a.mov(R0, 0).add(R0, 1)),
                filter(
                        "what is never reached",
                        "2",
                        "r0 = 1",
                        "unreachable insn 2",
                        a -> a.mov(R0, 0).exit().mov(R0, 1).exit()),
                filter(
                        "an endless loop",
                        "1 (again)",
                        "r0 = 0",
                        "infinite loop detected",
                        a -> a.mov(R0, 0)
                                .label("again")
                                .mov(R0, 0)
                                .jeq(R0, 0, "again")
                                .exit()),
                filter("the end of a long way", "1", "r1 = *(u64 *)(r1 +0)", "", a -> {
                    a.mov(R0, 0).ldx(DW, R1, R1, 0);
                    for (int i = 0; i < 4000; i++) {
                        a.add(R0, 1);
                    }
                    a.exit();
                }));
    }

    /** More than the first buffer for the log holds, which is 64 KiB. */
    @Test
    void aLongLogIsReadToItsEnd() {
        Assembler assembler = new Assembler("long").mov(R0, 0);
        for (int i = 0; i < 100_000; i++) {
            assembler.add(R0, 1);
        }
        Code code = assembler.ldx(DW, R0, R1, 0).exit().assemble();
        VerifierException e =
                catchThrowableOfType(VerifierException.class, () -> Program.load(SYS, ProgramType.SOCKET_FILTER, code));
        assertThat(e.position()).isEqualTo(100_001);
        assertThat(e.log().length()).isGreaterThan(1 << 16);
    }
}
