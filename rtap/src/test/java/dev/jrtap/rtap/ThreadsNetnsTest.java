// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.SetupFlag;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who drives: two threads, a thread of the kernel, or nobody but the caller. */
@Timeout(120)
class ThreadsNetnsTest {

    /** One thread receives and hands over, the other one sends back. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void twoThreadsShareAQueuePair(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config().withThreadPerDirection();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        LinkedBlockingQueue<Burst> handed = new LinkedBlockingQueue<>(4);
        CountDownLatch allSent = new CountDownLatch(1);
        try (TapLink link = new TapLink(sys, config, PacketPool.shared(sys, 1024, 2048))) {
            int frames = 2000;
            try {
                Future<?> receiver = threads.submit(() -> {
                    try {
                        for (int received = 0; received < frames; ) {
                            link.queue.rx().await(TapLink.SECOND);
                            Burst burst = new Burst(link.pool, 16);
                            link.queue.rx().receive(burst);
                            received += ours(burst);
                            handed.put(burst);
                        }
                    } finally {
                        handed.put(new Burst(link.pool, 1));
                    }
                    // A close ends both directions, and what the sender still holds would stay with it.
                    allSent.await();
                    return close(link.queue);
                });
                Future<?> sender = threads.submit(() -> {
                    for (Burst burst = handed.take(); burst.capacity() > 1; burst = handed.take()) {
                        while (burst.size() > 0) {
                            link.queue.tx().send(burst);
                        }
                    }
                    allSent.countDown();
                    return close(link.queue);
                });
                for (int i = 0; i < frames; i++) {
                    link.wire.inject(Frames.experimental(60 + i % 1000));
                    // The device's queue holds 1000 packets, and drops what comes on top.
                    while (i - link.queue.rx().packets() > 200) {
                        Thread.sleep(1);
                    }
                }
                receiver.get();
                sender.get();
            } finally {
                threads.shutdown();
            }
            assertThat(link.queue.rx().packets()).isGreaterThanOrEqualTo(frames);
            assertThat(link.queue.tx().packets()).isEqualTo(link.queue.rx().packets());
            assertThat(link.queue.isOpen()).isFalse();
            assertThat(link.pool.available()).isEqualTo(link.pool.slots());
        }
    }

    /**
     * Packets that the other direction has not sent by then stay in its burst: nothing is lost, and nobody waits
     * without end.
     */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void oneDirectionClosesWhileTheOtherSends(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config().withThreadPerDirection();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (TapLink link = new TapLink(sys, config, PacketPool.shared(sys, 4096, 2048))) {
            CountDownLatch sending = new CountDownLatch(1);
            try {
                Future<Long> sender = threads.submit(() -> {
                    Burst burst = new Burst(link.pool, 16);
                    long accepted = 0;
                    do {
                        while (burst.size() < 16) {
                            Frames.add(burst, Frames.experimental(100), 1000);
                        }
                        accepted += link.queue.tx().send(burst);
                        sending.countDown();
                    } while (link.queue.isOpen());
                    burst.release();
                    assertThatThrownBy(() -> link.queue.tx().send(burst))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("closed");
                    return accepted;
                });
                Future<?> receiver = threads.submit(() -> {
                    link.queue.rx().await(1);
                    sending.await();
                    return close(link.queue);
                });
                long accepted = sender.get();
                receiver.get();
                assertThat(link.queue.tx().packets() + link.queue.tx().errors()).isLessThanOrEqualTo(accepted);
            } finally {
                // A close waits for owners that live.
                threads.shutdown();
            }
            assertThat(link.pool.available()).isEqualTo(link.pool.slots());
        }
    }

    private static Object close(QueuePair queue) {
        queue.close();
        return null;
    }

    private static int ours(Burst burst) {
        int ours = 0;
        for (int i = 0; i < burst.size(); i++) {
            ours += burst.memory().getU16Be(burst.offset(i) + 12) == Frames.EXPERIMENTAL ? 1 : 0;
        }
        return ours;
    }

    @Test
    void twoThreadsNeedASharedPool() throws IOException {
        Syscalls sys = TapProfile.NAPI_ONE_SHOT.syscalls();
        try (PacketPool pool = PacketPool.create(sys, 64, 2048);
                Rtap rtap = Rtap.open(sys, RtapConfig.named("rtap%d").withThreadPerDirection())) {
            assertThatThrownBy(() -> rtap.openQueue(0, pool))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("PacketPool.shared");
        }
    }

    @Test
    void aThreadOfTheKernelLooksForWork() throws IOException {
        Syscalls sys = TapProfile.NAPI_ONE_SHOT.syscalls();
        RtapConfig config = RtapConfig.named("rtap%d").withKernelPolling(1000);
        try (TapLink link = new TapLink(sys, config, PacketPool.create(sys, 256, 2048))) {
            assertThat(link.queue.granted().orElseThrow().has(SetupFlag.SQPOLL)).isTrue();
            for (int size = 60; size < 1500; size += 100) {
                byte[] frame = Frames.experimental(size);
                link.wire.inject(frame);
                assertThat(link.receive()).isEqualTo(frame);
                link.send(frame, 500);
                assertThat(captured(link)).isEqualTo(frame);
            }
        }
    }

    /**
     * System calls are over when they return: nothing waits for a flush, nor does the slot. In {@link RxMode#MAPPED} no
     * receive enters the kernel, so a ring is entered at once.
     */
    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            names = {"NAPI_POLL", "NAPI_MAPPED"})
    void withoutReadsInTheRingNothingIsDeferred(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config().withDeferredFlush();
        try (TapLink link = new TapLink(sys, config, PacketPool.create(sys, 64, 2048))) {
            Burst burst = new Burst(link.pool, 1);
            Frames.add(burst, Frames.experimental(100), 2000);
            assertThat(link.queue.tx().send(burst)).isEqualTo(1);
            assertThat(link.queue.tx().packets()).isEqualTo(1);
            assertThat(link.pool.available()).isEqualTo(link.pool.slots());
        }
    }

    private static byte[] captured(TapLink link) {
        try {
            return link.wire.capture(Frames.EXPERIMENTAL);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** One ring, for what is sent: a program receives. */
    @Test
    void twoThreadsOfAMappedQueueHaveOneRing() throws IOException {
        Uring.require();
        Syscalls sys = TapProfile.NAPI_MAPPED.syscalls();
        RtapConfig config = TapProfile.NAPI_MAPPED.config();
        long together = descriptors(sys, config);
        assertThat(descriptors(sys, config.withThreadPerDirection())).isEqualTo(together);
    }

    private static long descriptors(Syscalls sys, RtapConfig config) throws IOException {
        try (TapLink link = new TapLink(sys, config, PacketPool.shared(sys, 256, 2048))) {
            assertThat(link.queue.granted()).isPresent();
            assertThat(link.rtap.info().ring()).isEqualTo(link.queue.granted());
            return Resources.ourDescriptors();
        }
    }

    /** A program receives, and what is sent goes at once. */
    @Test
    void noThreadOfTheKernelLooksForWorkOfAMappedQueue() throws Exception {
        Uring.require();
        Syscalls sys = TapProfile.NAPI_MAPPED.syscalls();
        RtapConfig config = TapProfile.NAPI_MAPPED.config().withKernelPolling(1000);
        try (TapLink link = new TapLink(sys, config, PacketPool.create(sys, 256, 2048))) {
            assertThat(link.queue.granted().orElseThrow().has(SetupFlag.SQPOLL)).isFalse();
            link.send(Frames.experimental(100), 500);
            assertThat(link.queue.tx().packets()).isEqualTo(1);
            assertThat(captured(link)).isEqualTo(Frames.experimental(100));
        }
    }

    /** What is sent waits for the next receive, or for the flush. */
    @Test
    void aDeferredFlushGoesAlong() throws Exception {
        Syscalls sys = TapProfile.NAPI_ONE_SHOT.syscalls();
        RtapConfig config = RtapConfig.named("rtap%d").withDeferredFlush();
        try (TapLink link = new TapLink(sys, config, PacketPool.create(sys, 256, 2048))) {
            link.queue.rx().await(0);
            long entries = link.queue.kernelEntries();
            link.send(Frames.experimental(100), 2000);
            link.send(Frames.experimental(101), 2000);
            assertThat(link.queue.kernelEntries()).isEqualTo(entries);
            assertThat(link.queue.tx().packets()).isZero();
            link.queue.tx().flush();
            assertThat(link.queue.tx().packets()).isEqualTo(2);

            link.send(Frames.experimental(102), 2000);
            // A look that finds packets at hand does not enter the kernel: the stack may have sent some of its own.
            link.burst.release();
            while (link.queue.rx().receive(link.burst) > 0) {
                link.burst.release();
            }
            assertThat(link.queue.tx().packets()).isEqualTo(3);
            for (int size = 100; size < 103; size++) {
                assertThat(link.wire.capture(Frames.EXPERIMENTAL)).isEqualTo(Frames.experimental(size));
            }
        }
    }

    /** What does not fit stays with the caller, in order. */
    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            names = {"NAPI_ONE_SHOT", "NAPI_MULTISHOT"})
    void aFullRingLeavesTheRestInTheBurst(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config().withRingSize(8).withDeferredFlush();
        try (TapLink link = new TapLink(sys, config, PacketPool.create(sys, 64, 2048))) {
            Burst burst = new Burst(link.pool, 20);
            for (int i = 0; i < 20; i++) {
                Frames.add(burst, Frames.experimental(100 + i), 2000);
            }
            assertThat(link.queue.tx().send(burst)).isEqualTo(8);
            assertThat(burst.size()).isEqualTo(12);
            assertThat(Frames.bytes(burst, 0)).isEqualTo(Frames.experimental(108));
            assertThat(link.queue.tx().count(TxCounter.RING_FULL)).isEqualTo(1);
            while (burst.size() > 0) {
                link.queue.tx().flush();
                link.queue.tx().send(burst);
            }
            link.queue.tx().flush();
            for (int i = 0; i < 20; i++) {
                assertThat(link.wire.capture(Frames.EXPERIMENTAL)).isEqualTo(Frames.experimental(100 + i));
            }
        }
    }
}
