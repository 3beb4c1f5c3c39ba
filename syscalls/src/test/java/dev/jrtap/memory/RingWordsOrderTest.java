// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Stress;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads use words as this library and the kernel use those of a ring. {@link Stress} says how often. */
@Tag("any-user")
@Timeout(600)
class RingWordsOrderTest {

    /** One processor shows no order, and hands over only when a thread's time is up. */
    private static final int ROUNDS = Runtime.getRuntime().availableProcessors() == 1 ? 100 : Stress.times(300_000);

    private static final int LOOKS = 1000;

    private static final int HEAD = 0;
    private static final int TAIL = 64;
    private static final int FLAG = 128;
    private static final int ENTRIES = 192;
    private static final int MASK = 63;

    private final Memory ring = Memory.allocate(ENTRIES + (MASK + 1) * Long.BYTES);

    @Test
    void noEntryIsReadBeforeItIsWrittenOrWrittenBeforeItIsRead() throws InterruptedException {
        int[] stale = new int[1];
        Thread consumer = new Thread(() -> {
            int head = 0;
            while (head < ROUNDS) {
                int tail = ring.getI32Acquire(TAIL);
                for (; head != tail; head++) {
                    if (ring.getI64(ENTRIES + (head & MASK) * Long.BYTES) != head) {
                        stale[0]++;
                    }
                }
                ring.putI32Release(HEAD, head);
                Stress.spin();
            }
        });
        consumer.start();
        int tail = 0;
        while (tail < ROUNDS) {
            int end = Math.min(ROUNDS, ring.getI32Acquire(HEAD) + MASK + 1);
            while (tail < end) {
                ring.putI64(ENTRIES + (tail & MASK) * Long.BYTES, tail);
                ring.putI32Release(TAIL, ++tail);
            }
            Stress.spin();
        }
        consumer.join();
        assertThat(stale[0]).isZero();
    }

    /** Store the own word, fence, load the other's: at least one of both must see the other's store. */
    @Test
    void notBothSidesMissEachOther() throws InterruptedException {
        int[][] seen = new int[2][1];
        AtomicInteger arrived = new AtomicInteger();
        int rounds = ROUNDS;
        int missed = 0;
        Thread poller = new Thread(() -> {
            for (int round = 1; round <= rounds; round++) {
                meet(arrived, 4 * round - 3);
                seen[1][0] = storeAndLook(FLAG, TAIL, round);
                meet(arrived, 4 * round - 1);
            }
        });
        poller.start();
        for (int round = 1; round <= rounds; round++) {
            meet(arrived, 4 * round - 3);
            seen[0][0] = storeAndLook(TAIL, FLAG, round);
            meet(arrived, 4 * round - 1);
            if (seen[0][0] != round && seen[1][0] != round) {
                missed++;
            }
        }
        poller.join();
        assertThat(missed).isZero();
    }

    private int storeAndLook(int own, int other, int round) {
        ring.putI32Release(own, round);
        VarHandle.fullFence();
        return ring.getI32Opaque(other);
    }

    /** Goes on when the other thread is here too; each meeting counts two arrivals. */
    private static void meet(AtomicInteger arrived, int first) {
        arrived.incrementAndGet();
        for (int looks = 0; arrived.get() <= first; looks++) {
            Stress.spin();
            if (looks > LOOKS) {
                // The other one has no processor.
                Thread.yield();
            }
        }
    }
}
