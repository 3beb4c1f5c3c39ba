// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Futex;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.FutexVector;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits, wakes and cancels that race, and who is woken first, as in liburing's futex. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FutexScenariosKernelTest {

    private static final int WORDS = 8;
    private static final int ROUNDS = 30;
    private static final long ANY = 0xffff_ffffL;
    private static final int U32 = Futex.FUTEX2_SIZE_U32;
    private static final int NO_FLAG = 0x1000;

    private static void require(Ring ring) {
        Feature.require(
                "FUTEX_WAIT", ring.capabilities().supports(Operation.FUTEX_WAIT), "Linux 6.7 or newer is needed");
    }

    /** Waits for the first word, or for whichever of {@code count}. */
    private static Sqe await(Ring ring, Memory words, int count, boolean isVector) {
        if (!isVector) {
            return claim(ring).futexWait(words, 0, 0);
        }
        FutexVector all = new FutexVector(count);
        for (int i = 0; i < count; i++) {
            all.add(words, i * Integer.BYTES, 0);
        }
        return claim(ring).futexWaitAny(all);
    }

    /** Another thread that sets and wakes each word by a ring of its own, while this one cancels. */
    private static void race(Ring ring, boolean isVector, int round) throws Exception {
        Memory words = Memory.allocate(WORDS * Integer.BYTES);
        int count = isVector ? WORDS : 1;
        Sqe wait = await(ring, words, count, isVector).userData(1);
        if (round % 3 == 0) {
            wait.async();
        }
        ring.submit();
        FutureTask<Void> waker = new FutureTask<>(() -> {
            try (Ring own = RingProfile.PLAIN.open(WORDS)) {
                for (int i = 0; i < count; i++) {
                    words.putI32(i * Integer.BYTES, 1);
                    claim(own).futexWake(words, i * Integer.BYTES, 1);
                    assertThat(Results.next(own).result()).isIn(0, 1);
                }
            }
            return null;
        });
        new Thread(waker).start();
        Sqe cancel = claim(ring).cancel(1).userData(2);
        if (round % 2 == 0) {
            cancel.async();
        }
        List<Completions.Completion> both = Completions.await(ring, 2);
        if (isVector) {
            assertThat(Results.of(both, 1)).isIn(0, 1, 2, 3, 4, 5, 6, 7, -Errno.ECANCELED, -Errno.EAGAIN);
        } else {
            assertThat(Results.of(both, 1)).isIn(0, -Errno.ECANCELED, -Errno.EAGAIN);
        }
        assertThat(Results.of(both, 2)).isIn(0, 1, -Errno.ENOENT, -Errno.EALREADY);
        waker.get();
        assertThat(ring.inFlight()).isZero();
        assertThat(ring.completion().next()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "COOP_TASKRUN", "DEFER_TASKRUN", "SQPOLL"})
    void eachWaitEndsOnceThoughWakesAndCancelsRace(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            require(ring);
            for (int round = 0; round < ROUNDS; round++) {
                race(ring, round % 4 < 2, round);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void wakesTheOneThatWaitsLongest(boolean isVector, boolean isByWorker) throws IOException {
        Memory word = Memory.allocate(2 * Integer.BYTES);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            require(ring);
            await(ring, word, 1, isVector).userData(1);
            await(ring, word, 1, isVector).userData(2);
            ring.submit();
            word.putI32(0, 1);
            Sqe wake = claim(ring).futexWake(word, 0, 1).userData(3);
            if (isByWorker) {
                wake.async();
            }
            List<Completions.Completion> both = Completions.await(ring, 2);
            assertThat(Results.of(both, 1)).isZero();
            assertThat(Results.of(both, 3)).isEqualTo(1);
            assertThat(ring.inFlight()).isEqualTo(1);
            assertThat(ring.register().cancel().first(2, TimeUnit.SECONDS.toNanos(10)))
                    .isTrue();
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(2, -Errno.ECANCELED, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wakesAsManyAsItShall(boolean isVector) throws IOException {
        Memory word = Memory.allocate(2 * Integer.BYTES);
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            require(ring);
            await(ring, word, 1, isVector).userData(1);
            await(ring, word, 1, isVector).userData(2);
            ring.submit();
            claim(ring).futexWake(word, 0, 0).userData(3);
            assertThat(Results.next(ring)).as("none").isEqualTo(new Completions.Completion(3, 0, 0));
            assertThat(ring.inFlight()).isEqualTo(2);
            word.putI32(0, 1);
            claim(ring).futexWake(word, 0, 2).userData(4);
            List<Completions.Completion> all = Completions.await(ring, 3);
            assertThat(Results.of(all, 1)).isZero();
            assertThat(Results.of(all, 2)).isZero();
            assertThat(Results.of(all, 4)).isEqualTo(2);
            assertThat(ring.completion().next()).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesFlagsThatMeanNothing(RingProfile profile) throws IOException {
        Memory word = Memory.allocate(2 * Integer.BYTES);
        try (Ring ring = profile.open(8)) {
            require(ring);
            claim(ring).futexWait(word, 0, 0, ANY, U32 | NO_FLAG);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            claim(ring).futexWake(word, 0, 0, ANY, U32 | NO_FLAG);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            claim(ring).futexWaitAny(new FutexVector(1).add(word, 0, 0, U32 | NO_FLAG));
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
        }
    }
}
