// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An eventfd that the kernel signals when it posts a completion. */
@Timeout(60)
class EventRegistrationKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    private static int result(Ring ring) {
        return Completions.await(ring, 1).get(0).result();
    }

    /** Clears it. Who completes in another thread signals after it has posted, so the completion may be seen before. */
    private static boolean isSignalled(EventFd event) {
        PollSet polls = new PollSet(SYS, 1);
        polls.add(event.fd());
        polls.await(TimeUnit.SECONDS.toNanos(10));
        return event.clear() > 0;
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void signalsAnEventFd(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            ring.register().eventFd(event);
            ring.submission().claim().nop();
            assertThat(result(ring)).isZero();
            assertThat(isSignalled(event)).isTrue();

            ring.completion().signalEvents(false);
            ring.submission().claim().nop();
            assertThat(result(ring)).isZero();
            assertThat(event.clear()).isZero();
            ring.completion().signalEvents(true);
            ring.submission().claim().nop();
            assertThat(result(ring)).isZero();
            assertThat(isSignalled(event)).isTrue();

            Refusals.assertRefused(() -> ring.register().eventFd(event), Errno.EBUSY, "already");
            ring.register().unregisterEventFd();
            ring.submission().claim().nop();
            assertThat(result(ring)).isZero();
            assertThat(event.clear()).isZero();
            Refusals.assertRefused(() -> ring.register().unregisterEventFd(), Errno.ENXIO, "no eventfd");
        }
    }

    /**
     * What comes from elsewhere, and not from the submitter, more than once: there are kernels that stop after the
     * first.
     */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void signalsAnEventFdAfterEachRegistration(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS);
                EventFd polled = EventFd.open(SYS)) {
            for (int round = 0; round < 3; round++) {
                ring.register().eventFd(event);
                ring.submission().claim().pollAdd(polled.fd(), Poll.POLLIN);
                ring.submit();
                polled.signal();
                assertThat(isSignalled(event)).isTrue();
                assertThat(result(ring)).isEqualTo(Poll.POLLIN);
                ring.register().unregisterEventFd();
                event.clear();
                polled.clear();
            }
        }
    }

    /** The turn of a loop that sleeps elsewhere, as the README has it. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void isServedByALoopThatSleepsElsewhere(RingProfile profile) throws IOException {
        List<Long> served = new ArrayList<>();
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            for (int i = 1; i <= 3; i++) {
                ring.submission()
                        .claim()
                        .timeout(TimeUnit.MILLISECONDS.toNanos(20L * i), 0)
                        .userData(i);
            }
            ring.register().eventFd(event);
            ring.submitIfNeeded();
            while (served.size() < 3) {
                assertThat(isSignalled(event)).isTrue();
                ring.submitIfNeeded();
                ring.completion().drain((userData, result, flags) -> served.add(userData), 8);
            }
        }
        // On a busy machine they expire together, and kernels then post them in another order.
        assertThat(served).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "COOP_TASKRUN", "NO_SQARRAY", "TWO_MAPPINGS"})
    void signalsAnEventFdOnlyForWorkers(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(SYS)) {
            ring.register().eventFdForAsync(event);
            ring.submission().claim().nop();
            assertThat(result(ring)).isZero();
            assertThat(event.clear()).isZero();
            ring.submission().claim().nop().async();
            assertThat(result(ring)).isZero();
            assertThat(isSignalled(event)).isTrue();
        }
    }
}
