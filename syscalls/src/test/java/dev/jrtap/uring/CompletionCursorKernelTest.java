// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Stress;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * The cursor and the handler take the same completions, beside a model: a queue of what was submitted, in its order.
 */
@Tag("any-user")
@Timeout(60)
class CompletionCursorKernelTest {

    private static final int STEPS = Stress.times(2000);
    private static final int ENTRIES = 8;

    /**
     * What has room in the queue though each takes two places, besides a filler and the ring's own: more may change
     * places.
     */
    private static final int MOST = 6;

    /** In the user data of what completes with 32 bytes. */
    private static final long LARGE = 1L << 40;

    private final Deque<Long> model = new ArrayDeque<>();
    private long submitted;
    private final Random random = new Random(1);

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesWhatAHandlerWould(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(ENTRIES)) {
            boolean large = profile == RingProfile.CQE32 || profile == RingProfile.CQE_MIXED;
            if (large) {
                ring.submission().claim().nopLarge(1, 2);
                Feature.require("NOP with 32 bytes", Results.next(ring).result() == 0, "Linux 6.18 or newer is needed");
            }
            for (int step = 0; step < STEPS; step++) {
                int some = random.nextInt(ENTRIES);
                switch (random.nextInt(5)) {
                    case 0, 1 -> submit(ring, some, large);
                    case 2 -> ring.completion().drain((userData, result, flags) -> expect(userData), some);
                    case 3 -> takeWithCursor(ring.completion(), some);
                    default -> checkReady(ring, profile);
                }
            }
            while (!model.isEmpty()) {
                ring.await(Long.MAX_VALUE);
                takeWithCursor(ring.completion(), Integer.MAX_VALUE);
            }
            assertThat(ring.completion().next()).isFalse();
            assertThat(ring.completion().ready()).isZero();
            assertThat(ring.inFlight()).isZero();
            assertThatThrownBy(ring.completion()::userData).isInstanceOf(IllegalStateException.class);
        }
    }

    /** A completion of 32 bytes ends one operation, and one of the ring's own ends none. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void countsOperationsAndNotPlaces(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(ENTRIES)) {
            ring.submission().claim().timeout(Long.MAX_VALUE, 0).userData(1);
            if (profile == RingProfile.CQE_MIXED) {
                ring.submission().claim().nopLarge(1, 2).userData(2);
                Feature.require("NOP with 32 bytes", Results.next(ring).result() == 0, "Linux 6.18 or newer is needed");
            }
            for (int round = 0; round < 3; round++) {
                // Begins to watch for a wake, whose completion comes before the wait.
                assertThat(ring.await(1_000_000)).isFalse();
                ring.wake();
                assertThat(ring.await(Long.MAX_VALUE)).isFalse();
            }
            assertThat(ring.completion().next()).isFalse();
            assertThat(ring.inFlight()).isEqualTo(1);
        }
    }

    private void submit(Ring ring, int some, boolean large) {
        for (int i = 0; i < some && model.size() < MOST; i++) {
            Operations entry = ring.submission().claim();
            if (entry == null) {
                break;
            }
            long userData = submitted++;
            if (large && random.nextBoolean()) {
                userData |= LARGE;
                entry.nopLarge(userData, userData << 8).userData(userData);
            } else {
                entry.nop().userData(userData);
            }
            model.add(userData);
        }
        ring.submit();
    }

    /** A no-op completes while it is submitted, unless another thread does that. */
    private void checkReady(Ring ring, RingProfile profile) {
        int ready = ring.completion().ready();
        if (profile == RingProfile.SQPOLL) {
            assertThat(ready).isLessThanOrEqualTo(model.size());
        } else {
            assertThat(ready).isEqualTo(model.size());
        }
    }

    private void expect(long userData) {
        assertThat(userData).isEqualTo(model.remove());
    }

    private void takeWithCursor(CompletionQueue completions, int limit) {
        for (int i = 0; i < limit && completions.next(); i++) {
            long userData = completions.userData();
            expect(userData);
            assertThat(completions.result()).isZero();
            if ((userData & LARGE) != 0) {
                assertThat(completions.extra(0)).isEqualTo(userData);
                assertThat(completions.extra(1)).isEqualTo(userData << 8);
            }
            // Looking does not move it.
            completions.ready();
            assertThat(completions.userData()).isEqualTo(userData);
        }
    }
}
