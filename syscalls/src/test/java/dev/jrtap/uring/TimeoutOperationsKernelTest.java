// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Tag("any-user")
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimeoutOperationsKernelTest {

    private static final long HOUR = 3_600_000_000_000L;
    private static final long SHORT = 5_000_000L;

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void endsWhenTheTimeIsUpAndNotBefore(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            long start = System.nanoTime();
            LaterTimeout.start(ring);
            ring.submission().claim().timeout(SHORT, 0);
            assertThat(LaterTimeout.precededBy(ring, 1).get(0).result()).isEqualTo(-Errno.ETIME);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT);

            start = System.nanoTime();
            LaterTimeout.start(ring);
            ring.submission().claim().timeout(start + SHORT, IoUring.IORING_TIMEOUT_ABS);
            assertThat(LaterTimeout.precededBy(ring, 1).get(0).result()).isEqualTo(-Errno.ETIME);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT);
        }
    }

    /** The time is in the entry; a kernel that takes the flag and the number for an address says EFAULT. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesATimeThatStandsInTheEntry(RingProfile profile) throws IOException {
        int immediate = IoUring.IORING_TIMEOUT_IMMEDIATE_ARG;
        try (Ring ring = profile.open(8)) {
            long start = System.nanoTime();
            LaterTimeout.start(ring);
            ring.submission().claim().timeout(SHORT, immediate);
            int result = LaterTimeout.precededBy(ring, 1).get(0).result();
            Feature.require("TIMEOUT IMMEDIATE_ARG", result != -Errno.EINVAL, "Linux 7.1 or newer is needed");
            assertThat(result).isEqualTo(-Errno.ETIME);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT);

            LaterTimeout.start(ring);
            ring.submission().claim().timeout(HOUR, immediate).userData(1);
            ring.submission().claim().timeoutUpdate(1, SHORT, immediate).userData(2);
            List<Completions.Completion> both = LaterTimeout.precededBy(ring, 2);
            assertThat(Results.of(both, 1)).isEqualTo(-Errno.ETIME);
            assertThat(Results.of(both, 2)).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void endsAfterAsManyCompletions(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.submission().claim().timeout(HOUR, 2, 0).userData(1);
            ring.submission().claim().nop().userData(2);
            ring.submission().claim().nop().userData(3);
            assertThat(Results.of(Completions.await(ring, 3), 1)).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void isRemovedAndGetsAnotherTime(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            LaterTimeout.start(ring);
            ring.submission().claim().timeout(HOUR, 0).userData(1);
            ring.submission().claim().timeout(HOUR, 0).userData(2);
            ring.submission().claim().timeoutRemove(1).userData(3);
            ring.submission().claim().timeoutUpdate(2, SHORT, 0).userData(4);
            ring.submission().claim().timeoutRemove(99).userData(5);
            List<Completions.Completion> done = LaterTimeout.precededBy(ring, 5);
            assertThat(Results.of(done, 1)).isEqualTo(-Errno.ECANCELED);
            assertThat(Results.of(done, 2)).isEqualTo(-Errno.ETIME);
            assertThat(Results.of(done, 3)).isZero();
            assertThat(Results.of(done, 4)).isZero();
            assertThat(Results.of(done, 5)).isEqualTo(-Errno.ENOENT);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void boundsTheTimeOfAReceive(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(8);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            for (long time : new long[] {SHORT, HOUR}) {
                boolean ends = time == SHORT;
                LaterTimeout.start(ring);
                ring.submission()
                        .claim()
                        .recv(pair.right().fd(), in, 0, 8, 0)
                        .link()
                        .userData(1);
                ring.submission().claim().linkTimeout(time, 0).userData(2);
                ring.submit();
                if (!ends) {
                    Sockets.write(pair.left(), "in time");
                }
                List<Completions.Completion> done = LaterTimeout.precededBy(ring, 2);
                assertThat(Results.of(done, 1)).isEqualTo(ends ? -Errno.ECANCELED : 7);
                assertThat(Results.of(done, 2)).isEqualTo(ends ? -Errno.ETIME : -Errno.ECANCELED);
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void movesTheEndOfALinkedTimeout(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(8);
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.tcp()) {
            LaterTimeout.start(ring);
            ring.submission()
                    .claim()
                    .recv(pair.right().fd(), in, 0, 8, 0)
                    .link()
                    .userData(1);
            ring.submission().claim().linkTimeout(HOUR, 0).userData(2);
            ring.submission().claim().linkTimeoutUpdate(2, SHORT, 0).userData(3);
            List<Completions.Completion> done = LaterTimeout.precededBy(ring, 3);
            assertThat(Results.of(done, 1)).isEqualTo(-Errno.ECANCELED);
            assertThat(Results.of(done, 2)).isEqualTo(-Errno.ETIME);
            assertThat(Results.of(done, 3)).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void comesAgainAndAgain(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            long start = System.nanoTime();
            ring.submission().claim().timeoutMultishot(2_000_000, 3, 0);
            Completions.Completion first = Results.next(ring);
            Feature.require("TIMEOUT multishot", first.result() != -Errno.EINVAL, "Linux 6.4 or newer is needed");
            assertThat(first.result()).isEqualTo(-Errno.ETIME);
            assertThat(CqeFlags.hasMore(first.flags())).isTrue();
            assertThat(CqeFlags.hasMore(Results.next(ring).flags())).isTrue();
            assertThat(CqeFlags.hasMore(Results.next(ring).flags())).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(6_000_000);
            assertThat(ring.inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void knowsOtherClocksAndPointsOfTime(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            long start = System.nanoTime();
            LaterTimeout.start(ring);
            ring.submission().claim().timeout(5_000_000, IoUring.IORING_TIMEOUT_BOOTTIME);
            assertThat(LaterTimeout.precededBy(ring, 1).get(0).result()).isEqualTo(-Errno.ETIME);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5_000_000);
            start = System.nanoTime();
            long now = System.currentTimeMillis();
            LaterTimeout.start(ring);
            ring.submission()
                    .claim()
                    .timeout((now + 10) * 1_000_000, IoUring.IORING_TIMEOUT_ABS | IoUring.IORING_TIMEOUT_REALTIME);
            assertThat(LaterTimeout.precededBy(ring, 1).get(0).result()).isEqualTo(-Errno.ETIME);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(now + 9);
            start = System.nanoTime();
            // The clock of nanoTime, here.
            LaterTimeout.start(ring);
            ring.submission().claim().timeout(start + 5_000_000, IoUring.IORING_TIMEOUT_ABS);
            assertThat(LaterTimeout.precededBy(ring, 1).get(0).result()).isEqualTo(-Errno.ETIME);
            assertThat(System.nanoTime()).isGreaterThanOrEqualTo(start + 5_000_000);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void countsAsSuccessIfTold(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            ring.submission()
                    .claim()
                    .timeout(1_000_000, IoUring.IORING_TIMEOUT_ETIME_SUCCESS)
                    .userData(1)
                    .link();
            ring.submission().claim().nop().userData(2);
            List<Completions.Completion> both = Completions.await(ring, 2);
            assertThat(Results.of(both, 1)).isEqualTo(-Errno.ETIME);
            assertThat(Results.of(both, 2)).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void boundsTheTimeOfAnAccept(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            ring.submission().claim().accept(listener.fd(), 0).link().userData(1);
            ring.submission().claim().linkTimeout(SHORT, 0).userData(2);
            List<Completions.Completion> late = Completions.await(ring, 2);
            assertThat(Results.of(late, 1)).isEqualTo(-Errno.ECANCELED);
            assertThat(Results.of(late, 2)).isEqualTo(-Errno.ETIME);

            ring.submission().claim().accept(listener.fd(), 0).link().userData(3);
            ring.submission().claim().linkTimeout(HOUR, 0).userData(4);
            ring.submit();
            try (Fd client = Sockets.connectedTo(listener)) {
                List<Completions.Completion> inTime = Completions.await(ring, 2);
                int accepted = Results.of(inTime, 3);
                assertThat(accepted).isGreaterThanOrEqualTo(0);
                Fd.own(client.syscalls(), accepted).close();
                assertThat(Results.of(inTime, 4)).isEqualTo(-Errno.ECANCELED);
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void boundsTheTimeOfAPoll(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            for (boolean inTime : new boolean[] {false, true}) {
                ring.submission()
                        .claim()
                        .pollAdd(event.fd(), Poll.POLLIN)
                        .link()
                        .userData(1);
                ring.submission().claim().linkTimeout(inTime ? HOUR : SHORT, 0).userData(2);
                ring.submit();
                if (inTime) {
                    event.signal();
                }
                List<Completions.Completion> both = Completions.await(ring, 2);
                assertThat(Results.of(both, 1)).isEqualTo(inTime ? Poll.POLLIN : -Errno.ECANCELED);
                assertThat(Results.of(both, 2)).isEqualTo(inTime ? -Errno.ECANCELED : -Errno.ETIME);
            }
        }
    }
}
