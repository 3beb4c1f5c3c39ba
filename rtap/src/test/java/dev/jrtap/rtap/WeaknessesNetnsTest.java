// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.netlink.LinkEvent;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.tuntap.VnetHeader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weaknesses of the original driver's data path that no test of ours would meet otherwise. */
@Timeout(60)
class WeaknessesNetnsTest {

    /** More than the kernel polls for one read before it gives that to a worker thread. */
    private static final int SINGLE_PACKETS = 500;

    /** Each packet wakes all reads of the original: they fail with EAGAIN, and end in worker threads. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aPacketWakesOneReadAndNoWorker(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(256))) {
            port.queue.rx().await(0);
            long entries = port.queue.kernelEntries();
            for (int i = 0; i < SINGLE_PACKETS; i++) {
                port.wire.inject(Frames.experimental(60));
                assertThat(port.receive()).hasSize(60);
            }
            if (profile.mode == RxMode.ONE_SHOT || profile.mode == RxMode.POLL) {
                port.burst.release();
                port.queue.rx().await(0);
                // Multishot lends the kernel many buffers for its one read, and a program needs none at all; elsewhere
                // each lent slot is a read.
                assertThat(port.pool.slots() - port.pool.available()).isLessThanOrEqualTo(1);
            }
            assertThat(port.queue.rx().errors()).isZero();
            assertThat(port.rtap.extendedStatistics()).containsEntry("iowq_workers", 0L);
            // A look, a sleep and a look: in proportion to the packets, and not to the size of the ring.
            assertThat(port.queue.kernelEntries() - entries).isLessThan(8 * SINGLE_PACKETS);
        }
    }

    /** A fruitful round is followed by a large one, of which all reads but one are over when nothing comes. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void oneReadWaitsAfterABurst(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile.syscalls(), profile.config().withRingSize(256))) {
            Burst burst = new Burst(port.pool, 64);
            int received = 0;
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 64; i++) {
                    port.wire.inject(Frames.experimental(60));
                }
                while (received < (round + 1) * 64 && port.queue.rx().await(TapLink.SECOND)) {
                    received += port.queue.rx().receive(burst);
                    burst.release();
                }
            }
            assertThat(received).isEqualTo(640);
            port.queue.rx().await(0);
            if (profile.mode == RxMode.ONE_SHOT || profile.mode == RxMode.POLL) {
                assertThat(port.pool.slots() - port.pool.available()).isLessThanOrEqualTo(1);
            }
        }
    }

    /** The original asks the kernel for such super-packets, and then drops them as errors. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void superPacketsMarkedForEcnArriveWhole(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        Frames.Kind kind = Frames.Kind.TCP4;
        RtapConfig config = profile.config().withOffloads(TunOffload.CHECKSUM, TunOffload.TSO, TunOffload.TSO_ECN);
        byte[] frame = Frames.unfinished(kind, Frames.of(kind, 0, 0, Frames.experimental(3000), 0));
        PacketPool pool = profile.mode == RxMode.MULTISHOT
                ? PacketPool.create(sys, 48, 66_048)
                : PacketPool.create(sys, 512, 2048);
        try (TapLink link = new TapLink(sys, config.withRingSize(32), pool)) {
            link.wire.injectTcp4Ecn(kind, frame, 1000);
            assertThat(link.receive(frame.length)).isEqualTo(frame);
            assertThat(link.burst.vnet(0).gsoType()).isEqualTo(VnetHeader.GSO_TCPV4);
            assertThat(link.burst.vnet(0).isEcn()).isTrue();
            assertThat(link.queue.rx().errors()).isZero();
        }
    }

    /** The original enters the kernel for each packet of several segments. */
    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NAPI_POLL", "PLAIN_POLL"})
    void packetsOfSeveralSegmentsGoInOneEntry(TapProfile profile) throws Exception {
        Uring.require();
        Syscalls sys = profile.syscalls();
        try (TapLink link = new TapLink(sys, profile.config().withRingSize(64), PacketPool.create(sys, 256, 2048))) {
            link.queue.rx().await(0);
            Burst burst = new Burst(link.pool, 16);
            for (int i = 0; i < 16; i++) {
                Frames.add(burst, Frames.experimental(150 + i), 50);
            }
            long entries = link.queue.kernelEntries();
            assertThat(link.queue.tx().send(burst)).isEqualTo(16);
            assertThat(link.queue.kernelEntries() - entries).isEqualTo(1);
            for (int i = 0; i < 16; i++) {
                assertThat(link.wire.capture(Frames.EXPERIMENTAL)).isEqualTo(Frames.experimental(150 + i));
            }
        }
    }

    /** The original has one or the other. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void linkEventsAndReceiveInterruptsGoTogether(TapProfile profile) throws Exception {
        BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
        try (TapLink port = new TapLink(profile)) {
            port.rtap.watch(events::add);
            assertThat(port.queue.interrupt().enable()).isTrue();
            port.rtap.control().setMtu(1400);
            assertThat(events.poll(10, TimeUnit.SECONDS).kind()).isEqualTo(LinkEvent.Kind.MTU);
            port.wire.inject(Frames.experimental(78));
            PollSet polls = new PollSet(Syscalls.libc(), 1);
            polls.add(port.queue.interrupt().fd());
            assertThat(polls.await(TapLink.SECOND)).isEqualTo(1);
            assertThat(port.receive()).isEqualTo(Frames.experimental(78));
        }
    }
}
