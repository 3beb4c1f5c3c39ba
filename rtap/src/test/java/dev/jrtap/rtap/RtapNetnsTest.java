// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IfTun;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class RtapNetnsTest {

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void opensUpAndGoesDown(TapProfile profile) throws IOException {
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config().withMtu(9000))) {
            assertThat(rtap.name()).matches("rtap\\d+");
            assertThat(rtap.hasNapi()).isEqualTo(profile.napi);
            assertThat(rtap.macAddress()).isNotZero();
            assertThat(rtap.link().mtu()).isEqualTo(9000);
            assertThat(rtap.link().isUp()).isFalse();
            try (PacketPool pool = PacketPool.forMtu(512, 9000);
                    QueuePair queue = rtap.openQueue(0, pool)) {
                rtap.up();
                assertThat(rtap.link().isUp()).isTrue();
                rtap.down();
                assertThat(rtap.link().isUp()).isFalse();
                assertThat(queue.isOpen()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void leavesNothingBehindAThousandTimes(TapProfile profile) throws IOException {
        FaultySyscalls counted = new FaultySyscalls(Syscalls.libc());
        Syscalls sys = profile.syscalls(counted);
        int rounds = Stress.times(1000 / TapProfile.values().length) + 1;
        openAndClose(sys, profile, () -> {});
        Resources before = Resources.now();
        for (int i = 0; i < rounds; i++) {
            openAndClose(sys, profile, () -> {});
        }
        Resources.assertNothingSince(before);
        assertThat(counted.mapped()).isZero();
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void leavesNothingBehindWhereverOpeningFails(TapProfile profile) throws IOException {
        FaultySyscalls faulty = new FaultySyscalls(Syscalls.libc());
        Syscalls sys = profile.syscalls(faulty);
        openAndClose(sys, profile, () -> {});
        Resources before = Resources.now();
        assertThat(failAtEveryStep(faulty, Errno.ENOMEM, sys, profile, before)).isGreaterThan(15);
        assertThat(failAtEveryStep(faulty, FaultySyscalls.OUT_OF_MEMORY, sys, profile, before))
                .isGreaterThan(15);
    }

    private static int failAtEveryStep(
            FaultySyscalls faulty, int errno, Syscalls sys, TapProfile profile, Resources before) throws IOException {
        int failures = 0;
        for (int step = 1; ; step++) {
            faulty.failAt(step, errno);
            // Closing asks for no memory.
            Runnable opened = errno == FaultySyscalls.OUT_OF_MEMORY ? faulty::spare : () -> {};
            try {
                openAndClose(sys, profile, opened);
            } catch (OutOfMemoryError e) {
                failures++;
            } catch (IOException | UncheckedIOException e) {
                failures++;
                assertThat(e).hasMessageContaining("ENOMEM: ");
            }
            Resources.assertNothingSince(before, String.format("after failing %s, step %d", faulty.failed(), step));
            assertThat(faulty.mapped())
                    .as("after failing %s, step %d", faulty.failed(), step)
                    .isZero();
            if (faulty.failed().isEmpty()) {
                return failures;
            }
        }
    }

    /**
     * An Error at whatever call of a close does not keep the rest from being closed. A BPF program that could not
     * be taken away may still write to the pool, which then stays.
     */
    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NAPI_MAPPED", "PLAIN_MAPPED"})
    void leavesNothingBehindWhereverClosingFails(TapProfile profile) throws IOException {
        FaultySyscalls faulty = new FaultySyscalls(Syscalls.libc());
        Syscalls sys = profile.syscalls(faulty);
        openAndClose(sys, profile, () -> {});
        Resources before = Resources.now();
        for (int errno : new int[] {FaultySyscalls.OUT_OF_MEMORY, Errno.ENOMEM}) {
            int step = 0;
            do {
                step++;
                closeFailing(step, errno, faulty, sys, profile);
                Resources.assertNothingSince(before, String.format("after failing %s, step %d", faulty.failed(), step));
                assertThat(faulty.mapped())
                        .as("after failing %s, step %d", faulty.failed(), step)
                        .isZero();
            } while (!faulty.failed().isEmpty());
            assertThat(step).isGreaterThan(5);
        }
    }

    private static void closeFailing(int step, int errno, FaultySyscalls faulty, Syscalls sys, TapProfile profile)
            throws IOException {
        try (PacketPool pool = PacketPool.create(sys, 64, 2048)) {
            Rtap rtap = Rtap.open(sys, profile.config().withRingSize(16));
            QueuePair queue = rtap.openQueue(0, pool);
            assertThat(queue.rx().await(0)).isFalse();
            faulty.failAt(step, errno);
            try {
                rtap.close();
            } catch (OutOfMemoryError e) {
                assertThat(e).hasMessage(faulty.failed());
            }
            faulty.spare();
            rtap.close();
        }
    }

    private static void openAndClose(Syscalls sys, TapProfile profile, Runnable opened) throws IOException {
        try (PacketPool pool = PacketPool.create(sys, 64, 2048);
                Rtap rtap = Rtap.open(sys, profile.config().withRingSize(16))) {
            QueuePair queue = rtap.openQueue(0, pool);
            opened.run();
            assertThat(queue.rx().await(0)).isFalse();
        }
    }

    @Test
    void namesTheFeaturesThatAreMissing() {
        Syscalls sys = new MaskedSyscalls(TapProfile.NAPI_MULTISHOT.syscalls())
                .withoutTunFeatures(IfTun.IFF_VNET_HDR | IfTun.IFF_MULTI_QUEUE);

        assertThatThrownBy(() -> Rtap.open(sys, RtapConfig.named("rtap%d")))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("EOPNOTSUPP")
                .hasMessageContaining("lacks VNET_HDR|MULTI_QUEUE");
    }

    @Test
    void saysWhyANameCannotBeHad() throws IOException {
        TapProfile.NAPI_MULTISHOT.syscalls();
        assertThatThrownBy(() -> Rtap.open(RtapConfig.named("lo")))
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("TUNSETIFF, name=lo, flags=TAP|NAPI|NO_PI|VNET_HDR|MULTI_QUEUE")
                .hasMessageContaining("the name is taken");
        assertThatThrownBy(() -> Rtap.open(RtapConfig.named("a-name-of-16-byt")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void persistsOnlyWhenAsked() throws IOException {
        Syscalls sys = TapProfile.NAPI_MULTISHOT.syscalls();
        int ifIndex;
        try (Rtap rtap = Rtap.open(sys, RtapConfig.named("kept0").withPersistence())) {
            ifIndex = rtap.ifIndex();
        }
        assertThat(Resources.hasInterface("kept0")).isTrue();
        assertThatThrownBy(() -> Rtap.open(sys, RtapConfig.named("kept0").withMode(TunMode.TUN)))
                .hasMessageContaining("no TUN device with multi-queue")
                .hasMessageContaining("`ip tuntap add NAME mode tun multi_queue`");
        try (Rtap again = Rtap.open(sys, RtapConfig.named("kept0"))) {
            assertThat(again.ifIndex()).isEqualTo(ifIndex);
            again.setPersistent(false);
        }
        assertThat(Resources.hasInterface("kept0")).isFalse();
    }

    @Test
    void refusesAPoolThatIsTooSmallForMultishot() throws IOException {
        Syscalls sys = TapProfile.NAPI_MULTISHOT.syscalls();
        RtapConfig config = RtapConfig.named("rtap%d").withMtu(9000).withRxMode(RxMode.MULTISHOT);
        try (PacketPool pool = PacketPool.forMtu(16, 1500);
                Rtap rtap = Rtap.open(sys, config)) {
            assertThatThrownBy(() -> rtap.openQueue(0, pool))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("use PacketPool.forMtu");
        }
    }
}
