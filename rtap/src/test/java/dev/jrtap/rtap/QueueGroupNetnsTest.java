// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.syscall.Errno;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

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
        assertThat(Resources.now()).isEqualTo(before);
    }

    /** One that cannot be waited for would otherwise be slept through; twice is once. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aPairIsHereOnceOrNotAtAll(TapProfile profile) throws Exception {
        FaultySyscalls sys = new FaultySyscalls(profile.syscalls());
        try (TapLink link = new TapLink(sys, profile.config(), PacketPool.create(sys, 64, 2048));
                QueueGroup group = QueueGroup.open()) {
            sys.failAt(1, Errno.EMFILE);
            assertThatThrownBy(() -> group.add(link.queue)).hasMessageContaining("EMFILE");
            sys.spare();
            link.wire.inject(Frames.experimental(78));
            assertThat(group.await(1)).as("not added").isFalse();

            group.add(link.queue);
            group.add(link.queue);
            assertThat(group.await(PATIENCE_NANOS)).isTrue();
            assertThat(link.receive()).isEqualTo(Frames.experimental(78));
            group.remove(link.queue);
            link.wire.inject(Frames.experimental(78));
            assertThat(group.await(1)).as("removed").isFalse();
            assertThat(link.receive()).isEqualTo(Frames.experimental(78));
        }
    }
}
