// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bpf.ArrayMap;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Attachments;
import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.Program;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.bpf.Register;
import dev.jrtap.bpf.VerifierException;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs of the user's that drop packets, in every way of receiving; and what both programs have in common. */
@Timeout(60)
class FilterNetnsTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int MARK_AT = 20;
    private static final Code DROP_ODD = new Assembler("drop_odd")
            .mov(R6, R1)
            .ldAbs(B, MARK_AT)
            .and(R0, 1)
            .xor(R0, 1)
            .exit()
            .assemble();
    private static final Code DROP_ALL =
            new Assembler("drop_all").mov(R0, 0).exit().assemble();

    @BeforeEach
    void needsPrograms() {
        Ebpf.require();
    }

    private static byte[] marked(int mark) {
        byte[] frame = Frames.experimental(100);
        frame[MARK_AT] = (byte) mark;
        return frame;
    }

    private static void checkDropsOdd(TapLink link, boolean drops) throws Exception {
        link.rtap.resetStatistics();
        for (int i = 0; i < 20; i++) {
            link.wire.inject(marked(i));
            if (!drops || i % 2 == 0) {
                assertThat(link.receive()).isEqualTo(marked(i));
            }
        }
        RtapStatistics counted = link.rtap.statistics();
        assertThat(counted.filtered()).isEqualTo(drops ? 10 : 0);
        assertThat(counted.missed()).isZero();
        assertThat(counted.total().rxPackets()).isEqualTo(drops ? 10 : 20);
        assertThat(link.rtap.extendedStatistics()).containsEntry("rx_filtered_packets", counted.filtered());
    }

    /** Whichever call of a close runs out of memory: not even a second close is needed. */
    @ParameterizedTest
    @EnumSource(names = {"NAPI_ONE_SHOT", "PLAIN_POLL"})
    void anErrorInACloseLeavesNoProgramMapOrDescriptor(TapProfile profile) throws Exception {
        FaultySyscalls faulty = new FaultySyscalls(SYS);
        Syscalls sys = profile.syscalls(faulty);
        RtapConfig config = profile.config().withFilter(DROP_ALL).withSteering(Steering.byFlow());
        Rtap.open(sys, config).close();
        Resources before = Resources.now();
        int step = 0;
        do {
            Rtap rtap = Rtap.open(sys, config);
            faulty.failAt(++step, FaultySyscalls.OUT_OF_MEMORY);
            try {
                rtap.close();
            } catch (OutOfMemoryError e) {
                assertThat(e).hasMessage(faulty.failed());
            }
            faulty.spare();
            Resources.assertNothingSince(before, String.format("step %d, %s", step, faulty.failed()));
        } while (!faulty.failed().isEmpty());
        assertThat(step).isGreaterThan(2);
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void dropsAndCountsExactlyWhatItShould(TapProfile profile) throws Exception {
        RtapConfig config = profile.config().withRingSize(32);
        try (TapLink link = new TapLink(profile.syscalls(), config.withFilter(DROP_ODD))) {
            assertThat(link.rtap.info().filter()).contains("drop_odd");
            checkDropsOdd(link, true);
            link.rtap.clearFilter();
            assertThat(link.rtap.info().filter()).isEmpty();
            checkDropsOdd(link, false);
            link.rtap.setFilter(DROP_ALL);
            link.wire.inject(marked(0));
            link.rtap.setFilter(DROP_ODD);
            checkDropsOdd(link, true);
        }
    }

    /** Registers, its own part of the stack, and the upper half of its result, which is ignored. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN_POLL", "PLAIN_MAPPED", "NAPI_MAPPED"})
    void itMayUseEverything(TapProfile profile) throws Exception {
        try (ArrayMap seen = ArrayMap.create(SYS, "seen", Long.BYTES, 1)) {
            Assembler a = new Assembler("greedy").mov(R6, R1).ldAbs(B, MARK_AT).stx(DW, R10, -8, R0);
            a.ldMapValue(R1, seen, 0).mov(R2, 1).atomicAdd(DW, R1, 0, R2);
            for (int at = 16; at < 512; at += 8) {
                a.st(DW, R10, -at, at);
            }
            a.ldx(DW, R0, R10, -8)
                    .jset(R0, 1, "drop")
                    .ldImm64(R0, 0x1_0000_0005L)
                    .ja("end");
            a.label("drop").ldImm64(R0, 0x1_0000_0000L).label("end");
            for (Register each : List.of(R1, R2, R3, R4, R5, R6, R7, R8, R9)) {
                a.mov(each, -1);
            }
            Code greedy = a.exit().assemble();
            try (TapLink link = new TapLink(profile.syscalls(), profile.config().withFilter(greedy))) {
                checkDropsOdd(link, true);
                assertThat(seen.getI64(0)).isGreaterThanOrEqualTo(20);
            }
        }
    }

    /** The place on its stack that it must leave is told by the verifier, and what was there before stays. */
    @ParameterizedTest
    @EnumSource(names = {"PLAIN_POLL", "PLAIN_MAPPED"})
    void aRefusedProgramLeavesTheFormerOne(TapProfile profile) throws Exception {
        Code tooFar =
                new Assembler("too_far").st(DW, R10, -512, 0).mov(R0, 1).exit().assemble();
        Code wrong = new Assembler("wrong").ldx(W, R0, R1, 4096).exit().assemble();
        try (TapLink link = new TapLink(profile.syscalls(), profile.config().withFilter(DROP_ODD))) {
            if (profile.mode == RxMode.MAPPED) {
                assertThatThrownBy(() -> link.rtap.setFilter(tooFar)).isInstanceOf(VerifierException.class);
            }
            assertThatThrownBy(() -> link.rtap.setFilter(wrong))
                    .isInstanceOf(VerifierException.class)
                    .hasMessageContaining("wrong");
            assertThat(link.rtap.info().filter()).contains("drop_odd");
            checkDropsOdd(link, true);
        }
    }

    /** A persistent device of rtap's has no program any more when it is closed, and its next owner all packets. */
    @Test
    void aClosedDeviceLeavesNothingBehind() throws Exception {
        Shell.require("ip");
        Resources before = Resources.now();
        RtapConfig config = TapProfile.PLAIN_POLL.config().withPersistence();
        Rtap rtap = Rtap.open(SYS, config.withFilter(DROP_ALL).withSteering(Steering.byFlow()));
        String name = rtap.name();
        rtap.up();
        rtap.close();
        try (TapQueue next = TapQueue.open(SYS, new TapRequest(name, TunMode.TAP, false));
                Wire wire = RawQueue.wire(name)) {
            wire.inject(marked(1));
            assertThat(RawQueue.holds(next, frame -> frame[MARK_AT] == 1)).isTrue();
        }
        Shell.run("ip", "link", "delete", name);
        Resources.assertNothingSince(before);
        for (Runnable call : List.<Runnable>of(
                () -> unchecked(() -> rtap.setSteering(Steering.byFlow())),
                () -> unchecked(() -> rtap.setFilter(DROP_ALL)),
                () -> unchecked(rtap::clearFilter))) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(name + " is closed");
        }
    }

    /** A call that may fail. */
    private interface Call {
        void make() throws ErrnoException;
    }

    private static void unchecked(Call call) {
        try {
            call.make();
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    /** Nobody's device gets a program unasked. */
    @Test
    void aDeviceOfOthersIsRefused() throws Exception {
        RtapConfig config = TapProfile.PLAIN_POLL.config();
        for (RtapConfig wrong : List.of(config.withFilter(DROP_ALL), config.withSteering(Steering.byFlow()))) {
            assertThatThrownBy(() -> Rtap.open(SYS, wrong.withSharing()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("neither withSteering() nor withFilter() goes with withSharing()");
            assertThatThrownBy(() -> Rtap.adopt(SYS, descriptor(), wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is not, or not only, its opener's");
        }
        assertThatThrownBy(() -> Rtap.open(SYS, config.withMode(TunMode.TUN).withSteering(Steering.byVlan())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("packets of a TUN device have no VLAN tags");
        try (Rtap adopted = Rtap.adopt(SYS, descriptor(), config)) {
            assertThatThrownBy(() -> adopted.setFilter(DROP_ALL))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is not, or not only, its opener's");
            assertThatThrownBy(() -> adopted.setSteering(Steering.byFlow())).isInstanceOf(IllegalStateException.class);
        }
    }

    private static int descriptor() throws ErrnoException {
        try (TapQueue opened = TapQueue.open(SYS, new TapRequest("theirs%d", TunMode.TAP, false))) {
            return SYS.fcntl(opened.fd(), Fcntl.F_DUPFD_CLOEXEC, 0);
        }
    }

    /** Without the right it is told beforehand, and by an exception that leaves nothing behind. */
    @Test
    void withoutTheRightItIsTold() throws Exception {
        assertThat(RtapCapabilities.probe(SYS, TunMode.TAP).programs()).isTrue();
        Syscalls refused = new DelegatingSyscalls(SYS) {
            @Override
            public int bpf(int command, long attributes, int size) {
                return -Errno.EPERM;
            }
        };
        assertThat(RtapCapabilities.probe(refused, TunMode.TAP).programs()).isFalse();
        Resources before = Resources.now();
        RtapConfig config = TapProfile.PLAIN_POLL.config();
        for (RtapConfig wanted : List.of(config.withFilter(DROP_ALL), config.withSteering(Steering.byFlow()))) {
            assertThatThrownBy(() -> Rtap.open(refused, wanted))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageStartingWith("EPERM: bpf(BPF_");
        }
        Resources.assertNothingSince(before);
    }

    /** What was put into a device is replaced, however it got there. */
    @Test
    void aFilterOfOthersIsReplaced() throws Exception {
        try (TapLink link = new TapLink(SYS, TapProfile.PLAIN_POLL.config());
                Program theirs = Program.load(SYS, ProgramType.SOCKET_FILTER, DROP_ALL);
                TapQueue queue = TapQueue.attach(SYS, new TapRequest(link.rtap.name(), TunMode.TAP, true))) {
            queue.detach();
            Attachments.setFilter(queue, theirs);
            link.rtap.setFilter(DROP_ODD);
            checkDropsOdd(link, true);
        }
    }
}
