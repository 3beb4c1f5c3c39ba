// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.fixtures.Stress;
import dev.jrtap.tuntap.TunMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The laws of a pool that several threads use: every slot is in one hand, and none is lost. */
@Timeout(120)
class SharedPoolTest {

    private static final int SLOTS = 6;
    private static final int TURNS = Stress.times(100_000);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private PacketPool pool;

    @BeforeEach
    void open() throws Exception {
        pool = PacketPool.shared(SLOTS, 256);
    }

    /** Each slot is there, once. */
    @AfterEach
    void closesComplete() {
        threads.shutdownNow();
        assertThat(pool.available()).isEqualTo(SLOTS);
        int[] all = new int[SLOTS + 1];
        assertThat(pool.take(all, SLOTS + 1)).isEqualTo(SLOTS);
        assertThat(Arrays.copyOf(all, SLOTS)).doesNotHaveDuplicates();
        assertThat(pool.take()).isEqualTo(PacketPool.NONE);
        pool.release(all, SLOTS);
        pool.close();
        assertThatIllegalStateException().isThrownBy(pool::take).withMessage("the packet pool is closed");
        assertThatIllegalStateException().isThrownBy(() -> pool.take(all, 1));
        assertThat(pool.available()).isZero();
    }

    private interface Work {
        void run(int thread) throws Exception;
    }

    /** Runs {@code work} on some threads, which begin together. */
    private void together(int count, Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(count);
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < count; t++) {
            int thread = t;
            running.add(threads.submit(() -> {
                start.await();
                work.run(thread);
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void noSlotIsInTwoHands(int most) throws Exception {
        AtomicIntegerArray hands = new AtomicIntegerArray(SLOTS);
        together(3, thread -> {
            int[] mine = new int[most];
            for (int turn = 0; turn < TURNS; turn++) {
                // Singles and many at a time, released in another order than taken.
                int count = turn % 3 == 0 ? single(mine) : pool.take(mine, most);
                for (int i = 0; i < count; i++) {
                    assertThat(hands.getAndSet(mine[i], thread + 1)).isZero();
                }
                if (turn % 512 == 0) {
                    Thread.yield();
                }
                for (int i = 0; i < count; i++) {
                    assertThat(hands.getAndSet(mine[i], 0)).isEqualTo(thread + 1);
                }
                pool.release(mine, count);
            }
        });
    }

    private int single(int[] to) {
        to[0] = pool.take();
        return to[0] == PacketPool.NONE ? 0 : 1;
    }

    /** Two threads release what refers to one slot, at once: it is free once, and so is each view. */
    @Test
    void aSlotWithViewsReturnsOnce() throws Exception {
        AtomicInteger arrivals = new AtomicInteger();
        int[][] refer = new int[2][SLOTS / 2];
        together(2, thread -> {
            for (int turn = 0; turn < TURNS / 2; turn++) {
                if (thread == 0) {
                    int slot = pool.take();
                    refer[0][0] = slot;
                    for (int i = 1; i < SLOTS; i++) {
                        refer[i % 2][i / 2] = pool.view(slot, pool.offset(slot), 1);
                    }
                }
                meet(arrivals, 3 * turn + 1);
                pool.release(refer[thread], SLOTS / 2);
                meet(arrivals, 3 * turn + 2);
                assertThat(pool.available()).isEqualTo(SLOTS);
                meet(arrivals, 3 * turn + 3);
            }
        });
        int slot = pool.take();
        int[] views = new int[SLOTS];
        Arrays.setAll(views, i -> pool.view(slot, pool.offset(slot), 1));
        assertThat(views).doesNotHaveDuplicates().doesNotContain(PacketPool.NONE);
        pool.release(views, SLOTS);
        pool.release(slot);
    }

    /** Leaves at once when both have arrived, unlike a barrier that threads park at. */
    private static void meet(AtomicInteger arrivals, int times) {
        arrivals.getAndIncrement();
        for (int spins = 1; arrivals.get() < 2 * times; spins++) {
            if (spins % 1000 == 0) {
                Thread.yield();
            }
        }
    }

    /** Slots return to their place, linked in another way: a thread that has read the links must notice. */
    @Test
    void theWordOfFreeSlotsDoesNotReturn() {
        FreeSlots free = new FreeSlots(1);
        long before = free.word();
        int slot = free.take();
        free.push(free.join(slot, FreeSlots.NO_LINK));
        assertThat(free.count()).isEqualTo(1);
        assertThat(free.word()).isNotEqualTo(before);
        assertThat(free.take()).isEqualTo(slot);
        assertThat(free.take()).isEqualTo(PacketPool.NONE);
    }

    /** Chunks that are full, begun, and of one slot, taken across their borders; the last pushed comes first. */
    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 64, 100, 65536})
    void freeSlotsComeBack(int slots) {
        FreeSlots free = new FreeSlots(slots);
        int[] all = new int[slots];
        for (int times = 0; times < 2; times++) {
            for (int taken = 0; taken < slots; taken += 7) {
                int[] some = new int[7];
                int count = Math.min(7, slots - taken);
                assertThat(free.take(some, 0, 7)).isEqualTo(count);
                System.arraycopy(some, 0, all, taken, count);
            }
            assertThat(free.count()).isZero();
            int[] sorted = all.clone();
            Arrays.sort(sorted);
            for (int i = 0; i < slots; i++) {
                assertThat(sorted[i]).isEqualTo(i);
            }
            // All but one at once, the last one alone.
            int link = FreeSlots.NO_LINK;
            for (int i = 0; i < slots - 1; i++) {
                link = free.join(all[i], link);
            }
            if (link != FreeSlots.NO_LINK) {
                free.push(link);
            }
            free.push(free.join(all[slots - 1], FreeSlots.NO_LINK));
            assertThat(free.count()).isEqualTo(slots);
        }
        assertThat(free.take()).isEqualTo(all[slots - 1]);
        assertThat(free.takeAll()).isEqualTo(FreeSlots.NO_LINK);
        free.push(free.join(all[slots - 1], FreeSlots.NO_LINK));
        free.push(free.takeAll());
        int[] again = new int[slots + 1];
        assertThat(free.take(again, 0, slots + 1)).isEqualTo(slots);
        assertThat(Arrays.copyOf(again, slots)).doesNotHaveDuplicates();
    }

    @Test
    void onePacketIsMissing() {
        int slot = pool.take();
        assertThatIllegalStateException().isThrownBy(pool::close).withMessageContaining("1 of 6 packets are still in");
        assertThat(pool.available()).isEqualTo(SLOTS - 1);
        pool.release(slot);
    }

    @Test
    void aQueueThatIsOpenLeavesAllSlots() {
        PoolUsers.Queue queue = pool.users().join("queue 0 of tap0", TunMode.TAP);
        assertThatIllegalStateException().isThrownBy(pool::close).withMessageContaining("queue 0 of tap0");
        assertThat(pool.available()).isEqualTo(SLOTS);
        queue.leave();
    }

    /** A close and a take at once: one of them is refused. */
    @Test
    @SuppressWarnings("try") // two closes in one block, one of which may be refused
    void aClosedPoolHasGivenNothing() throws Exception {
        for (int turn = 0; turn < 2000; turn++) {
            try (PacketPool one = PacketPool.shared(2, 256)) {
                Runnable close = one::close;
                boolean[] closed = new boolean[1];
                int[] taken = {PacketPool.NONE};
                together(2, thread -> {
                    try {
                        if (thread == 0) {
                            close.run();
                            closed[0] = true;
                        } else {
                            taken[0] = one.take();
                        }
                    } catch (IllegalStateException refused) {
                        assertThat(refused).hasMessageMatching(".*closed|1 of 2 packets .*");
                    }
                });
                assertThat(closed[0] && taken[0] != PacketPool.NONE).isFalse();
                one.release(taken, 1);
            }
        }
    }
}
