// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Completions that nobody has drained, when the ring is closed. */
@Tag("any-user")
@Timeout(60)
class UndrainedKernelTest {

    /** An exception at the end keeps neither the ring open nor a completion back. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void handsOverWhatNobodyHasDrained(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        List<Long> told = new ArrayList<>();
        Ring ring = profile.open(8);
        ring.onUndrained((userData, result, flags) -> {
            told.add(userData);
            throw new IllegalStateException("thrown by the handler of a test");
        });
        for (int i = 0; i < 3; i++) {
            ring.submission().claim().nop().userData(i);
        }
        ring.submitAndWait(3);
        ring.close();
        assertThat(told).containsExactly(0L, 1L, 2L);
        Resources.assertNothingSince(before);
    }

    /** A handler that serves both a drain and a close: it may close and look, even where the close has called it. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void mayBeClosedByTheHandlerOfWhatNobodyHasDrained(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        List<Object> told = new ArrayList<>();
        Ring ring = profile.open(8);
        ring.onUndrained((userData, result, flags) -> {
            ring.wake();
            ring.close();
            told.add(ring.isOpen());
        });
        ring.submission().claim().nop();
        ring.submission().claim().nop();
        ring.submitAndWait(2);
        ring.close();
        assertThat(told).containsExactly(false, false);
        assertThat(ring.isOpen()).isFalse();
        Resources.assertNothingSince(before);
    }

    /** That handler, where the owner has ended and another thread closes. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void mayBeClosedByThatHandlerAfterItsOwner(RingProfile profile) throws Exception {
        List<Object> told = new ArrayList<>();
        CompletableFuture<Ring> opened = new CompletableFuture<>();
        Thread owner = new Thread(() -> {
            Ring ring = RingCloseKernelTest.openOrFail(profile, opened);
            ring.onUndrained((userData, result, flags) -> {
                ring.close();
                told.add(ring.isOpen());
            });
            ring.submission().claim().nop();
            ring.submitAndWait(1);
            opened.complete(ring);
        });
        owner.start();
        Ring ring = RingCloseKernelTest.get(opened);
        owner.join();
        ring.close();
        assertThat(told).containsExactly(false);
    }

    /**
     * More operations under way than the completion queue holds: each is told of once. Linux 6.18 itself loses some
     * with CQE_MIXED.
     */
    @ParameterizedTest
    @EnumSource(value = RingProfile.class, mode = EnumSource.Mode.EXCLUDE, names = "CQE_MIXED")
    void handsOverMoreThanTheQueueHolds(RingProfile profile) throws IOException {
        int reads = 40 * 16;
        Memory memory = Memory.allocate(1);
        BitSet told = new BitSet();
        Ring ring = profile.open(8);
        try (Pipe pipe = Pipe.open()) {
            ring.onUndrained((userData, result, flags) -> {
                assertThat(told.get((int) userData)).isFalse();
                told.set((int) userData);
            });
            for (int i = 0; i < reads; i++) {
                Operations entry = ring.submission().claim();
                while (entry == null) {
                    ring.submit();
                    ring.awaitSpace();
                    entry = ring.submission().claim();
                }
                entry.read(pipe.reader(), memory, 0).userData(i);
            }
            ring.submit();
            assertThat(ring.inFlight()).isEqualTo(reads);
            ring.close();
        }
        assertThat(told.cardinality()).isEqualTo(reads);
    }
}
