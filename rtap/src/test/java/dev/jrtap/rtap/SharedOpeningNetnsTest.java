// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IfTun;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opening a device that somebody else has open, whose packets the new queue gets until it is detached. */
@Timeout(60)
class SharedOpeningNetnsTest {

    /** What it is given goes to the other, wherever the opening fails: there is nothing left to wait for. */
    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            mode = EnumSource.Mode.EXCLUDE,
            // Which is for a device that nobody else has.
            names = {"NAPI_MAPPED", "PLAIN_MAPPED"})
    void whatAnOpeningGetsThatFailsGoesToTheOther(TapProfile profile) throws Exception {
        FaultySyscalls faulty = new FaultySyscalls(Syscalls.libc());
        Syscalls sys = profile.syscalls(faulty);
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(128))) {
            Thread caller = Thread.currentThread();
            faulty.only(thread -> thread == caller);
            RtapConfig config = RtapConfig.named(port.rtap.name()).withSharing().withMtu(1400);
            for (int errno : new int[] {Errno.ENOMEM, FaultySyscalls.OUT_OF_MEMORY}) {
                int steps = 0;
                while (failsAt(steps + 1, errno, faulty, sys, config, port)) {
                    steps++;
                    int received = Flows.receive(port, port.queue, Flows.COUNT);
                    // Without real-time priority the caller reads, too, and what cannot be read is nobody's.
                    if (!faulty.failed().contains("read")) {
                        assertThat(received)
                                .as("%s, step %d, errno %d", faulty.failed(), steps, errno)
                                .isEqualTo(Flows.COUNT);
                    }
                }
                assertThat(steps).isGreaterThan(15);
            }
            assertThat(port.rtap.statistics().missed()).isZero();
        }
    }

    /** Whether the opening has such a step; packets come when it fails. */
    private static boolean failsAt(
            int step, int errno, FaultySyscalls faulty, Syscalls sys, RtapConfig config, TapLink port)
            throws IOException {
        faulty.before(() -> Flows.inject(port));
        faulty.failAt(step, errno);
        try (Rtap second = Rtap.open(sys, config)) {
            faulty.spare();
            assertThat(second.statistics().missed()).as(faulty.failed()).isZero();
        } catch (IOException | UncheckedIOException | OutOfMemoryError e) {
            faulty.spare();
        }
        return !faulty.failed().isEmpty();
    }

    /** Without the right to send it once more, it is counted as missed. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatCannotBeHandedOverIsCounted(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(128))) {
            Syscalls sys = new DelegatingSyscalls(profile.syscalls()) {
                @Override
                public int socket(int domain, int type, int protocol) {
                    return domain == 17 ? -Errno.EPERM : super.socket(domain, type, protocol);
                }

                @Override
                public int ioctl(int fd, long request, long argument) {
                    int result = super.ioctl(fd, request, argument);
                    if (request == IfTun.TUNSETIFF) {
                        Flows.inject(port);
                    }
                    return result;
                }
            };
            RtapConfig config = RtapConfig.named(port.rtap.name()).withSharing();
            try (Rtap second = Rtap.open(sys, config)) {
                int missed = (int) second.statistics().missed();
                assertThat(missed).isPositive();
                int rest = Flows.COUNT - missed;
                assertThat(Flows.receive(port, port.queue, rest)).isEqualTo(rest);
            }
        }
    }
}
