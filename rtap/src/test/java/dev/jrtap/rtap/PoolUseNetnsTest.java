// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel writes into the memory of an open pool, and into no other. */
@Timeout(60)
class PoolUseNetnsTest {

    private static final int FILL = 0x11;

    /**
     * What would be mapped where the pool was: mappings are placed by size, so one of the same size comes to the same
     * place.
     */
    private static PacketPool filled(TapProfile profile) throws ErrnoException {
        PacketPool pool = PacketPool.create(profile.syscalls(), 64, 2048);
        for (int at = 0; at < pool.memory().size(); at++) {
            pool.memory().putI8(at, FILL);
        }
        return pool;
    }

    private static void assertUntouched(PacketPool pool) {
        for (int at = 0; at < pool.memory().size(); at++) {
            assertThat(pool.memory().getU8(at)).isEqualTo(FILL);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aClosedPoolIsRefused(TapProfile profile) throws Exception {
        PacketPool pool = PacketPool.create(profile.syscalls(), 64, 2048);
        pool.close();
        try (PacketPool other = filled(profile);
                Rtap rtap = Rtap.open(profile.syscalls(), profile.config())) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> rtap.openQueue(0, pool))
                    .withMessage("the packet pool is closed");
            assertUntouched(other);
            // The index is still free.
            rtap.openQueue(0, other).close();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aPoolStaysOpenAsLongAsItsQueue(TapProfile profile) throws Exception {
        try (TapLink link =
                new TapLink(profile.syscalls(), profile.config(), PacketPool.create(profile.syscalls(), 64, 2048))) {
            assertThatIllegalStateException()
                    .isThrownBy(link.pool::close)
                    .withMessageContaining("queue 0 of " + link.rtap.name());
            try (PacketPool other = filled(profile)) {
                link.wire.inject(Frames.experimental(200));
                assertThat(link.receive()).isEqualTo(Frames.experimental(200));
                link.burst.release();
                // Driven now, and still in use, though nothing might be in hand.
                assertThatIllegalStateException().isThrownBy(link.pool::close);
                assertUntouched(other);
            }
            link.queue.close();
        }
    }

    /** A packet is a slot number, which means something else in another pool. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aBurstOfAnotherPoolIsRefused(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile);
                PacketPool pool = PacketPool.create(profile.syscalls(), 64, 2048)) {
            Burst other = new Burst(pool, 8);
            assertThatIllegalStateException()
                    .isThrownBy(() -> link.queue.rx().receive(other))
                    .withMessage("the burst has another pool");
            other.add();
            assertThatIllegalStateException()
                    .isThrownBy(() -> link.queue.tx().send(other))
                    .withMessage("the burst has another pool");
            assertThat(other.size()).isEqualTo(1);
            link.burst.add();
            assertThatIllegalStateException()
                    .isThrownBy(() -> link.queue.rx().receive(link.burst))
                    .withMessage("the burst still holds packets: release it");
            assertThatIllegalStateException()
                    .isThrownBy(() -> other.copy(link.burst, 0))
                    .withMessage("the bursts have different pools");
            other.release();
            link.burst.release();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aFailedOpeningDoesNotHoldThePool(TapProfile profile) throws Exception {
        PacketPool pool = PacketPool.create(profile.syscalls(), 64, 2048);
        try (Rtap rtap = Rtap.open(profile.syscalls(), profile.config().withThreadPerDirection())) {
            assertThat(catchOpening(rtap, pool)).isInstanceOf(IllegalArgumentException.class);
        }
        pool.close();
    }

    private static Throwable catchOpening(Rtap rtap, PacketPool pool) {
        try {
            rtap.openQueue(0, pool);
            return null;
        } catch (Exception e) {
            return e;
        }
    }

    /** One of two rings may still be written for, whichever is closed first: the pool is never unmapped. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPoolStaysInUseIfTheKernelMayStillWrite(boolean first) throws Exception {
        Syscalls sys = TapProfile.NAPI_POLL.syscalls();
        PacketPool pool = PacketPool.create(sys, 4, 2048);
        PoolUsers.Queue user = pool.users().join("queue 0 of rtap0", TunMode.TAP);
        QueueEnd end = new QueueEnd(
                TapQueue.open(sys, new TapRequest("rtap%d", TunMode.TAP, true)), user, 2, unreceived -> {}, () -> {});
        end.driverClosed(first);
        end.driverClosed(!first);
        assertThatIllegalStateException().isThrownBy(pool::close).withMessageContaining("queue 0 of rtap0");
        user.leave();
        pool.close();
    }

    /**
     * Two queues, two threads, one pool that is not shared: the second thread is told before it has touched anything.
     */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void twoThreadsDoNotMeetInAPoolThatIsNotShared(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(
                profile.syscalls(), profile.config().withQueues(2), PacketPool.create(profile.syscalls(), 64, 2048))) {
            link.queue.rx().await(0);
            QueuePair other = link.pairs.get(1);
            Burst burst = new Burst(link.pool, 4);
            assertThat(failureOnAnotherThread(() -> other.rx().receive(burst)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("PacketPool.shared");
            assertThat(failureOnAnotherThread(() -> other.rx().await(0))).isInstanceOf(IllegalStateException.class);
            // This thread, which owns the pool, may drive both.
            other.rx().receive(burst);
            burst.release();
        }
    }

    private static Throwable failureOnAnotherThread(Runnable action) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(action, "second");
        thread.setUncaughtExceptionHandler((ended, e) -> failure.set(e));
        thread.start();
        thread.join();
        return failure.get();
    }
}
