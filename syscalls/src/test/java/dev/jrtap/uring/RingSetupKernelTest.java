// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Eventfd;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.ClosedException;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RingSetupKernelTest {

    @BeforeEach
    void needsRings() {
        Uring.require();
    }

    /** A kernel that answers EINVAL to set-up flags it does not know. */
    private static Syscalls knowingOnly(EnumSet<SetupFlag> flags) {
        int known = SetupFlag.bits(flags) | IoUring.IORING_SETUP_R_DISABLED | IoUring.IORING_SETUP_CQSIZE;
        return new DelegatingSyscalls(Syscalls.libc()) {
            @Override
            public int ioUringSetup(int entries, long params) {
                int asked = Memory.wrap(params, IoUringParams.SIZEOF).getI32(IoUringParams.FLAGS);
                return (asked & ~known) != 0 ? -Errno.EINVAL : super.ioUringSetup(entries, params);
            }
        };
    }

    @Test
    void worksInAllSizes() throws IOException {
        for (int entries = 2; entries <= 32768; entries *= 2) {
            try (Ring ring = Ring.builder().entries(entries).build()) {
                for (int times = 1; times <= 2; times++) {
                    for (int i = 0; i < entries; i++) {
                        ring.submission().claim().nop();
                    }
                    assertThat(ring.submit()).isEqualTo(entries);
                    assertThat(ring.completion().ready()).isEqualTo(times * entries);
                }
            }
        }
    }

    @Test
    void roundsUpToAPowerOfTwo() throws IOException {
        try (Ring ring = Ring.builder().entries(5).completionEntries(33).build()) {
            assertThat(ring.submission().capacity()).isEqualTo(8);
            for (int i = 0; i < 64; i++) {
                ring.submission().claim().nop();
                ring.submit();
            }
            assertThat(ring.completion().ready()).isEqualTo(64);
            assertThat(ring.overflows()).isZero();
        }
        assertThatThrownBy(() -> Ring.builder().completionEntries(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("completionEntries");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 32769, Integer.MAX_VALUE})
    void refusesASizeThatNoKernelTakes(int entries) {
        RingBuilder builder = Ring.builder();
        assertThatThrownBy(() -> builder.entries(entries))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2..32768");
    }

    @Test
    void refusesFlagsThatDoNotGoTogether() {
        RingBuilder builder = Ring.builder().sqPoll(10);
        assertThatThrownBy(() -> builder.require(SetupFlag.DEFER_TASKRUN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SQPOLL")
                .hasMessageContaining("DEFER_TASKRUN");
    }

    @Test
    void dropsAPreferenceThatDoesNotGoWithARequirement() throws IOException {
        try (Ring ring = Ring.builder().entries(8).sqPoll(10).build()) {
            assertThat(ring.capabilities().setupFlags())
                    .contains(SetupFlag.SQPOLL)
                    .doesNotContain(SetupFlag.DEFER_TASKRUN, SetupFlag.COOP_TASKRUN, SetupFlag.TASKRUN_FLAG);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SetupFlag.class,
            names = {"SUBMIT_ALL", "COOP_TASKRUN", "TASKRUN_FLAG", "SINGLE_ISSUER", "DEFER_TASKRUN", "NO_SQARRAY"})
    void makesDoWithWhatAnOlderKernelKnows(SetupFlag newest) throws IOException {
        EnumSet<SetupFlag> known = EnumSet.range(SetupFlag.IOPOLL, newest);
        known.retainAll(Capabilities.probe().setupFlags());
        try (Ring ring = Ring.builder(knowingOnly(known)).entries(8).build()) {
            EnumSet<SetupFlag> usual = SetupFlag.usual();
            usual.retainAll(known);
            assertThat(ring.capabilities().setupFlags()).isEqualTo(usual);
            ring.submission().claim().nop();
            assertThat(ring.submitAndWait(1)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SetupFlag.class,
            names = {"CQE32", "CQE_MIXED", "SQE_MIXED", "SQ_REWIND"})
    void namesARequiredFlagThatTheKernelDoesNotKnow(SetupFlag flag) {
        RingBuilder builder = Ring.builder(knowingOnly(SetupFlag.usual())).require(flag);
        assertThatThrownBy(builder::build)
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EINVAL: io_uring_setup(")
                .hasMessageContaining(flag + ", which needs Linux " + flag.since() + " or newer");
    }

    /** A bad entry completes with its error; SUBMIT_ALL says whether those behind it wait for another submit. */
    @Test
    void submitsPastABadEntryIfTold() throws IOException {
        try (Ring ring = Ring.builder().entries(8).prefer().build()) {
            assertThat(submitWithABadEntry(ring)).isEqualTo(2);
            assertThat(ring.submission().pending()).isEqualTo(1);
            assertThat(ring.submit()).isEqualTo(1);
            checkBadEntry(ring);
        }
        try (Ring ring = Ring.builder().entries(8).prefer(SetupFlag.SUBMIT_ALL).build()) {
            assertThat(submitWithABadEntry(ring)).isEqualTo(3);
            checkBadEntry(ring);
        }
    }

    private static int submitWithABadEntry(Ring ring) {
        ring.submission().claim().nop().userData(0);
        ring.submission().claim().operation(200, -1).userData(1);
        ring.submission().claim().nop().userData(2);
        return ring.submit();
    }

    private static void checkBadEntry(Ring ring) {
        assertThat(Completions.await(ring, 3))
                .extracting(Completions.Completion::userData, Completions.Completion::result)
                .containsExactlyInAnyOrder(tuple(0, 0), tuple(1, -Errno.EINVAL), tuple(2, 0));
        assertThat(ring.inFlight()).isZero();
    }

    private static org.assertj.core.groups.Tuple tuple(long userData, int result) {
        return new org.assertj.core.groups.Tuple(userData, result);
    }

    @Test
    void doesNotShareTheWorkersOfAClosedRing() throws IOException {
        Ring closed = RingProfile.PLAIN.open(8);
        closed.close();
        assertThatThrownBy(() -> Ring.builder().attachWorkers(closed))
                .isInstanceOf(ClosedException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void sharesWorkersUntilTheLastOfTheRingsIsClosed() throws IOException {
        Resources before = Resources.now();
        Syscalls sys = Syscalls.libc();
        Memory buffer = Memory.allocate(16);
        try (Fd blocking = Fd.own(sys, sys.eventfd(1, Eventfd.EFD_CLOEXEC))) {
            Ring first = Ring.builder().entries(8).build();
            try (Ring second = Ring.builder().entries(8).attachWorkers(first).build()) {
                first.close();
                second.submission().claim().read(blocking.fd(), buffer, 0, 8, 0).async();
                assertThat(Completions.await(second, 1).get(0).result()).isEqualTo(8);
            }
        }
        Resources.assertNothingSince(before);
        buffer.keepAlive();
    }

    @Test
    void keepsRingsOfManyPagesInMemoryOfItsOwn() throws IOException {
        try (Ring ring = Ring.builder().entries(1024).prefer(SetupFlag.NO_MMAP).build()) {
            Feature.require(
                    "NO_MMAP of many pages",
                    ring.capabilities().has(SetupFlag.NO_MMAP),
                    "before Linux 6.14 the pages must lie together");
            for (int i = 0; i < 1024; i++) {
                ring.submission().claim().nop();
            }
            assertThat(ring.submit()).isEqualTo(1024);
            assertThat(ring.completion().ready()).isEqualTo(1024);
        }
    }

    @Test
    void needsNoDescriptorOfItsOwn() throws Exception {
        Resources before = Resources.now();
        try (Ring ring = RingProfile.REGISTERED_FD_ONLY.open(8)) {
            assertThat(ring.fd().hasDescriptor()).isFalse();
            // The one that there is belongs to the eventfd that wakes it.
            assertThat(Resources.now().descriptors()).isEqualTo(before.descriptors() + 1);
            boolean[] refused = new boolean[1];
            Thread stranger = new Thread(() -> {
                try {
                    ring.submit();
                } catch (IllegalStateException e) {
                    refused[0] = true;
                }
            });
            stranger.start();
            stranger.join();
            assertThat(refused[0]).isTrue();
        }
        Resources.assertNothingSince(before);
    }

    /**
     * No device here can be polled: what is to be seen is that the ring works, and that the kernel says so of the file.
     */
    @Test
    void pollsDevicesThatCanBePolled() throws IOException {
        try (Ring ring = Ring.builder().entries(8).require(SetupFlag.IOPOLL).build()) {
            ring.submission().claim().nop();
            assertThat(ring.await(10_000_000_000L)).isTrue();
            Completions completions = new Completions();
            ring.completion().drain(completions, 1);
            Memory buffer = Memory.allocate(512);
            try (Fd zero = open("/dev/zero")) {
                ring.submission().claim().read(zero.fd(), buffer, 0, 512, 0);
                assertThat(ring.await(10_000_000_000L)).isTrue();
                ring.completion().drain(completions, 1);
            }
            assertThat(completions.list)
                    .extracting(Completions.Completion::result)
                    .containsExactly(0, -Errno.EOPNOTSUPP);
            assertThat(ring.await(1_000_000)).isFalse();
        }
    }

    private static Fd open(String path) throws ErrnoException {
        return Fd.open(path, Fcntl.O_RDONLY);
    }
}
