// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesKernelTest {

    @BeforeEach
    void needsRings() {
        Uring.require();
    }

    @Test
    void saysWhatThisKernelCan() throws IOException {
        Resources before = Resources.now();
        Capabilities capabilities = Capabilities.probe();

        Resources.assertNothingSince(before);
        assertThat(capabilities.isAvailable()).isTrue();
        assertThat(capabilities.refusal()).isEmpty();
        assertThat(capabilities.kernelRelease())
                .isEqualTo(
                        Files.readString(Path.of("/proc/sys/kernel/osrelease")).trim());
        assertThat(capabilities.operations()).contains(Operation.NOP, Operation.SOCKET);
        assertThat(capabilities.features()).contains(RingFeature.NODROP, RingFeature.EXT_ARG);
        assertThat(capabilities.setupFlags()).contains(SetupFlag.SQPOLL, SetupFlag.CQE32);
        try (Ring ring = Ring.builder().build()) {
            assertThat(ring.capabilities().operations()).isEqualTo(capabilities.operations());
            assertThat(capabilities.setupFlags())
                    .containsAll(ring.capabilities().setupFlags());
        }
    }

    @Test
    void namesWhatIsMissingWithTheKernelThatHasIt() {
        Syscalls sys = new MaskedSyscalls(Syscalls.libc())
                .withoutOperation(IoUring.IORING_OP_READ_MULTISHOT)
                .withoutRingFeature(IoUring.IORING_FEAT_MIN_TIMEOUT);
        Capabilities capabilities = Capabilities.probe(sys);

        assertThat(capabilities.operations()).doesNotContain(Operation.READ_MULTISHOT);
        assertThat(capabilities.missing())
                .contains(
                        new Capabilities.Missing("READ_MULTISHOT", "Linux 6.7 or newer is needed"),
                        new Capabilities.Missing("MIN_TIMEOUT", "Linux 6.12 or newer is needed"));
        assertThat(capabilities.toString()).contains("missing: READ_MULTISHOT: Linux 6.7 or newer is needed");
    }

    @ParameterizedTest
    @CsvSource({"EPERM, forbids io_uring", "ENOSYS, no io_uring", "ENOMEM, ulimit -l", "EMFILE, ulimit -n"})
    void saysWhoRefusesARing(String errno, String cause) {
        int number = jnr.constants.platform.Errno.valueOf(errno).intValue();
        Capabilities capabilities = Capabilities.probe(new DelegatingSyscalls(Syscalls.libc()) {
            @Override
            public int ioUringSetup(int entries, long params) {
                return -number;
            }
        });
        assertThat(capabilities.isAvailable()).isFalse();
        assertThat(capabilities.setupFlags()).isEmpty();
        assertThat(capabilities.refusal().map(ErrnoException::errno)).contains(number);
        assertThat(capabilities.toString())
                .contains(errno + ": io_uring_setup(")
                .contains(cause);
    }

    @Test
    void leavesNothingWhenATrialFails() {
        FaultySyscalls register = new FaultySyscalls(Syscalls.libc());
        register.failAt(SetupFlag.values().length + 2, Errno.EPERM);
        Capabilities.probe(register);
        assertThat(register.failed()).isNotEmpty();
        assertThat(register.mapped()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "5.10.46, non-blocking",
        "5.10.0-33-amd64, crashes the kernel",
        "6.7.9-amd64, READ_MULTISHOT",
        "6.12.118+deb13, eventfd",
        "6.18.44, IOU_PBUF_RING_INC",
        "7.2.13+deb14-amd64, keep one ring",
        "7.3, INC"
    })
    void knowsBugsByRelease(String release, String problem) {
        assertThat(KnownProblems.of(release)).anyMatch(text -> text.contains(problem));
    }

    @ParameterizedTest
    @CsvSource({"5.9.1, false", "5.10.46, true", "5.11.22, true", "5.12.0, false", "6.1.176, false", "'', false"})
    void triesPollingThreadsWithCareWhereARefusalCrashes(String release, boolean careful) {
        assertThat(KnownProblems.crashesAtRefusedPolling(release)).isEqualTo(careful);
    }

    @Test
    void knowsNothingOfAReleaseItCannotRead() {
        assertThat(KnownProblems.of("")).isEmpty();
        assertThat(KnownProblems.of("6.8.1")).isEmpty();
    }
}
