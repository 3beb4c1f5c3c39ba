// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Closed, one rule: the owner is told by 0 and false until it has looked, and by an exception afterwards. */
@Timeout(60)
class ClosingNetnsTest {

    private static final long SECOND = 1_000_000_000L;

    /** Does what an owner may do and nothing else, without end. */
    private enum Call {
        RECEIVE {
            @Override
            boolean make(QueuePair pair, Burst empty, Burst full) {
                int received = pair.rx().receive(empty);
                empty.release();
                return received > 0;
            }
        },
        AWAIT {
            @Override
            boolean make(QueuePair pair, Burst empty, Burst full) {
                return pair.rx().await(SECOND / 1000);
            }
        },
        SEND {
            @Override
            boolean make(QueuePair pair, Burst empty, Burst full) {
                while (full.add()) {
                    full.length(full.size() - 1, 60);
                }
                return pair.tx().send(full) > 0;
            }
        },
        FLUSH {
            @Override
            boolean make(QueuePair pair, Burst empty, Burst full) {
                pair.tx().flush();
                return false;
            }
        };

        abstract boolean make(QueuePair pair, Burst empty, Burst full);
    }

    private static TapLink open(TapProfile profile) throws IOException {
        return new TapLink(
                profile.syscalls(), profile.config().withRingSize(16), PacketPool.create(profile.syscalls(), 64, 2048));
    }

    /** Nobody has driven it: the rule is the same for the thread that comes too late, whatever it calls first. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aPairThatIsClosedBeforeItIsDrivenRefusesNobodyWhoHasNotSeenIt(TapProfile profile) throws Exception {
        for (Call call : Call.values()) {
            try (TapLink link = open(profile)) {
                Thread other = new Thread(link.queue::close);
                other.start();
                other.join();
                Burst empty = new Burst(link.pool, 8);
                Burst full = new Burst(link.pool, 8);
                assertThat(call.make(link.queue, empty, full)).as("%s", call).isFalse();
                full.release();
                assertThat(link.queue.isOpen()).isFalse();
                assertThatIllegalStateException()
                        .as("%s", call)
                        .isThrownBy(() -> call.make(link.queue, empty, full))
                        .withMessage("queue 0 of " + link.rtap.name() + " is closed");
                full.release();
            }
        }
    }

    /**
     * Whatever the owner does, and only that: a close from another thread takes effect, and the owner gets no
     * exception.
     */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void anOwnerThatNeverAsksIsClosedByItsNextCall(TapProfile profile) throws Exception {
        for (Call call : Call.values()) {
            try (TapLink link = open(profile)) {
                CountDownLatch begun = new CountDownLatch(1);
                CountDownLatch end = new CountDownLatch(1);
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread owner = new Thread(() -> {
                    Burst empty = new Burst(link.pool, 8);
                    Burst full = new Burst(link.pool, 8);
                    while (end.getCount() > 0) {
                        call.make(link.queue, empty, full);
                        begun.countDown();
                    }
                    // It has not looked: still no exception, and what was to be sent is still in hand.
                    assertThat(call.make(link.queue, empty, full)).isFalse();
                    assertThat(full.size()).isEqualTo(call == Call.SEND ? 8 : 0);
                    assertThat(link.queue.isOpen()).isFalse();
                    for (Call other : Call.values()) {
                        assertThatIllegalStateException()
                                .as("%s", other)
                                .isThrownBy(() -> other.make(link.queue, empty, full))
                                .withMessage("queue 0 of " + link.rtap.name() + " is closed");
                    }
                    empty.release();
                    full.release();
                });
                owner.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
                owner.start();
                begun.await();
                link.queue.close();
                end.countDown();
                owner.join();
                assertThat(failure.get()).as("%s", call).isNull();
                assertThat(link.pool.available()).isEqualTo(link.pool.slots());
            }
        }
    }

    /** What one thread has seen tells no other one, and calls of the device tell nobody. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatAnotherThreadHasSeenIsNoReasonToThrow(TapProfile profile) throws Exception {
        for (Call call : Call.values()) {
            try (TapLink link = open(profile)) {
                Thread other = new Thread(() -> {
                    link.queue.close();
                    assertThat(link.queue.isOpen()).isFalse();
                });
                other.start();
                other.join();
                link.rtap.control().setMtu(1400);
                link.queue.interrupt().disable();
                Burst empty = new Burst(link.pool, 8);
                Burst full = new Burst(link.pool, 8);
                assertThat(call.make(link.queue, empty, full)).as("%s", call).isFalse();
                full.release();
            }
        }
    }

    /** A call of the device that looks at its queues is no look of the owner. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void anOwnerThatHasOnlyCalledTheDeviceHasNotSeenTheClose(TapProfile profile) throws Exception {
        for (Call call : Call.values()) {
            try (TapLink link = open(profile)) {
                link.queue.rx().await(0);
                Thread other = new Thread(link.queue::close);
                other.start();
                while (link.queue.isInUse()) {
                    Thread.onSpinWait();
                }
                link.rtap.control().setMtu(1400);
                link.queue.interrupt().disable();
                Burst empty = new Burst(link.pool, 8);
                Burst full = new Burst(link.pool, 8);
                do {
                    assertThat(call.make(link.queue, empty, full))
                            .as("%s", call)
                            .isFalse();
                    full.release();
                } while (other.isAlive());
            }
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void afterItsOwnCloseEveryCallThrows(TapProfile profile) throws Exception {
        for (boolean driven : new boolean[] {true, false}) {
            afterItsOwnCloseEveryCallThrows(profile, driven);
        }
    }

    private void afterItsOwnCloseEveryCallThrows(TapProfile profile, boolean driven) throws Exception {
        try (TapLink link = open(profile)) {
            if (driven) {
                link.queue.rx().await(0);
            }
            link.queue.close();
            link.queue.close();
            String closed = "queue 0 of " + link.rtap.name() + " is closed";
            Burst empty = new Burst(link.pool, 4);
            Burst full = new Burst(link.pool, 4);
            for (Call call : Call.values()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> call.make(link.queue, empty, full))
                        .withMessage(closed);
            }
            assertThatIllegalStateException()
                    .isThrownBy(() -> link.queue.interrupt().enable())
                    .withMessage(closed);
            assertThatIllegalStateException()
                    .isThrownBy(() -> link.queue.interrupt().fd())
                    .withMessage(closed);
            assertThat(full.size()).isEqualTo(4);
            full.release();
            link.queue.wake();
            assertThat(link.queue.isOpen()).isFalse();
            assertThat(link.queue.statistics()).isNotNull();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aClosedDeviceSaysWhichItIs(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        Rtap rtap = Rtap.open(sys, profile.config());
        rtap.close();
        rtap.close();
        try (PacketPool pool = PacketPool.create(sys, 16, 2048)) {
            List<IoAction> calls = List.of(
                    rtap::link,
                    rtap::up,
                    rtap::down,
                    rtap::info,
                    rtap::statistics,
                    rtap::extendedStatistics,
                    rtap::resetStatistics,
                    () -> rtap.setPersistent(true),
                    () -> rtap.configure(2, 2),
                    () -> rtap.openQueue(0, pool),
                    () -> rtap.watch(event -> {}),
                    () -> rtap.moveTo(Path.of("/proc/self/ns/net")),
                    () -> rtap.control().setMtu(1400),
                    () -> rtap.control().addresses());
            for (IoAction call : calls) {
                assertThatIllegalStateException().isThrownBy(call::run).withMessage(rtap.name() + " is closed");
            }
        }
    }

    private interface IoAction {
        void run() throws IOException;
    }

    /**
     * Wherever in it the device closes: its interface is gone then, or its index another's, and a watch says that it is
     * closed, and leaves nothing.
     */
    @ParameterizedTest
    @MethodSource("dev.jrtap.rtap.TapProfile#shareable")
    void aMonitorThatIsMadeWhileTheDeviceClosesDoesNotStay(TapProfile profile) throws Exception {
        for (boolean persistent : new boolean[] {true, false}) {
            int step = 0;
            do {
                step++;
            } while (closesWithin(profile, persistent, step));
            assertThat(step).isGreaterThan(5);
        }
    }

    /** Returns whether a watch has {@code step} calls. */
    private boolean closesWithin(TapProfile profile, boolean persistent, int step) throws Exception {
        Thread caller = Thread.currentThread();
        FaultySyscalls sys = new FaultySyscalls(profile.syscalls());
        sys.only(caller::equals);
        RtapConfig config = persistent ? profile.config().withPersistence() : profile.config();
        Resources before = Resources.now();
        Rtap rtap = Rtap.open(sys, config);
        sys.before(() -> {
            sys.spare();
            rtap.close();
        });
        // Most calls are made again then, and find what has become of the device.
        sys.failAt(step, Errno.EINTR);
        try {
            LinkMonitor monitor = rtap.watch(event -> {});
            sys.spare();
            monitor.close();
        } catch (Exception e) {
            assertThat(e)
                    .as("closed before call %d, %s", step, sys.failed())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(rtap.name() + " is closed");
        }
        sys.spare();
        rtap.close();
        if (persistent) {
            try (Rtap again = Rtap.open(profile.syscalls(), RtapConfig.named(rtap.name()))) {
                again.setPersistent(false);
            }
        }
        Resources.assertNothingSince(before, String.format("after %d calls", step));
        return !sys.failed().isEmpty();
    }
}
