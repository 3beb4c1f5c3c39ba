// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Stress;
import dev.jrtap.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of a ring against producers in Java, which keep to the program's protocol. */
@Tag("any-kernel")
@Timeout(120)
class MappedRingTest {

    private static final int ENTRIES = 8;
    private static final int SLOT = 256;
    private static final int LENGTH = 60;
    private static final int SHORTEST = 14;
    private static final int SPINS = 1000;
    private static final int OVER = Integer.MAX_VALUE;
    private static final long MEETING_NANOS = 2_000_000_000L;

    /** Some rounds before the lower half of a position ends, and where its sign changes. */
    private static final long BEFORE_HALF = (1L << 31) - 20;

    private static final long BEFORE_WHOLE = (1L << 32) - 20;

    private final MappedLayout layout = MappedLayout.of(ENTRIES, SLOT);
    private final Memory words = Memory.allocate(layout.size());
    private final JavaProducer producer =
            new JavaProducer(layout, words, Memory.allocate(ENTRIES * JavaProducer.WORDS * Long.BYTES));

    private MappedRing ring(long first) {
        MappedRing ring = new MappedRing(layout, words, first);
        for (int slot = 0; slot < ENTRIES; slot++) {
            ring.lend(slot);
        }
        ring.give();
        return ring;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, BEFORE_HALF, BEFORE_WHOLE})
    void whatIsClaimedAndNotPublishedIsNotThere(long first) {
        MappedRing ring = ring(first);
        for (int round = 0; round < 100; round++) {
            long one = producer.claim(1);
            long two = producer.claim(2);
            assertThat(one).isEqualTo(first + 3L * round);
            assertThat(ring.ready()).as("nothing is published").isZero();
            producer.publish(two, length(2));
            assertThat(ring.ready()).as("the first is not published").isZero();
            producer.publish(one, LENGTH);
            assertThat(takeAndLend(ring, 1)).isEqualTo(LENGTH);
            assertThat(takeAndLend(ring, 2)).isEqualTo(length(2));
            assertThat(ring.ready()).as("a former round is not this one").isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, BEFORE_HALF, BEFORE_WHOLE})
    void aChainHasAsManySlotsAsItsLengthNeeds(long first) {
        MappedRing ring = ring(first);
        for (int round = 0; round < 100; round++) {
            int slots = 1 + round % ENTRIES;
            for (int length : new int[] {length(slots), length(slots + 1) - 1}) {
                producer.publish(producer.claim(slots), length | MappedLayout.TAGGED | MappedLayout.BROKEN);
                assertThat(takeAndLend(ring, slots) & MappedLayout.LENGTH).isEqualTo(length);
                assertThat(ring.ready()).isZero();
            }
        }
    }

    /** Places that chains skip, for so many rounds that positions have the same lower half again. */
    @ParameterizedTest
    @ValueSource(longs = {0, BEFORE_HALF, (1L << 32) - 4})
    void whatChainsHaveSkippedIsNotThereAfterAllRounds(long first) {
        MappedRing ring = ring(first);
        for (int i = 0; i < ENTRIES; i++) {
            producer.publish(producer.claim(1), LENGTH);
            takeAndLend(ring, 1);
        }
        producer.publish(producer.claim(ENTRIES), length(ENTRIES));
        takeAndLend(ring, ENTRIES);
        for (int i = 1; i < ENTRIES; i++) {
            MappedRing later = ring((1L << Integer.SIZE) + first + i);
            assertThat(later.ready()).as("place %d", i).isZero();
            assertThat(usual(later, 1)).as("place %d", i).isEmpty();
        }
    }

    /** Returns the length of the shortest packet of so many slots. */
    private int length(int slots) {
        return slots == 1 ? SHORTEST : layout.first() + (slots - 2) * SLOT + 1;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, BEFORE_HALF, BEFORE_WHOLE})
    void usualPacketsEndAtTheFirstOther(long first) {
        MappedRing ring = ring(first);
        int[] others = {
            length(2), length(3) | MappedLayout.BROKEN, 62 | MappedLayout.BROKEN, 62 | MappedLayout.TAGGED, SHORTEST - 1
        };
        for (int round = 0; round < 100; round++) {
            int other = others[round % others.length];
            int slots = layout.slots(other & MappedLayout.LENGTH);
            long one = producer.claim(3 + slots);
            producer.publish(one + 1, 61);
            assertThat(usual(ring, 8)).as("the first is not published").isEmpty();
            producer.publish(one, 60);
            producer.publish(one + 2 + slots, layout.first());
            assertThat(usual(ring, 1)).containsExactly(60);
            assertThat(usual(ring, 8)).containsExactly(61);
            producer.publish(one + 2, other);
            assertThat(usual(ring, 8)).as("unusual").isEmpty();
            takeAndLend(ring, slots);
            assertThat(usual(ring, 8)).containsExactly(layout.first());
            assertThat(usual(ring, 8)).as("a former round").isEmpty();
        }
    }

    /** Takes usual packets, and lends their slots again; returns their lengths. */
    private static List<Integer> usual(MappedRing ring, int limit) {
        int[] heads = new int[limit];
        int[] lengths = new int[limit];
        int count = ring.takeUsual(heads, lengths, limit, SHORTEST);
        for (int i = 0; i < count; i++) {
            ring.lend(heads[i]);
        }
        ring.give();
        return Arrays.stream(lengths, 0, count).boxed().toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, BEFORE_HALF, BEFORE_WHOLE})
    void noMoreIsClaimedThanWasLent(long first) {
        MappedRing ring = ring(first);
        assertThat(producer.claim(ENTRIES + 1)).isEqualTo(-1);
        assertThat(producer.claim(ENTRIES)).isEqualTo(first);
        assertThat(producer.claim(1)).isEqualTo(-1);
    }

    /** A close waits for each packet for which slots are claimed, and for none of their slots alone. */
    @ParameterizedTest
    @ValueSource(longs = {0, BEFORE_HALF, BEFORE_WHOLE})
    void whatWasClaimedBeforeACloseIsWaitedFor(long first) {
        MappedRing ring = ring(first);
        producer.publish(producer.claim(1), LENGTH);
        takeAndLend(ring, 1);
        long one = producer.claim(1);
        long three = producer.claim(3);
        long two = producer.claim(2);
        ring.close();
        assertThat(producer.claim(1)).isEqualTo(-1);
        producer.publish(one, LENGTH);
        producer.publish(two, length(2));
        assertThat(ring.isQuiet()).isFalse();
        producer.publish(three, length(3));
        assertThat(ring.isQuiet()).isTrue();
        for (int slots : new int[] {1, 3, 2}) {
            assertThat(ring.ready()).isEqualTo(slots);
            ring.take(new int[slots], slots);
        }
        assertThat(ring.ready()).isZero();
        assertThat(ring.lent()).isEqualTo(ENTRIES - 6);
    }

    /** Takes a packet of so many slots, and lends them again; returns the lower half of its descriptor. */
    private static int takeAndLend(MappedRing ring, int slots) {
        assertThat(ring.ready()).isEqualTo(slots);
        int[] taken = new int[slots];
        int low = ring.take(taken, slots);
        for (int slot : taken) {
            ring.lend(slot);
        }
        ring.give();
        return low;
    }

    /** Two producers of packets of one slot to three; every slot comes once, in order, with what was written for it. */
    @ParameterizedTest
    @CsvSource({"0, 0", BEFORE_WHOLE - 1000 + ", 0", "0, 8", BEFORE_WHOLE - 1000 + ", 8"})
    void everySlotIsSeenAsItWasWritten(long first, int atOnce) throws Exception {
        int packets = Stress.times(100_000) / 2 * 2;
        MappedRing ring = ring(first);
        List<Thread> producers = start(2, packets / 2, 3);
        int[] slots = new int[ENTRIES];
        long position = first;
        for (int received = 0; received < packets; ) {
            assertThat(Thread.interrupted()).as("no end").isFalse();
            int count = ring.takeUsual(slots, new int[ENTRIES], atOnce, SHORTEST);
            received += count;
            if (count == 0 && ring.ready() > 0) {
                count = ring.ready();
                ring.take(slots, count);
                received++;
            }
            for (int i = 0; i < count; i++) {
                assertThat(producer.holds(slots[i], position))
                        .as("position %d", position)
                        .isTrue();
                position++;
                ring.lend(slots[i]);
            }
            ring.give();
        }
        for (Thread each : producers) {
            each.join();
        }
    }

    /** A reader that sleeps whenever it can is waked for every packet. */
    @Test
    void noSleepIsMissed() throws Exception {
        int packets = Stress.times(100_000);
        MappedRing ring = ring(0);
        List<Thread> producers = start(2, packets / 2, 1);
        for (int position = 0; position < packets / 2 * 2; position++) {
            while (ring.ready() == 0) {
                if (ring.sleep()) {
                    assertThat(producer.bell.tryAcquire(20, TimeUnit.SECONDS))
                            .as("a bell for position %d", position)
                            .isTrue();
                    ring.wake();
                }
            }
            takeAndLend(ring, 1);
        }
        for (Thread each : producers) {
            each.join();
        }
    }

    /** Of a reader that goes to sleep and a program that publishes at the same time one sees the other. */
    @Test
    void oneOfTwoSeesTheOther() throws Exception {
        MappedRing ring = ring(0);
        AtomicInteger reader = new AtomicInteger();
        AtomicInteger writer = new AtomicInteger();
        boolean[] sleeps = new boolean[1];
        Thread sleeper = new Thread(() -> {
            for (int round = 1; meet(reader, writer, 2 * round) != OVER; round++) {
                sleeps[0] = ring.sleep();
                meet(reader, writer, 2 * round + 1);
            }
        });
        sleeper.start();
        int missed = 0;
        // Where others have the processors, the two meet rarely: then fewer rounds.
        long end = System.nanoTime() + MEETING_NANOS;
        for (int round = 1; round <= Stress.times(1_000_000) && System.nanoTime() - end < 0; round++) {
            long position = producer.claim(1);
            meet(writer, reader, 2 * round);
            producer.publish(position, LENGTH);
            producer.ring();
            meet(writer, reader, 2 * round + 1);
            missed += sleeps[0] && !producer.bell.tryAcquire() ? 1 : 0;
            producer.bell.drainPermits();
            ring.wake();
            takeAndLend(ring, 1);
        }
        writer.set(OVER);
        sleeper.join();
        assertThat(missed).isZero();
    }

    /** Returns the point of the other, who is at least as far. */
    private static int meet(AtomicInteger self, AtomicInteger other, int point) {
        self.set(point);
        int theirs = other.get();
        for (int spins = 0; theirs < point; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                // The other may need this processor.
                Thread.yield();
            }
            theirs = other.get();
        }
        return theirs;
    }

    private List<Thread> start(int count, int packets, int mostSlots) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> produce(packets, mostSlots));
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private void produce(int packets, int mostSlots) {
        for (int i = 0; i < packets; ) {
            int slots = 1 + i % mostSlots;
            long position = producer.claim(slots);
            if (position < 0) {
                Thread.yield();
                continue;
            }
            for (int slot = 0; slot < slots; slot++) {
                producer.write(position + slot);
            }
            producer.publish(position, length(slots));
            producer.ring();
            i++;
        }
    }
}
