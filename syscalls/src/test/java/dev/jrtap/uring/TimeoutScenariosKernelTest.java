// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Timeouts that change, come again, and are many, as in liburing's timeout. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimeoutScenariosKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final long HOUR = 3_600_000_000_000L;
    private static final long MILLIS = 1_000_000L;

    private static Sqe asyncIf(boolean byWorker, Sqe sqe) {
        return byWorker ? sqe.async() : sqe;
    }

    /** The shorter one ends first, though it began later; and the one that waits for fewer completions. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void ofTwoTheNearerEndsFirst(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            long start = System.nanoTime();
            claim(ring).timeout(HOUR, 2, 0).userData(1);
            claim(ring).timeout(10 * MILLIS, 2, 0).userData(2);
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(2, -Errno.ETIME, 0));
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(10 * MILLIS);
            claim(ring).nop().userData(3);
            claim(ring).nop().userData(4);
            assertThat(Results.of(Completions.await(ring, 3), 1)).isZero();

            claim(ring).timeout(HOUR, 2, 0).userData(1);
            claim(ring).timeout(HOUR, 1, 0).userData(2);
            claim(ring).nop().userData(3);
            List<Completions.Completion> two = Completions.await(ring, 2);
            assertThat(two).extracting(Completions.Completion::userData).containsExactly(3L, 2L);
            assertThat(Results.of(two, 2)).isZero();
            claim(ring).nop().userData(4);
            assertThat(Results.of(Completions.await(ring, 2), 1)).isZero();
        }
    }

    /** A timeout for one completion is over with the first no-op, and one for two with the second. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void isOverWithTheCompletionItWaitsFor(RingProfile profile) throws IOException {
        for (int count = 1; count <= 2; count++) {
            try (Ring ring = profile.open(8)) {
                claim(ring).timeout(HOUR, count, 0).userData(7);
                claim(ring).nop();
                claim(ring).nop();
                List<Completions.Completion> three = Completions.await(ring, 3);
                assertThat(three).allMatch(done -> done.result() == 0);
                assertThat(three.subList(0, count)).noneMatch(done -> done.userData() == 7);
            }
        }
    }

    /** To a time that has passed, a point of time, one that is linked, by workers or not. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void isGivenAnotherTimeInEachWay(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (int way = 0; way < 12; way++) {
                boolean isPoint = way >= 8;
                boolean byWorker = (way & 1) != 0;
                boolean isLinked = (way & 2) != 0;
                long nanos = (way & 4) != 0 ? 10 * MILLIS : 0;
                long start = System.nanoTime();
                LaterTimeout.start(ring);
                claim(ring).timeout(HOUR, 0).userData(1);
                int count = 2;
                if (isLinked) {
                    asyncIf(byWorker, claim(ring).nop()).userData(3).link();
                    count++;
                }
                int flags = isPoint ? IoUring.IORING_TIMEOUT_ABS : 0;
                asyncIf(byWorker, claim(ring).timeoutUpdate(1, isPoint ? start + nanos : nanos, flags))
                        .userData(2);
                List<Completions.Completion> all = LaterTimeout.precededBy(ring, count);
                assertThat(Results.of(all, 1)).isEqualTo(-Errno.ETIME);
                assertThat(Results.of(all, 2)).isIn(0, -Errno.EALREADY);
                assertThat(all).filteredOn(done -> done.userData() == 3).allMatch(done -> done.result() == 0);
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
            }
            claim(ring).timeoutUpdate(42, 0, 0);
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.ENOENT);
            claim(ring).timeoutRemove(0).rwFlags(IoUring.IORING_TIMEOUT_ABS);
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EINVAL);
            claim(ring).timeoutUpdate(0, 0, 0).rwFlags(-1);
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EINVAL);
        }
    }

    /** Those that come again are given another time, and removed; the end of one of a number of times is the last. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void comesAgainUntilItIsRemoved(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (int id = 1; id <= 2; id++) {
                claim(ring).timeoutMultishot(HOUR, 0, 0).userData(id);
                claim(ring).timeoutUpdate(id, 4 * MILLIS, 0).userData(id + 2);
            }
            Completions.Completion first = Results.next(ring);
            Feature.require("TIMEOUT multishot", first.result() != -Errno.EINVAL, "Linux 6.4 or newer is needed");
            int[] times = new int[5];
            times[(int) first.userData()]++;
            while (times[1] < 3 || times[2] < 3) {
                Completions.Completion one = Results.next(ring);
                times[(int) one.userData()]++;
                if (one.userData() <= 2) {
                    assertThat(one.result()).isEqualTo(-Errno.ETIME);
                    assertThat(CqeFlags.hasMore(one.flags())).isTrue();
                } else {
                    assertThat(one.result()).isZero();
                }
            }
            assertThat(times[3] + times[4]).isEqualTo(2);
            for (int id = 1; id <= 2; id++) {
                claim(ring).timeoutRemove(id).userData(10 + id);
            }
            int canceled = 0;
            int removed = 0;
            while (canceled + removed < 4) {
                Completions.Completion one = Results.next(ring);
                if (one.userData() > 10 && one.result() == -Errno.ENOENT) {
                    // It is firing right now, and is not found until it waits again.
                    claim(ring).timeoutRemove(one.userData() - 10).userData(one.userData());
                } else if (one.userData() > 10) {
                    assertThat(one.result()).isZero();
                    removed++;
                } else if (!CqeFlags.hasMore(one.flags())) {
                    assertThat(one.result()).isEqualTo(-Errno.ECANCELED);
                    canceled++;
                }
            }
            assertThat(ring.await(10 * MILLIS))
                    .as("nothing comes after the end")
                    .isFalse();
        }
    }

    /** One that comes again where nobody looks fills the queue, and goes on or ends there; it is never lost. */
    @Test
    void tellsInAQueueThatIsFull() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(2)) {
            claim(ring).timeoutMultishot(MILLIS, 0, 0).userData(1);
            Completions.Completion first = Results.next(ring);
            Feature.require("TIMEOUT multishot", first.result() != -Errno.EINVAL, "Linux 6.4 or newer is needed");
            Sleeper.pause(20);
            claim(ring).timeoutRemove(1).userData(2);
            boolean ended = false;
            boolean removed = false;
            while (!ended || !removed) {
                Completions.Completion one = Results.next(ring);
                if (one.userData() == 2 && one.result() == -Errno.ENOENT && !ended) {
                    claim(ring).timeoutRemove(1).userData(2);
                } else if (one.userData() == 2) {
                    assertThat(one.result()).isIn(0, -Errno.ENOENT);
                    removed = true;
                } else {
                    assertThat(one.result()).isIn(-Errno.ETIME, -Errno.ECANCELED);
                    assertThat(ended).isFalse();
                    ended = !CqeFlags.hasMore(one.flags());
                }
            }
        }
    }

    /** One in a worker, on a ring with an eventfd, ends with its ring. */
    @Test
    void endsWithItsRing() throws IOException {
        boolean[] free = new boolean[1];
        try (EventFd event = EventFd.open(Syscalls.libc())) {
            try (Ring ring = RingProfile.DEFER_TASKRUN.open(2)) {
                ring.onClosed(isFree -> free[0] = isFree);
                ring.register().eventFd(event);
                claim(ring).timeout(HOUR, 100, 0).async();
                claim(ring).timeout(HOUR, 0).link();
                ring.submit();
            }
            assertThat(free[0]).isTrue();
        }
    }
}
