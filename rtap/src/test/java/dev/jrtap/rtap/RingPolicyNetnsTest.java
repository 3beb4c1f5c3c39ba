// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.Unistd;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.SyscallFilter;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.fixtures.UserIds;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.Capabilities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where io_uring is forbidden, by filters as container runtimes have them, or limited. */
@Timeout(120)
class RingPolicyNetnsTest {

    private static final Syscalls SYS = Syscalls.libc();
    private static final RtapConfig MAPPED = RtapConfig.named("rtap%d").withRxMode(RxMode.MAPPED);

    /**
     * A filter.
     *
     * @param errno what it answers
     * @param calls to these, by their numbers
     */
    record Filter(int errno, int... calls) {
        @Override
        public String toString() {
            return errno + " to " + (calls.length > 1 ? "all" : calls[0]);
        }
    }

    static List<Filter> filters() {
        List<Filter> filters = new ArrayList<>();
        for (int errno : new int[] {Errno.EPERM, Errno.ENOSYS}) {
            filters.add(new Filter(
                    errno, Unistd.__NR_io_uring_setup, Unistd.__NR_io_uring_enter, Unistd.__NR_io_uring_register));
            filters.add(new Filter(errno, Unistd.__NR_io_uring_enter));
            filters.add(new Filter(errno, Unistd.__NR_io_uring_register));
        }
        return filters;
    }

    @BeforeEach
    void needsADevice() {
        TunDevice.require();
    }

    /** Below Linux 5.19 that is without one. */
    @Test
    void usesARingWhereThereIsOne() throws Exception {
        boolean available = Capabilities.probe().isAvailable();
        try (TapLink link = link()) {
            assertThat(link.queue.granted().isPresent()).isEqualTo(available);
            assertThat(link.queue.rx().mode()).isEqualTo(available ? RxMode.ONE_SHOT : RxMode.POLL);
            checkBothDirections(link);
        }
    }

    @ParameterizedTest
    @MethodSource("filters")
    void worksBySystemCallsWhereRingsAreForbidden(Filter filter) throws Exception {
        Resources before = Resources.now();
        SyscallFilter.deny(filter.errno(), filter.calls(), () -> {
            try (TapLink link = link()) {
                assertThat(link.queue.granted()).isEmpty();
                assertThat(link.queue.rx().mode()).isEqualTo(RxMode.POLL);
                checkBothDirections(link);
            }
            return null;
        });
        Resources.assertNothingSince(before);
    }

    private static TapLink link() throws IOException {
        return link(RtapConfig.named("rtap%d"));
    }

    private static TapLink link(RtapConfig config) throws IOException {
        return new TapLink(SYS, config, PacketPool.create(SYS, 64, 2048));
    }

    /** Packets are received without, and sent by system calls. */
    @ParameterizedTest
    @MethodSource("filters")
    void isMappedWhereRingsAreForbidden(Filter filter) throws Exception {
        Ebpf.requireJit();
        Resources before = Resources.now();
        SyscallFilter.deny(filter.errno(), filter.calls(), () -> {
            try (TapLink link = link(MAPPED)) {
                assertThat(link.queue.granted()).isEmpty();
                assertThat(link.queue.rx().mode()).isEqualTo(RxMode.MAPPED);
                assertThat(link.rtap.info().toString()).containsPattern("\\n *ring +none is open");
                checkBothDirections(link);
            }
            return null;
        });
        Resources.assertNothingSince(before);
    }

    @Test
    void isMappedWithoutARingThatIsNotWanted() throws Exception {
        Ebpf.requireJit();
        try (TapLink link = link(MAPPED.withRingPolicy(RingPolicy.OFF))) {
            assertThat(link.queue.granted()).isEmpty();
            assertThat(link.queue.rx().mode()).isEqualTo(RxMode.MAPPED);
            checkBothDirections(link);
        }
    }

    private static void checkBothDirections(TapLink link) throws Exception {
        byte[] frame = Frames.experimental(700);
        link.wire.inject(frame);
        assertThat(link.receive()).isEqualTo(frame);
        link.send(frame, 100);
        assertThat(link.wire.capture(Frames.EXPERIMENTAL)).isEqualTo(frame);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void saysWhoForbidsRingsThatAreRequired(Filter filter) throws Exception {
        Uring.require();
        checkRefusal(filter, RtapConfig.named("rtap%d"));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void saysWhoForbidsTheRingOfAMappedQueue(Filter filter) throws Exception {
        Uring.require();
        Ebpf.requireJit();
        checkRefusal(filter, MAPPED);
    }

    private static void checkRefusal(Filter filter, RtapConfig config) throws Exception {
        Resources before = Resources.now();
        SyscallFilter.deny(filter.errno(), filter.calls(), () -> {
            try (PacketPool pool = PacketPool.create(SYS, 64, 2048);
                    Rtap rtap = Rtap.open(SYS, config.withRingPolicy(RingPolicy.REQUIRE))) {
                assertThatThrownBy(() -> rtap.openQueue(0, pool))
                        .isInstanceOfSatisfying(
                                ErrnoException.class,
                                refusal -> assertThat(refusal.errno()).isEqualTo(filter.errno()))
                        .hasMessageContaining("a seccomp filter");
            }
            return null;
        });
        Resources.assertNothingSince(before);
    }

    /** What another try would not change is done without; descriptors that have run out are the caller's business. */
    @ParameterizedTest
    @CsvSource({"EPERM, true", "ENOSYS, true", "EACCES, true", "EOPNOTSUPP, true", "ENOMEM, true", "EMFILE, false"})
    void fallsBackOnWhatIsRefusedForGood(String name, boolean fallsBack) throws Exception {
        int errno = Errno.class.getField(name).getInt(null);
        Syscalls sys = new DelegatingSyscalls(SYS) {
            @Override
            public int ioUringSetup(int entries, long params) {
                return -errno;
            }
        };
        try (PacketPool pool = PacketPool.create(sys, 64, 2048);
                Rtap rtap = Rtap.open(sys, RtapConfig.named("rtap%d"))) {
            if (fallsBack) {
                assertThat(rtap.openQueue(0, pool).rx().mode()).isEqualTo(RxMode.POLL);
            } else {
                assertThatThrownBy(() -> rtap.openQueue(0, pool)).hasMessageStartingWith(name + ": ");
            }
        }
    }

    /** Since Linux 6.14 the memory of a ring counts as locked; a capability lifts that only if it is the machine's. */
    @Test
    void fallsBackWhereNoMemoryMayBeLocked() throws IOException {
        UserIds.requireInitialNamespace();
        Uring.require();
        String[] limit = {"prlimit", "--memlock=8192:8192"};
        List<String> without = LockedMemoryProcess.run(
                limit[0], limit[1], "setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock");
        assertThat(without.get(0)).isIn("PREFER: ring", "PREFER: system calls");
        checkLimit(without, "8192 bytes: raise `ulimit -l`");
        List<String> inside = LockedMemoryProcess.run(limit[0], limit[1], "unshare", "-Urn");
        assertThat(inside.get(0)).isEqualTo(without.get(0));
        checkLimit(inside, "8192 bytes (CAP_IPC_LOCK of a user namespace lifts no limit): raise `ulimit -l`");
        assertThat(LockedMemoryProcess.run(limit)).containsExactly("PREFER: ring", "REQUIRE: ring");
    }

    private static void checkLimit(List<String> lines, String message) {
        boolean limited = lines.get(0).equals("PREFER: system calls");
        assertThat(lines.get(1)).contains(limited ? message : "REQUIRE: ring");
    }

    /** The pool may be more than this process may lock: then it is not registered, and all works. */
    @Test
    void worksWithoutLockedMemory() throws Exception {
        checkWithoutLockedMemory(TapProfile.NAPI_ONE_SHOT);
    }

    /** The memory that may not be locked is a BPF map's. */
    @Test
    void isMappedWithoutLockedMemory() throws Exception {
        Uring.require();
        checkWithoutLockedMemory(TapProfile.NAPI_MAPPED);
    }

    private static void checkWithoutLockedMemory(TapProfile profile) throws Exception {
        Syscalls sys = new DelegatingSyscalls(profile.syscalls()) {
            @Override
            public int ioUringRegister(int fd, int opcode, long argument, int count) {
                return opcode == IoUring.IORING_REGISTER_BUFFERS
                        ? -Errno.ENOMEM
                        : super.ioUringRegister(fd, opcode, argument, count);
            }
        };
        byte[] frame = Frames.experimental(700);
        try (TapLink link = new TapLink(sys, profile.config(), PacketPool.create(sys, 64, 2048))) {
            Runnable path = () -> {
                for (int i = 0; i < 1000; i++) {
                    link.wire.inject(frame);
                    link.queue.rx().await(TapLink.SECOND);
                    link.queue.rx().receive(link.burst);
                    link.queue.tx().send(link.burst);
                    link.burst.release();
                }
            };
            assertThat(Garbage.of(path)).isZero();
            assertThat(link.queue.tx().errors()).isZero();
        }
    }
}
