// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sleeping, on every kind of ring, with what this kernel has for it, and without a minimum wait. */
@Tag("any-user")
@Timeout(60)
class RingWaitKernelTest {

    private static final long MILLIS = 1_000_000L;

    enum Kernel {
        AS_IT_IS(0),
        WITHOUT_MIN_TIMEOUT(IoUring.IORING_FEAT_MIN_TIMEOUT);

        final int masked;

        Kernel(int masked) {
            this.masked = masked;
        }
    }

    static Stream<Arguments> rings() {
        return EachOf.Provider.of(RingProfile.class, "RingWait")
                .flatMap(profile -> Stream.of(Kernel.values()).map(kernel -> Arguments.of(profile, kernel)));
    }

    static Ring open(RingProfile profile, Kernel kernel) throws IOException {
        return profile.open(new MaskedSyscalls(Syscalls.libc()).withoutRingFeature(kernel.masked), 8);
    }

    @ParameterizedTest
    @MethodSource("rings")
    void sleepsAsLongAsItShall(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring ring = open(profile, kernel)) {
            for (long millis : List.of(1L, 20L)) {
                long start = System.nanoTime();
                assertThat(ring.await(millis * MILLIS)).isFalse();
                assertThat(System.nanoTime() - start).isBetween(millis * MILLIS, TimeUnit.SECONDS.toNanos(10));
            }
            assertThat(ring.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void waitsForAsManyAsItShall(RingProfile profile, Kernel kernel) throws Exception {
        try (Ring ring = open(profile, kernel);
                EventFd event = EventFd.open(Syscalls.libc())) {
            for (int i = 0; i < 3; i++) {
                ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN);
            }
            ring.submission().claim().nop();
            Thread signaller = signalWhenAsleep(Sleeper.here(), event);
            long start = System.nanoTime();
            assertThat(ring.await(4, Long.MAX_VALUE, TimeUnit.SECONDS.toNanos(30)))
                    .isEqualTo(4);
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
            signaller.join();
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void isContentWithFewerAfterTheMinimum(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring ring = open(profile, kernel)) {
            ring.submission().claim().nop();
            assertThat(ring.await(1, 0, TimeUnit.SECONDS.toNanos(20))).isEqualTo(1);
            long start = System.nanoTime();
            assertThat(ring.await(4, 20 * MILLIS, TimeUnit.SECONDS.toNanos(30))).isEqualTo(1);
            assertThat(System.nanoTime() - start).isBetween(20 * MILLIS, TimeUnit.SECONDS.toNanos(20));
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void returnsWhatIsThereWhenTheTimeIsUp(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring ring = open(profile, kernel)) {
            ring.submission().claim().nop();
            ring.submission().claim().nop();
            // A polling thread may take longer than the few milliseconds below.
            assertThat(ring.await(2, Long.MAX_VALUE, TimeUnit.SECONDS.toNanos(20)))
                    .isEqualTo(2);
            assertThat(ring.await(4, Long.MAX_VALUE, 5 * MILLIS)).isEqualTo(2);
            Completions completions = new Completions();
            assertThat(ring.completion().drain(completions, Integer.MAX_VALUE)).isEqualTo(2);
            assertThat(ring.await(1, 0, 5 * MILLIS)).isZero();
        }
    }

    /** Wake-ups are not added up, and none is lost: each ends a sleep that begins after the one before was seen. */
    @ParameterizedTest
    @MethodSource("rings")
    void isWokenByAnotherThreadEachTime(RingProfile profile, Kernel kernel) throws Exception {
        try (Ring ring = open(profile, kernel)) {
            ring.own();
            AtomicInteger seen = new AtomicInteger();
            Thread waker = new Thread(() -> {
                for (int i = 0; i < 50; i++) {
                    int before = seen.get();
                    ring.wake();
                    while (seen.get() == before) {
                        Stress.spin();
                    }
                }
            });
            waker.start();
            long start = System.nanoTime();
            while (seen.get() < 50) {
                assertThat(ring.await(TimeUnit.SECONDS.toNanos(30))).isFalse();
                seen.incrementAndGet();
            }
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
            waker.join();
        }
    }

    @ParameterizedTest
    @MethodSource("rings")
    void allocatesNothing(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring ring = open(profile, kernel)) {
            CompletionHandler ignore = (userData, result, flags) -> {};
            long allocated = Garbage.of(() -> {
                for (int i = 0; i < 200; i++) {
                    ring.await(1_000);
                    ring.submission().claim().nop();
                    ring.await(1_000_000_000L);
                    ring.completion().drain(ignore, Integer.MAX_VALUE);
                }
            });
            assertThat(allocated).isZero();
        }
    }

    /** Two rings of one thread in turns, other counts and times in each round, and paths as text. */
    @ParameterizedTest
    @MethodSource("rings")
    void allocatesNothingWhateverChanges(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring first = open(profile, kernel);
                Ring second = open(profile, kernel)) {
            int[] opened = new int[1];
            CompletionHandler keep = (userData, result, flags) -> opened[0] = result;
            assertThat(Garbage.of(() -> {
                        for (int i = 0; i < 100; i++) {
                            Ring ring = i % 2 == 0 ? first : second;
                            int count = 1 + i % 3;
                            for (int k = 0; k < count; k++) {
                                ring.submission().claim().nop();
                            }
                            ring.await(count, i % 5 * MILLIS, i % 7 * 1000 * MILLIS + MILLIS);
                            ring.await(count, Long.MAX_VALUE, Long.MAX_VALUE);
                            ring.completion().drain(keep, count);
                            ring.submission().claim().openat(Fcntl.AT_FDCWD, "/dev/null", Fcntl.O_RDONLY, 0);
                            ring.await(Long.MAX_VALUE);
                            ring.completion().drain(keep, 1);
                            ring.submission().claim().close(opened[0]);
                            ring.await(Long.MAX_VALUE);
                            ring.completion().drain(keep, 1);
                        }
                    }))
                    .isZero();
            assertThat(opened[0]).isZero();
        }
    }

    private static Thread signalWhenAsleep(Sleeper sleeper, EventFd event) {
        Thread thread = new Thread(() -> {
            sleeper.await();
            event.signal();
        });
        thread.start();
        return thread;
    }

    /** What completes at once is not waited for; and where the thread must sleep, looking first is rare. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN", "CQE_MIXED", "SQE128"})
    void submitsAndWaitsWithOneEntry(RingProfile profile) throws IOException {
        int rounds = 640;
        try (Ring ring = profile.open(8)) {
            ring.submission().claim().nop();
            ring.submitAndWait(1);
            ring.completion().next();
            long before = ring.kernelEntries();
            for (int round = 0; round < rounds; round++) {
                ring.submission().claim().nop();
                assertThat(ring.submitAndWait(1)).isEqualTo(1);
                assertThat(ring.completion().next()).isTrue();
            }
            assertThat(ring.kernelEntries() - before).isEqualTo(rounds);

            before = ring.kernelEntries();
            for (int round = 0; round < rounds; round++) {
                ring.submission().claim().timeout(20_000, 0);
                assertThat(ring.submitAndWait(1)).isEqualTo(1);
                assertThat(ring.completion().next()).isTrue();
            }
            assertThat(ring.kernelEntries() - before).isBetween((long) rounds, rounds * 105L / 100);
        }
    }

    /** Submitting, and sleeping for a time at most, is one call. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN", "CQE_MIXED", "SQE128"})
    void awaitsWithOneEntry(RingProfile profile) throws IOException {
        int rounds = 200;
        try (Ring ring = profile.open(8)) {
            ring.submission().claim().timeout(20_000, 0);
            ring.await(1_000 * MILLIS);
            ring.completion().next();
            long before = ring.kernelEntries();
            for (int round = 0; round < rounds; round++) {
                ring.submission().claim().timeout(20_000, 0);
                assertThat(ring.await(10_000 * MILLIS)).isTrue();
                assertThat(ring.completion().next()).isTrue();
            }
            assertThat(ring.kernelEntries() - before).isBetween((long) rounds, rounds * 105L / 100);
        }
    }

    /** 7ad0e4b2f83c: the time of a wait that has ended early does not end what comes after it. */
    @ParameterizedTest
    @MethodSource("rings")
    void aWaitThatEndedEarlyLeavesNoTimeBehind(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring ring = open(profile, kernel)) {
            ring.submission().claim().nop().userData(1);
            long start = System.nanoTime();
            assertThat(ring.await(TimeUnit.SECONDS.toNanos(30))).isTrue();
            assertThat(Results.next(ring).userData()).isEqualTo(1);
            ring.submission().claim().timeout(30 * MILLIS, 0).userData(89);
            long later = System.nanoTime();
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(89, -Errno.ETIME, 0));
            assertThat(System.nanoTime() - later).isGreaterThanOrEqualTo(30 * MILLIS);
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
        }
    }

    /** b5837bd5311d: a submit that waits for two waits for the one that takes longer. */
    @ParameterizedTest
    @MethodSource("rings")
    void submitsOneAndWaitsForTwo(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring ring = open(profile, kernel)) {
            ring.submission().claim().timeout(10 * MILLIS, Integer.MAX_VALUE, 0);
            assertThat(ring.submit()).isEqualTo(1);
            ring.submission().claim().nop();
            assertThat(ring.submitAndWait(2)).isEqualTo(1);
            assertThat(ring.completion().ready()).isEqualTo(2);
        }
    }
}
