// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.syscall.Syscalls;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One thread that sleeps for several queue pairs, of devices and pools of their own. */
@Timeout(60)
class QueueGroupNetnsTest {

    private static final long PATIENCE_NANOS = 20 * TapLink.SECOND;

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void wakesForAPacketOfAnyPair(TapProfile profile) throws Exception {
        try (TapLink first = new TapLink(profile);
                TapLink second = new TapLink(profile);
                QueueGroup group = QueueGroup.open()) {
            group.add(first.queue);
            group.add(second.queue);
            List<TapLink> links = List.of(first, second);
            for (int round = 0; round < 20; round++) {
                TapLink link = links.get(round % 3 % 2);
                link.wire.inject(Frames.experimental(78));
                assertThat(group.await(PATIENCE_NANOS)).isTrue();
                // A packet sent meanwhile may wake it too: it is there in any case, or comes.
                assertThat(link.receive()).isEqualTo(Frames.experimental(78));
            }
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void wakesWhenTheTimeIsOver(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile);
                QueueGroup group = QueueGroup.open()) {
            group.add(link.queue);
            assertThat(group.await(0)).isFalse();
            assertThat(group.await(-1)).isFalse();
            long start = System.nanoTime();
            assertThat(group.await(5_000_000)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5_000_000);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void wakesForAnotherThreadAndForOneThatCameBefore(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile);
                QueueGroup group = QueueGroup.open()) {
            group.add(link.queue);
            group.wake();
            group.wake();
            assertThat(group.await(Long.MAX_VALUE)).isTrue();
            assertThat(group.await(0)).as("both wakes are over").isFalse();

            Thread other = new Thread(group::wake);
            other.start();
            assertThat(group.await(Long.MAX_VALUE)).isTrue();
            other.join();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void wakesWhenAPairIsClosedByAnotherThread(TapProfile profile) throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        FutureTask<Boolean> owner;
        try (TapLink link = new TapLink(profile);
                QueueGroup group = QueueGroup.open()) {
            owner = new FutureTask<>(() -> {
                group.add(link.queue);
                while (link.queue.isOpen()) {
                    waits.countDown();
                    group.await(Long.MAX_VALUE);
                }
                return true;
            });
            new Thread(owner).start();
            waits.await();
            link.queue.close();
            assertThat(owner.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Slots come back without a signal. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void doesNotSleepForGoodWhileThePoolIsEmpty(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64);
                QueueGroup group = QueueGroup.open()) {
            Burst all = new Burst(link.pool, 64);
            while (all.add()) {
                // Until none is left.
            }
            group.add(link.queue);
            link.wire.inject(Frames.experimental(78));
            assertThat(group.await(Long.MAX_VALUE)).isTrue();
            all.release();
            assertThat(link.receive()).isEqualTo(Frames.experimental(78));
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aRemovedPairIsNotWaitedFor(TapProfile profile) throws Exception {
        Resources before = Resources.now();
        try (TapLink link = new TapLink(profile);
                TapLink closed = new TapLink(profile);
                QueueGroup group = QueueGroup.open()) {
            group.add(link.queue);
            group.add(closed.queue);
            closed.queue.rx().await(0);
            closed.queue.close();
            assertThatIllegalStateException().isThrownBy(() -> group.await(0)).withMessageContaining("closed");
            group.remove(closed.queue);
            group.remove(link.queue);
            link.wire.inject(Frames.experimental(78));
            assertThat(group.await(1)).isFalse();
            assertThat(link.receive()).isEqualTo(Frames.experimental(78));
        }
        Resources.assertNothingSince(before);
    }

    /** Twice is once. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aPairIsHereOnceOrNotAtAll(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile);
                QueueGroup group = QueueGroup.open()) {
            group.add(link.queue);
            group.add(link.queue);
            link.wire.inject(Frames.experimental(78));
            assertThat(group.await(PATIENCE_NANOS)).isTrue();
            assertThat(link.receive()).isEqualTo(Frames.experimental(78));
            group.remove(link.queue);
            link.wire.inject(Frames.experimental(78));
            assertThat(group.await(1)).as("removed").isFalse();
            assertThat(link.receive()).isEqualTo(Frames.experimental(78));
        }
    }

    /** Nothing is armed before it, and nothing disarmed after it, however many pairs there are. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aSleepIsOneSystemCall(TapProfile profile) throws Exception {
        FaultySyscalls sys = new FaultySyscalls(profile.syscalls());
        RtapConfig config = profile.config().withRingSize(32);
        try (TapLink first = new TapLink(sys, config);
                TapLink second = new TapLink(sys, config);
                QueueGroup group = QueueGroup.open(sys)) {
            group.add(first.queue);
            group.add(second.queue);
            settle(group, first, second);
            for (int round = 0; round < 10; round++) {
                sys.failAt(Integer.MAX_VALUE, 0);
                assertThat(group.await(1000)).isFalse();
                assertThat(sys.steps()).isEqualTo(1);
            }
        }
    }

    /** One look finds the packet, and that there is no other. */
    @Test
    void aPacketThatIsSleptForCostsAPollAndAnEntry() throws Exception {
        FaultySyscalls sys = new FaultySyscalls(TapProfile.NAPI_ONE_SHOT.syscalls());
        try (TapLink link = new TapLink(sys, TapProfile.NAPI_ONE_SHOT.config());
                QueueGroup group = QueueGroup.open(sys)) {
            Burst burst = new Burst(link.pool, 32);
            group.add(link.queue);
            settle(group, link);
            for (int round = 0; round < 10; round++) {
                link.wire.inject(Frames.experimental(78));
                sys.failAt(Integer.MAX_VALUE, 0);
                assertThat(group.await(PATIENCE_NANOS)).isTrue();
                assertThat(link.queue.rx().receive(burst)).isEqualTo(1);
                burst.release();
                assertThat(link.queue.rx().receive(burst)).isZero();
                // Before Linux 6.4 a read may be left to the sleep, which enters the ring then, and finds the packet.
                assertThat(sys.steps()).isLessThanOrEqualTo(2);
                // The look that is left out is made up for by the next sleep.
                link.wire.inject(Frames.experimental(78));
                assertThat(group.await(PATIENCE_NANOS)).isTrue();
                assertThat(link.queue.rx().receive(burst)).isEqualTo(1);
                burst.release();
            }
        }
    }

    /** Its looks are free as long as nothing comes, and find what comes. */
    @Test
    void aLoopThatSleepsNoMoreEntersTheKernelNoMore() throws Exception {
        FaultySyscalls sys = new FaultySyscalls(TapProfile.NAPI_ONE_SHOT.syscalls());
        try (TapLink link = new TapLink(sys, TapProfile.NAPI_ONE_SHOT.config());
                QueueGroup group = QueueGroup.open(sys)) {
            group.add(link.queue);
            settle(group, link);
            // Ends the read that waits since before the first sleep.
            link.wire.inject(Frames.experimental(78));
            awaitFrame(group, link);
            look(link, 1000);
            sys.failAt(Integer.MAX_VALUE, 0);
            look(link, 1000);
            assertThat(sys.steps()).isZero();
            link.wire.inject(Frames.experimental(78));
            long start = System.nanoTime();
            while (link.queue.rx().receive(link.burst) == 0) {
                assertThat(System.nanoTime() - start).isLessThan(PATIENCE_NANOS);
            }
            assertThat(Frames.bytes(link.burst, 0)).isEqualTo(Frames.experimental(78));
        }
    }

    private static void look(TapLink link, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(link.queue.rx().receive(link.burst)).isZero();
        }
    }

    /** Receives what the stacks have sent of their own, until nothing comes any more. */
    private static void settle(QueueGroup group, TapLink... links) throws Exception {
        do {
            for (TapLink link : links) {
                while (link.queue.rx().receive(link.burst) > 0) {
                    link.burst.release();
                }
            }
        } while (group.await(TapLink.SECOND / 20));
    }

    /** Before it is added, before the wait, and meanwhile: once each. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void wakesForAPairThatIsWoken(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile);
                QueueGroup group = QueueGroup.open()) {
            link.queue.wake();
            group.add(link.queue);
            assertThat(group.await(Long.MAX_VALUE)).as("before it was added").isTrue();
            settle(group, link);

            link.queue.wake();
            assertThat(group.await(Long.MAX_VALUE)).as("before the wait").isTrue();
            settle(group, link);

            Sleeper owner = Sleeper.here();
            Thread other = new Thread(() -> {
                owner.await();
                link.queue.wake();
            });
            other.start();
            assertThat(group.await(Long.MAX_VALUE)).as("meanwhile").isTrue();
            other.join();
            settle(group, link);
        }
    }

    /** The kernel reads by itself, and packets are in the ring's queue before anybody sleeps. */
    @Test
    void wakesForWhatAThreadOfTheKernelHasRead() throws Exception {
        wakesForWhatWasReadAlready(TapProfile.NAPI_ONE_SHOT.syscalls(), config -> config.withKernelPolling(1000));
    }

    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            names = {"NAPI_ONE_SHOT", "NAPI_MULTISHOT"})
    void wakesForWhatWasReadWithoutBeingAskedFor(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        wakesForWhatWasReadAlready(
                new MaskedSyscalls(sys).withoutSetupFlags(IoUring.IORING_SETUP_DEFER_TASKRUN),
                config -> config.withRxMode(profile.mode));
    }

    private static void wakesForWhatWasReadAlready(Syscalls sys, UnaryOperator<RtapConfig> mode) throws Exception {
        try (TapLink link = new TapLink(sys, mode.apply(RtapConfig.named("rtap%d")));
                QueueGroup group = QueueGroup.open()) {
            group.add(link.queue);
            settle(group, link);
            for (int round = 0; round < 20; round++) {
                // Looks until a read waits in the kernel.
                look(link, 200);
                Sleeper owner = Sleeper.here();
                Thread sender = new Thread(() -> {
                    owner.await();
                    link.wire.inject(Frames.experimental(78));
                });
                sender.start();
                awaitFrame(group, link);
                sender.join();

                link.wire.inject(Frames.experimental(78));
                awaitFrame(group, link);
            }
        }
    }

    private static void awaitFrame(QueueGroup group, TapLink link) throws Exception {
        while (link.queue.rx().receive(link.burst) == 0) {
            assertThat(group.await(PATIENCE_NANOS)).isTrue();
        }
        assertThat(Frames.bytes(link.burst, 0)).isEqualTo(Frames.experimental(78));
        link.burst.release();
    }

    /** Its descriptor has an error from then on, which ends no other sleep. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aDeletedDeviceDoesNotKeepItAwake(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile);
                QueueGroup group = QueueGroup.open()) {
            group.add(link.queue);
            settle(group, link);
            Shell.run("ip", "link", "delete", link.rtap.name());
            for (int wakeUps = 0; group.await(TapLink.SECOND / 5); wakeUps++) {
                assertThat(wakeUps).isLessThan(10);
                link.queue.rx().receive(link.burst);
                link.burst.release();
            }
            assertThat(link.queue.isGone()).isTrue();
        }
    }

    @Test
    void whatWaitsToBeSentGoesBeforeTheSleep() throws Exception {
        Syscalls sys = TapProfile.NAPI_ONE_SHOT.syscalls();
        RtapConfig config = TapProfile.NAPI_ONE_SHOT.config().withDeferredFlush();
        try (TapLink link = new TapLink(sys, config);
                QueueGroup group = QueueGroup.open()) {
            group.add(link.queue);
            settle(group, link);
            link.send(Frames.experimental(100));
            assertThat(link.queue.tx().packets()).isZero();
            group.await(1);
            assertThat(link.queue.tx().packets()).isEqualTo(1);
        }
    }
}
