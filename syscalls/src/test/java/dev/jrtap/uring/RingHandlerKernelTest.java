// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.EachOf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a completion handler may do with its ring, and what is refused. */
@Tag("any-user")
@Timeout(60)
class RingHandlerKernelTest {

    private static final int NOPS = 3;
    private static final CompletionHandler IGNORE = (userData, result, flags) -> {};

    interface Call {
        void run(Ring ring) throws IOException;
    }

    /** Each would take the completion that the handler is being given a second time. */
    enum Refused {
        DRAIN(ring -> ring.completion().drain(IGNORE, 1)),
        NEXT(ring -> ring.completion().next()),
        AWAIT(ring -> ring.await(0)),
        AWAIT_MANY(ring -> ring.await(2, 0, 0)),
        SUBMIT_AND_WAIT(ring -> ring.submitAndWait(1)),
        AWAIT_REGISTERED(ring -> ring.awaitRegistered(1, 0, 0, 1)),
        RESIZE(ring -> ring.resize(16, 32));

        private final Call call;

        Refused(Call call) {
            this.call = call;
        }
    }

    static Stream<Arguments> refused() {
        return EachOf.Provider.of(RingProfile.class, "RingHandler")
                .flatMap(profile -> Stream.of(Refused.values()).map(refused -> Arguments.of(profile, refused)));
    }

    private static Ring openWithCompletions(RingProfile profile) throws IOException {
        Ring ring = profile.open(8);
        for (int i = 1; i <= NOPS; i++) {
            ring.submission().claim().nop().userData(i);
        }
        ring.await(NOPS, Long.MAX_VALUE, Long.MAX_VALUE);
        return ring;
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatWouldTakeACompletionTwice(RingProfile profile, Refused refused) throws IOException {
        try (Ring ring = openWithCompletions(profile)) {
            List<Long> seen = new ArrayList<>();
            int drained = ring.completion()
                    .drain(
                            (userData, result, flags) -> {
                                seen.add(userData);
                                assertThatThrownBy(() -> refused.call.run(ring))
                                        .isInstanceOf(IllegalStateException.class)
                                        .hasMessageContaining("inside a completion handler");
                            },
                            Integer.MAX_VALUE);
            assertThat(drained).isEqualTo(NOPS);
            assertThat(seen).containsExactly(1L, 2L, 3L);
            assertThat(ring.completion().ready()).isZero();
            assertThat(ring.inFlight()).isZero();
        }
    }

    /** An exception ends the draining, not the right to drain. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aHandlerThatThrowsHasTakenItsCompletion(RingProfile profile) throws IOException {
        try (Ring ring = openWithCompletions(profile)) {
            assertThatThrownBy(() -> ring.completion()
                            .drain(
                                    (userData, result, flags) -> {
                                        throw new IllegalArgumentException("handler of " + userData);
                                    },
                                    Integer.MAX_VALUE))
                    .hasMessage("handler of 1");
            assertThat(Completions.await(ring, 2))
                    .extracting(Completions.Completion::userData)
                    .containsExactly(2L, 3L);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void mayClaimSubmitWakeAndLook(RingProfile profile) throws IOException {
        try (Ring ring = openWithCompletions(profile)) {
            List<Long> seen = new ArrayList<>();
            CompletionHandler handler = (userData, result, flags) -> {
                seen.add(userData);
                if (userData <= NOPS) {
                    assertThat(ring.completion().ready()).isGreaterThanOrEqualTo(NOPS - (int) userData);
                    ring.submission().claim().nop().userData(10 + userData);
                    assertThat(ring.submit()).isGreaterThanOrEqualTo(0);
                    ring.wake();
                }
            };
            ring.completion().drain(handler, NOPS);
            assertThat(seen).containsExactly(1L, 2L, 3L);
            // Ended by the wakes, at once.
            ring.await(Long.MAX_VALUE);
            while (ring.inFlight() > 0) {
                ring.await(Long.MAX_VALUE);
                ring.completion().drain(handler, Integer.MAX_VALUE);
            }
            assertThat(seen).containsExactly(1L, 2L, 3L, 11L, 12L, 13L);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void mayClose(RingProfile profile) throws IOException {
        List<Long> seen = new ArrayList<>();
        Ring ring = openWithCompletions(profile);
        assertThat(ring.completion()
                        .drain(
                                (userData, result, flags) -> {
                                    seen.add(userData);
                                    ring.close();
                                },
                                Integer.MAX_VALUE))
                .isEqualTo(1);
        assertThat(seen).containsExactly(1L);
        assertThat(ring.isOpen()).isFalse();
    }

    @Test
    void aCursorIsNoHandler() throws IOException {
        try (Ring ring = openWithCompletions(RingProfile.PLAIN)) {
            assertThat(ring.completion().next()).isTrue();
            assertThat(ring.completion().userData()).isEqualTo(1);
            assertThat(ring.await(0)).isTrue();
            assertThat(ring.completion().drain(IGNORE, 1)).isEqualTo(1);
            assertThat(ring.completion().next()).isTrue();
            assertThat(ring.completion().userData()).isEqualTo(3);
        }
    }
}
