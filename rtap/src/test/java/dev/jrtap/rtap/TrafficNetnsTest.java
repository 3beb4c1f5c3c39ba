// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IfEther;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Syscalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class TrafficNetnsTest {

    /** An EtherType for local experiments (IEEE 802), which the kernel's stack ignores. */
    private static final int EXPERIMENTAL = IfEther.ETH_P_802_EX1;

    private static final long SECOND = 1_000_000_000L;
    private static final int[] LENGTHS = {14, 15, 59, 60, 64, 1513, 1514};

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void receivesExactlyWhatWasSent(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            for (int length : LENGTHS) {
                byte[] frame = Frames.experimental(length);
                link.wire.inject(frame);
                assertThat(link.receive()).as("frame of %d bytes", length).isEqualTo(frame);
            }
            assertThat(link.queue.rx().packets()).isGreaterThanOrEqualTo(LENGTHS.length);
            assertThat(link.queue.rx().errors()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void sendsExactlyWhatItWasGiven(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            for (int length : LENGTHS) {
                byte[] frame = Frames.experimental(length);
                assertThat(link.burst.add()).isTrue();
                link.burst.length(0, length);
                link.burst.memory().putBytes(link.burst.offset(0), frame, 0, length);
                assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
                assertThat(link.burst.size()).isZero();
                assertThat(link.wire.capture(EXPERIMENTAL))
                        .as("frame of %d bytes", length)
                        .isEqualTo(frame);
            }
            assertThat(link.queue.tx().packets()).isEqualTo(LENGTHS.length);
            assertThat(link.queue.tx().errors()).isZero();
        }
    }

    /** A BPF program drops what finds no slot, and that is counted: see MappedNetnsTest. */
    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NAPI_MAPPED", "PLAIN_MAPPED"})
    void keepsOrderAndLosesNothingWhenThePoolRunsDry(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 16)) {
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 100; i++) {
                    byte[] frame = Frames.experimental(60);
                    frame[20] = (byte) i;
                    link.wire.inject(frame);
                }
                for (int i = 0; i < 100; i++) {
                    assertThat(link.receive()[20]).isEqualTo((byte) i);
                }
            }
        }
    }

    /** A pool no larger than the ring: receiving leaves half of it to senders. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void receivingLeavesSlotsForSending(TapProfile profile) throws Exception {
        // A program has one slot when the packets that came before it are read into another one.
        for (int slots : profile.mode == RxMode.MAPPED ? new int[] {3, 16, 32} : new int[] {2, 16, 32}) {
            try (TapLink link = new TapLink(profile, slots)) {
                for (int i = 0; i < 8; i++) {
                    link.wire.inject(Frames.experimental(60));
                }
                assertThat(link.queue.rx().await(5 * SECOND)).isTrue();
                Burst mine = new Burst(link.pool, slots);
                while (mine.add()) {
                    // As many as there are.
                }
                assertThat(mine.size()).isGreaterThanOrEqualTo(Math.max(1, slots / 2 - 8));
                mine.release();
                for (int i = 0; i < 8; i++) {
                    assertThat(link.receive()).isEqualTo(Frames.experimental(60));
                }
            }
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void countsWhatTheKernelRefuses(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            link.rtap.down();
            link.burst.add();
            link.burst.length(0, 60);
            link.queue.tx().send(link.burst);

            assertThat(link.queue.tx().errors()).isEqualTo(1);
            assertThat(link.queue.tx().packets()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void closesFromAnotherThreadWhileTheOwnerSleeps(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            Thread owner = Sleeper.start(() -> {
                while (link.queue.isOpen()) {
                    link.queue.rx().await(10 * SECOND);
                    link.queue.rx().receive(link.burst);
                    link.burst.release();
                }
            });
            link.rtap.close();
            owner.join();
            assertThat(link.pool.available()).isEqualTo(link.pool.slots());
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void survivesThatTheDeviceIsRemoved(TapProfile profile) throws Exception {
        Feature.require(
                "ip(8)",
                Files.isExecutable(Path.of("/usr/sbin/ip")) || Files.isExecutable(Path.of("/sbin/ip")),
                "iproute2 is not installed");
        try (TapLink link = new TapLink(profile, 64)) {
            link.queue.rx().await(0);
            Process removal = new ProcessBuilder("ip", "link", "delete", link.rtap.name()).start();
            assertThat(removal.waitFor()).isZero();

            // The stack has sent a few frames of its own when the device came up; after them, time runs out.
            while (link.queue.rx().await(SECOND / 20)) {
                link.queue.rx().receive(link.burst);
                link.burst.release();
            }
            link.burst.add();
            link.burst.length(0, 60);
            link.queue.tx().send(link.burst);
            assertThat(link.queue.tx().errors()).isEqualTo(1);
            link.rtap.close();
            assertThat(link.pool.available()).isEqualTo(link.pool.slots());
        }
    }

    /** Even when packets wait, and the kernel would not have to be asked. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void refusesAThreadThatDoesNotOwnIt(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            link.wire.inject(Frames.experimental(60));
            assertThat(link.queue.rx().await(5 * SECOND)).isTrue();
            link.burst.add();
            link.burst.length(0, 60);
            Burst empty = new Burst(link.pool, 1);
            ExecutorService stranger = Executors.newSingleThreadExecutor();
            try {
                assertThat(stranger.submit(() -> thrownBy(() -> link.queue.rx().receive(empty)))
                                .get())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("belongs to thread");
                assertThat(stranger.submit(() -> thrownBy(() -> link.queue.tx().send(link.burst)))
                                .get())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("belongs to thread");
            } finally {
                stranger.shutdown();
            }
            link.burst.release();
        }
    }

    /**
     * The MTU grows under an open queue: what is too long for a slot is dropped and counted, what follows is not
     * disturbed.
     */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void countsFramesThatAreTooLongForASlot(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64);
                RouteSocket route = RouteSocket.open(Syscalls.libc())) {
            new Links(route).setMtu(link.rtap.ifIndex(), 9000);
            link.wire.inject(Frames.experimental(3000));
            link.wire.inject(Frames.experimental(60));

            assertThat(link.receive()).isEqualTo(Frames.experimental(60));
            assertThat(link.queue.rx().truncated()).isEqualTo(1);
        }
    }

    /** A refused frame costs no slot: after more of them than there are slots, one that fits is received. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void refusedFramesCostNoSlots(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64);
                RouteSocket route = RouteSocket.open(Syscalls.libc())) {
            new Links(route).setMtu(link.rtap.ifIndex(), 9000);
            for (int refused = 1; refused <= 2 * 64; refused++) {
                link.wire.inject(Frames.experimental(3000));
                link.wire.inject(Frames.experimental(60));
                assertThat(link.receive()).isEqualTo(Frames.experimental(60));
                assertThat(link.queue.rx().truncated()).isEqualTo(refused);
                if (profile.mode == RxMode.MULTISHOT) {
                    // What the kernel has is not free: half of the pool is lent at any time.
                    assertThat(link.pool.available()).isEqualTo(32);
                }
            }
        }
    }

    private static Throwable thrownBy(Runnable action) {
        try {
            action.run();
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    /**
     * A run-to-completion loop: 20 000 bursts are received and sent back, after warm-up, and not one byte is allocated.
     */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void allocatesNothingAndEntersTheKernelOncePerBurst(TapProfile profile) throws Exception {
        byte[] frame = Frames.experimental(60);
        try (TapLink link = new TapLink(profile, 64)) {
            int times = Math.max(1_000, Stress.times(20_000));
            for (int i = 0; i < times; i++) {
                echo(link, frame);
            }
            long entries = link.queue.kernelEntries();
            long echoed = link.queue.tx().packets();
            long[] bursts = new long[1];
            long allocated = Garbage.of(() -> {
                for (int i = 0; i < times; i++) {
                    echo(link, frame);
                }
                bursts[0] += times;
            });

            assertThat(allocated).isZero();
            assertThat(link.queue.tx().packets() - echoed).isGreaterThan(bursts[0] * 99 / 100);
            // The entry that sends a burst also brings in what has arrived: receiving costs none of its own.
            // Without a ring, each packet costs a read and a write, and each burst a read that finds nothing.
            long perBurst = profile.mode == RxMode.POLL ? 3 : 1;
            assertThat(link.queue.kernelEntries() - entries).isLessThan(bursts[0] * perBurst * 101 / 100);
        }
    }

    /** Receives what has arrived, lets the next frame come, and sends back. */
    private static void echo(TapLink link, byte[] next) {
        link.queue.rx().receive(link.burst);
        link.wire.inject(next);
        link.queue.tx().send(link.burst);
        link.burst.release();
    }
}
