// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Whose a pool is after a thread that drove a queue over it has ended. */
@Timeout(60)
class PoolOwnerNetnsTest {

    private static TapLink open(TapProfile profile) throws Exception {
        PacketPool pool = PacketPool.create(profile.syscalls(), 64, 2048);
        return new TapLink(profile.syscalls(), profile.config().withRingSize(16), pool);
    }

    /** Does something on a thread that ends with it. */
    private static void onNewThread(Runnable action) throws Exception {
        FutureTask<Boolean> task = new FutureTask<>(action, true);
        Thread thread = new Thread(task, "worker");
        thread.start();
        thread.join();
        task.get();
    }

    /** Receives a packet, keeps the next one waiting, and leaves a read under way. */
    private static void work(TapLink link, QueuePair pair) {
        link.wire.inject(Frames.experimental(60));
        assertThat(pair.rx().await(5 * TapLink.SECOND)).isTrue();
        Burst burst = new Burst(link.pool, 1);
        assertThat(pair.rx().receive(burst)).isEqualTo(1);
        assertThat(Frames.bytes(burst, 0)).isEqualTo(Frames.experimental(60));
        assertThat(pair.tx().send(burst)).isEqualTo(1);
        link.wire.inject(Frames.experimental(61));
        pair.rx().await(5 * TapLink.SECOND);
    }

    /** A worker fails, a supervisor closes its queue, and the next worker goes on with the same pool. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void theThreadThatClosesForAnOwnerThatHasEndedDoesNotTakeThePool(TapProfile profile) throws Exception {
        try (TapLink link = open(profile)) {
            onNewThread(() -> work(link, link.queue));
            link.queue.close();
            assertThat(link.pool.available()).isEqualTo(link.pool.slots());
            assertThat(link.rtap.statistics().missed()).isEqualTo(1);
            QueuePair next = link.rtap.openQueue(0, link.pool);
            onNewThread(() -> work(link, next));
        }
    }

    /** The owner has ended, another thread has the pool, and a third one closes: the second gets the slots. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aThreadThatHasThePoolReleasesWhatAClosedQueueHasLeft(TapProfile profile) throws Exception {
        try (TapLink link = open(profile)) {
            onNewThread(() -> work(link, link.queue));
            CountDownLatch owned = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            FutureTask<Integer> holder = new FutureTask<>(() -> {
                Burst all = new Burst(link.pool, link.pool.slots());
                assertThat(all.add()).isTrue();
                owned.countDown();
                closed.await();
                while (all.add()) {
                    // As many as there are.
                }
                int taken = all.size();
                all.release();
                return taken;
            });
            Thread thread = new Thread(holder, "holder");
            thread.start();
            owned.await();
            Resources before = Resources.now();
            link.queue.close();
            assertThat(link.rtap.statistics().missed()).isEqualTo(1);
            assertThat(Resources.now().descriptors()).isLessThan(before.descriptors());
            closed.countDown();
            assertThat(holder.get()).isEqualTo(link.pool.slots());
        }
    }
}
