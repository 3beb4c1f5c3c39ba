// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Cases of the original driver's unit tests, by their names: life cycle and queues. */
@Timeout(60)
class OriginalLifeCycleNetnsTest {

    /** 0. Both ports are stopped, configured, set up and started, and their link is got. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void ethdevConfigurePorts(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        try (PacketPool pool = PacketPool.forMtu(256, 1500);
                Rtap first = Rtap.open(sys, profile.config().withRingSize(64));
                Rtap second = Rtap.open(sys, profile.config().withRingSize(64))) {
            for (Rtap port : new Rtap[] {first, second}) {
                port.down();
                port.configure(1, 1);
                port.openQueue(0, pool);
                port.up();
                assertThat(port.link().isUp()).isTrue();
            }
            assertThat(first.ifIndex()).isNotEqualTo(second.ifIndex());
        }
    }

    /** 1. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void devInfo(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            RtapInfo info = port.rtap.info();
            assertThat(info.limits().maxQueues()).isEqualTo(128);
            assertThat(info.limits().maxMacAddresses()).isEqualTo(1);
            assertThat(info.limits().minMtu()).isEqualTo(68);
            assertThat(info.limits().maxMtu()).isEqualTo(65521);
            assertThat(info.link().ifIndex()).isEqualTo(port.rtap.ifIndex()).isPositive();
            assertThat(info.napi()).isEqualTo(profile.napi);
            assertThat(info.tunFeatures().contains("|NAPI|")).isEqualTo(profile.napi);
            assertThat(info.rxMode()).isEqualTo(profile.mode);
            assertThat(info.ring()).isEqualTo(port.queue.granted());
            assertThat(info.toString())
                    .contains(port.rtap.name() + ": TAP device, ifindex " + port.rtap.ifIndex() + ", up")
                    .contains("queue pairs    1 of 1..128, 1 open")
                    .contains("MTU            1500 of 68..65521");
        }
    }

    /** 11. Counts are those asked for, every counter of every queue is zero, and the link is up. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void multiqueue(TapProfile profile) throws IOException {
        for (int queues : new int[] {1, 2, 4}) {
            try (TapLink port = new TapLink(
                    profile.syscalls(), profile.config().withRingSize(16).withQueues(queues))) {
                assertFresh(port.rtap, queues);
            }
        }
    }

    private static void assertFresh(Rtap rtap, int queues) throws IOException {
        assertThat(rtap.info().queues()).isEqualTo(queues);
        assertThat(rtap.info().openQueues()).isEqualTo(queues);
        assertThat(rtap.link().isUp()).isTrue();
        assertThat(rtap.statistics().queues()).hasSize(queues);
        assertThat(rtap.statistics().total()).isEqualTo(QueueStatistics.ZERO);
        for (int i = 0; i < queues; i++) {
            String prefix = ".x_q" + i + "_.*";
            assertThat(rtap.extendedStatistics().entrySet().stream()
                            .filter(entry -> entry.getKey().matches(prefix)))
                    .isNotEmpty()
                    .allMatch(entry -> entry.getValue() == 0);
        }
    }

    /** 12. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void multiqueueReduce(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        try (PacketPool pool = PacketPool.forMtu(512, 1500);
                Rtap rtap = Rtap.open(sys, profile.config().withRingSize(16).withQueues(4))) {
            for (int queues : new int[] {4, 2, 1}) {
                rtap.down();
                rtap.configure(queues, queues);
                for (int i = 0; i < queues; i++) {
                    if (rtap.info().openQueues() <= i) {
                        rtap.openQueue(i, pool);
                    }
                }
                rtap.up();
                assertFresh(rtap, queues);
            }
        }
    }

    /** 13. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void multiqueueMismatch(TapProfile profile) throws IOException {
        try (TapLink port = new TapLink(profile)) {
            for (int[] counts : new int[][] {{1, 2}, {2, 1}, {4, 2}, {1, 4}}) {
                assertThatThrownBy(() -> port.rtap.configure(counts[0], counts[1]))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("receive and transmit queue counts must be equal")
                        .hasMessageContaining("rx=" + counts[0] + ", tx=" + counts[1]);
                assertThatThrownBy(() -> profile.config().withQueues(counts[0], counts[1]))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(port.rtap.queues()).isEqualTo(1);
            assertThat(port.queue.isOpen()).isTrue();
        }
    }

    /** 14. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void queueReconfigure(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile)) {
            port.rtap.configure(2, 2);
            port.openQueues();
            assertThat(port.rtap.info().openQueues()).isEqualTo(2);
            port.rtap.configure(1, 1);
            assertThat(port.pairs.remove(1).isOpen()).isFalse();
            assertThat(port.rtap.info().openQueues()).isEqualTo(1);
            // All that comes now comes here.
            byte[] frame = Frames.experimental(60);
            port.wire.inject(frame);
            assertThat(port.receive()).isEqualTo(frame);
        }
    }

    /** 30. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void fdLeak(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config().withRingSize(16).withQueues(2);
        new TapLink(sys, config).close();
        Resources before = Resources.now();
        new TapLink(sys, config).close();
        Resources.assertNothingSince(before);
    }

    /** 31. A device that was made on the command line is configured, its counters are reset, and it is stopped. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void commandLineRtapPort(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        Shell.run("ip", "tuntap", "add", "dev", "command0", "mode", "tap", "multi_queue", "vnet_hdr");
        try (PacketPool pool = PacketPool.forMtu(256, 1500);
                Rtap rtap = Rtap.open(sys, RtapConfig.named("command0").withRingSize(16))) {
            rtap.configure(2, 2);
            rtap.openQueue(0, pool);
            rtap.openQueue(1, pool);
            rtap.up();
            rtap.resetStatistics();
            assertThat(rtap.statistics().total().rxPackets()).isZero();
            rtap.down();
            assertThat(rtap.link().isUp()).isFalse();
        } finally {
            Shell.run("ip", "link", "delete", "command0");
        }
    }
}
