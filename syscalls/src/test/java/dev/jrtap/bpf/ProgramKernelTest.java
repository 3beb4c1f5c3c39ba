// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import static dev.jrtap.bpf.Register.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loading programs, and running them with packets of the caller's. */
class ProgramKernelTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final long PATIENCE = 10_000_000_000L;

    @BeforeEach
    void needsBpf() {
        Ebpf.require();
    }

    private static Code result(int value) {
        return new Assembler("result").mov(R0, value).exit().assemble();
    }

    private static Program load(Assembler program) throws ErrnoException {
        return Program.load(SYS, ProgramType.SCHED_CLS, program.assemble());
    }

    /** Fails the first calls of a command. */
    private static Syscalls failing(int command, int times, int errno) {
        return new DelegatingSyscalls(SYS) {
            private int failed;

            @Override
            public int bpf(int called, long attributes, int size) {
                return called == command && failed++ < times ? -errno : super.bpf(called, attributes, size);
            }
        };
    }

    @Test
    void aSignalWhileLoadingIsNoRefusal() throws ErrnoException {
        Program.load(failing(Bpf.BPF_PROG_LOAD, 4, Errno.EAGAIN), ProgramType.XDP, result(0))
                .close();
    }

    @Test
    void whatSucceedsAtTheSecondTryIsLoaded() throws ErrnoException {
        Program.load(failing(Bpf.BPF_PROG_LOAD, 1, Errno.ENOMEM), ProgramType.XDP, result(0))
                .close();
    }

    @Test
    void nothingIsLeftOfWhatIsRefused() {
        Resources before = Resources.now();
        FaultySyscalls sys = new FaultySyscalls(SYS);
        sys.failAt(1, Errno.EPERM);
        Code wrong = new Assembler("wrong").exit().assemble();
        assertThatThrownBy(() -> Program.load(sys, ProgramType.XDP, wrong)).isInstanceOf(VerifierException.class);
        Resources.assertNothingSince(before);
    }

    @Test
    void aClosedProgramSaysSo() throws ErrnoException {
        Program program = Program.load(SYS, ProgramType.XDP, result(0));
        TestRun run = new TestRun(program);
        program.close();
        program.close();
        String message = "program result (XDP) is closed";
        assertThatThrownBy(program::fd)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(program::isJited).hasMessage(message);
        assertThatThrownBy(() -> run.run(Memory.allocate(64))).hasMessage(message);
        assertThatThrownBy(() -> run.sendLive(Memory.allocate(64), 1, 1)).hasMessage(message);
    }

    @Test
    void aRunReturnsTheResult() throws ErrnoException {
        try (Program program = Program.load(SYS, ProgramType.SCHED_CLS, result(4711))) {
            TestRun run = new TestRun(program);
            Memory packet = Memory.allocate(64);
            assertThat(run.run(packet)).isEqualTo(4711);
            assertThat(run.run(packet, 1000)).isEqualTo(4711);
            assertThat(run.averageNanos()).isBetween(0, 1_000_000);
            assertThat(Garbage.of(() -> {
                        try {
                            run.run(packet);
                        } catch (ErrnoException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .isZero();
        }
    }

    @Test
    void aRunReturnsTheChangedPacket() throws ErrnoException {
        Assembler tagger = new Assembler("tagger").mov(R2, 0x0081).mov(R3, 5).call(Helper.SKB_VLAN_PUSH);
        try (Program program = load(tagger.exit())) {
            TestRun run = new TestRun(program);
            Memory packet = Memory.allocate(64);
            packet.putI8(6, 0xaa);
            Memory changed = Memory.allocate(128);
            assertThat(run.run(packet, changed)).isZero();
            assertThat(run.changedLength()).isEqualTo(64);
            assertThat(changed.getU8(6)).isEqualTo(0xaa);
            assertThatThrownBy(() -> run.run(packet, Memory.allocate(10))).hasMessageStartingWith("ENOSPC: ");
        }
    }

    @Test
    void whatCannotBeRunIsRefused() throws ErrnoException {
        try (Program program = Program.load(SYS, ProgramType.SCHED_CLS, result(0))) {
            TestRun run = new TestRun(program);
            assertThatThrownBy(() -> run.run(Memory.allocate(13)))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessage(
                            "EINVAL: bpf(BPF_PROG_TEST_RUN, program result (SCHED_CLS), data_size_in=13): a frame has"
                                    + " at least 14 bytes");
            assertThatThrownBy(() -> run.run(Memory.allocate(64), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("times must be at least 1: 0");
            assertThatThrownBy(() -> run.sendLive(Memory.allocate(64), 1, 257))
                    .hasMessage("1..256 frames are made at a time: 257");
            assertThatThrownBy(() -> run.sendLive(Memory.allocate(64), 1, 64))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("live frames are for XDP programs");
        }
    }

    @Test
    void aTailCallGoesOnAsTheProgramThatIsThere() throws ErrnoException {
        ProgramArray programs = ProgramArray.create(SYS, "programs", 2);
        try (Program seven = load(new Assembler("seven").mov(R0, 7).exit());
                Program caller = load(new Assembler("caller")
                        .ldMap(R2, programs)
                        .mov(R3, 1)
                        .call(Helper.TAIL_CALL)
                        .mov(R0, 3)
                        .exit());
                Program xdp = Program.load(SYS, ProgramType.XDP, result(1))) {
            TestRun run = new TestRun(caller);
            Memory packet = Memory.allocate(64);
            assertThat(run.run(packet)).isEqualTo(3);
            programs.put(1, seven);
            assertThat(run.run(packet)).isEqualTo(7);
            assertThat(programs.remove(1)).isTrue();
            assertThat(programs.remove(1)).isFalse();
            assertThat(run.run(packet)).isEqualTo(3);
            assertThatThrownBy(() -> programs.put(0, xdp)).isInstanceOf(ErrnoException.class);
            programs.put(1, seven);
            programs.close();
            // The kernel empties it a moment later.
            long result = run.run(packet);
            for (long end = System.nanoTime() + PATIENCE; result == 7 && System.nanoTime() < end; ) {
                result = run.run(packet);
            }
            assertThat(result).as("after the array is closed").isEqualTo(3);
        }
    }
}
