// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who owns a slot, without a device. */
class PacketPoolTest {

    private static final int SLOTS = 8;

    private PacketPool pool;
    private Burst burst;

    @BeforeEach
    void open() throws ErrnoException {
        pool = PacketPool.create(Syscalls.libc(), SLOTS, 256);
        burst = new Burst(pool, SLOTS);
    }

    @AfterEach
    void nothingIsMissing() {
        burst.release();
        pool.close();
    }

    @Test
    void staysOpenWhileAPacketIsInHand() {
        burst.add();
        assertThatIllegalStateException().isThrownBy(pool::close).withMessageContaining("1 of 8 packets");
        assertThat(pool.available()).isEqualTo(SLOTS - 1);
    }

    @Test
    void staysOpenWhileAQueueIs() {
        PoolUsers.Queue queue = pool.users().join("queue 3 of tap7", TunMode.TAP);
        PoolUsers.Queue other = pool.users().join("queue 4 of tap7", TunMode.TAP);
        assertThatIllegalStateException()
                .isThrownBy(pool::close)
                .withMessageContaining("queue 3 of tap7 and 1 more queues");
        queue.leave();
        queue.leave();
        assertThatIllegalStateException().isThrownBy(pool::close).withMessageContaining("queue 4 of tap7");
        assertThat(burst.add()).isTrue();
        other.leave();
    }

    @Test
    void aClosedPoolSaysSo() {
        pool.close();
        pool.close();
        String closed = "the packet pool is closed";
        assertThatIllegalStateException().isThrownBy(burst::add).withMessage(closed);
        assertThatIllegalStateException().isThrownBy(burst::memory).withMessage(closed);
        assertThatIllegalStateException().isThrownBy(pool::memory).withMessage(closed);
        assertThatIllegalStateException().isThrownBy(() -> new Burst(pool, 1)).withMessage(closed);
        assertThatIllegalStateException()
                .isThrownBy(() -> pool.users().join("queue 0 of tap0", TunMode.TAP))
                .withMessage(closed);
    }

    @Test
    void belongsToOneThreadUntilThatHasEnded() throws InterruptedException {
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread owner = new Thread(
                () -> {
                    burst.add();
                    taken.countDown();
                    awaitEnd(end);
                },
                "first");
        owner.setDaemon(true);
        owner.start();
        taken.await();
        Burst mine = new Burst(pool, 1);
        assertThatIllegalStateException()
                .isThrownBy(mine::add)
                .withMessageContaining("thread first")
                .withMessageContaining("PacketPool.shared");
        assertThatIllegalStateException().isThrownBy(burst::release);
        assertThat(pool.available()).isEqualTo(SLOTS - 1);
        end.countDown();
        owner.join();
        burst.release();
        assertThat(pool.available()).isEqualTo(SLOTS);
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Two threads take and release as fast as they can: every slot is in one hand. */
    @Test
    void aSharedPoolMayBeUsedByAll() throws Exception {
        PacketPool shared = PacketPool.shared(Syscalls.libc(), 4, 256);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[4];
        for (int t = 0; t < threads.length; t++) {
            byte mark = (byte) t;
            threads[t] = new Thread(() -> takeMarkAndLook(shared, mark));
            threads[t].setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        shared.close();
    }

    private static void takeMarkAndLook(PacketPool shared, byte mark) {
        Burst mine = new Burst(shared, 2);
        for (int i = 0; i < 20_000; i++) {
            while (mine.add()) {
                shared.memory().putI8(mine.offset(mine.size() - 1), mark);
            }
            for (int k = 0; k < mine.size(); k++) {
                assertThat(shared.memory().getI8(mine.offset(k))).isEqualTo(mark);
            }
            mine.release();
        }
    }

    @Test
    void givesOutEachSlotOnce() {
        boolean[] seen = new boolean[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            assertThat(burst.add()).isTrue();
            int slot = burst.offset(i) / 256;
            assertThat(seen[slot]).isFalse();
            seen[slot] = true;
        }
        assertThat(new Burst(pool, 1).add()).isFalse();
        assertThat(pool.available()).isZero();
    }

    @Test
    void aFullBurstTakesNothingMore() {
        Burst one = new Burst(pool, 1);
        assertThat(one.add()).isTrue();
        assertThat(one.add()).isFalse();
        burst.add();
        assertThatIllegalStateException().isThrownBy(() -> one.take(burst, 0)).withMessageContaining("full");
        assertThat(burst.length(0)).isZero();
        one.release();
    }

    @Test
    void aPacketMovesOnce() {
        Burst other = new Burst(pool, 2);
        burst.add();
        other.take(burst, 0);
        assertThatIllegalStateException().isThrownBy(() -> other.take(burst, 0));
        assertThatIllegalStateException().isThrownBy(() -> burst.length(0));
        burst.release();
        assertThat(pool.available()).isEqualTo(SLOTS - 1);
        other.release();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void refusesAPacketThatIsNotThere(int i) {
        burst.add();
        assertThatIllegalStateException().isThrownBy(() -> burst.length(i)).withMessageContaining("not in hand");
    }

    @Test
    void refusesPacketsOfAnotherPool() throws ErrnoException {
        PacketPool foreign = PacketPool.create(Syscalls.libc(), 2, 256);
        Burst strangers = new Burst(foreign, 2);
        strangers.add();
        burst.add();
        assertThatIllegalStateException().isThrownBy(() -> burst.take(strangers, 0));
        assertThatIllegalStateException().isThrownBy(() -> burst.chain(0, strangers, 0));
        assertThatIllegalStateException().isThrownBy(() -> new Coalescer().coalesce(strangers, burst));
        assertThatIllegalStateException().isThrownBy(() -> new Segmenter().segment(strangers, 0, burst));
        strangers.release();
        foreign.close();
    }

    @Test
    void aPacketIsNotChainedToItself() {
        burst.add();
        assertThatIllegalStateException().isThrownBy(() -> burst.chain(0, burst, 0));
        assertThat(burst.segments(0)).isEqualTo(1);
    }

    @Test
    void aSlotReturnsWithItsLastView() {
        burst.add();
        burst.length(0, 100);
        int head = burst.head(0);
        int first = pool.view(head, pool.offset(head), 50);
        int second = pool.view(first, pool.offset(first) + 10, 20);
        burst.release();
        assertThat(pool.available()).isEqualTo(SLOTS - 1);
        pool.release(first);
        assertThat(pool.available()).isEqualTo(SLOTS - 1);
        pool.release(second);
        assertThat(pool.available()).isEqualTo(SLOTS);
    }

    @Test
    void viewsRunOutBeforeTheyAreGivenTwice() {
        burst.add();
        int head = burst.head(0);
        int[] views = new int[SLOTS];
        for (int i = 0; i < SLOTS; i++) {
            views[i] = pool.view(head, pool.offset(head), 1);
        }
        assertThat(views).doesNotHaveDuplicates().doesNotContain(PacketPool.NONE);
        assertThat(pool.view(head, pool.offset(head), 1)).isEqualTo(PacketPool.NONE);
        for (int view : views) {
            pool.release(view);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, Integer.MIN_VALUE + 1, -61, 65, Integer.MAX_VALUE})
    void prependRefusesWhatIsNotThere(int bytes) {
        burst.add();
        burst.length(0, 60);
        int offset = burst.offset(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> burst.prepend(0, bytes))
                .withMessageContaining(String.valueOf(bytes));
        assertThat(burst.offset(0)).isEqualTo(offset);
        assertThat(burst.length(0)).isEqualTo(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {-60, 0, 64})
    void prependTakesWhatIsThere(int bytes) {
        burst.add();
        burst.length(0, 60);
        burst.prepend(0, bytes);
        assertThat(burst.length(0)).isEqualTo(60 + bytes);
    }

    @Test
    void aLengthIsWhatTheSlotHolds() {
        burst.add();
        burst.length(0, pool.frameCapacity());
        assertThatIllegalArgumentException().isThrownBy(() -> burst.length(0, pool.frameCapacity() + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> burst.length(0, -1));
        assertThat(burst.length(0)).isEqualTo(pool.frameCapacity());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 65536, Integer.MAX_VALUE - 200, Integer.MAX_VALUE})
    void refusesAnMtuThatNoPacketHas(int mtu) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PacketPool.forMtu(1, mtu))
                .withMessageContaining("0..65535");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 68, 1500, 65521, 65535})
    void slotsHoldAFrameOfTheMtu(int mtu) throws ErrnoException {
        try (PacketPool made = PacketPool.forMtu(1, mtu)) {
            assertThat(made.frameCapacity()).isGreaterThanOrEqualTo(mtu + 18);
        }
    }

    @Test
    void refusesImpossibleSizes() {
        Syscalls sys = Syscalls.libc();
        assertThatIllegalArgumentException().isThrownBy(() -> PacketPool.create(sys, 0, 2048));
        assertThatIllegalArgumentException().isThrownBy(() -> PacketPool.create(sys, 65537, 2048));
        assertThatIllegalArgumentException().isThrownBy(() -> PacketPool.create(sys, 1, 127));
        assertThatIllegalArgumentException().isThrownBy(() -> PacketPool.create(sys, 2, Integer.MAX_VALUE));
        assertThatIllegalArgumentException().isThrownBy(() -> new Burst(pool, -1));
    }
}
