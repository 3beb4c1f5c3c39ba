// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** What an interrupt ends, and what it does not; and an entry that drains beside the ring's own poll. */
@Tag("any-user")
@Timeout(60)
class RingInterruptKernelTest {

    private static final long LONG = TimeUnit.SECONDS.toNanos(20);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(5);

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void anInterruptEndsOneWait(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            Sleeper here = Sleeper.here();
            Thread owner = Thread.currentThread();
            for (int count : new int[] {1, 2, 3}) {
                Thread interrupter = new Thread(() -> {
                    here.await();
                    owner.interrupt();
                });
                interrupter.start();
                assertThat(ring.await(count, Long.MAX_VALUE, LONG)).isZero();
                // As long as the flag is set no wait begins.
                assertThat(ring.await(LONG)).isFalse();
                assertThat(Thread.interrupted()).isTrue();
                interrupter.join();

                long start = System.nanoTime();
                assertThat(ring.await(SHORT)).isFalse();
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SHORT);
                ring.submission().claim().nop().userData(count);
                assertThat(ring.await(LONG)).isTrue();
                assertThat(Results.next(ring).userData()).isEqualTo(count);
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void anInterruptDoesNotEndAClose(RingProfile profile) throws Exception {
        boolean[] told = new boolean[1];
        try (EventFd never = EventFd.open(Syscalls.libc())) {
            Ring ring = profile.open(8);
            ring.onClosed(free -> told[0] = free);
            ring.submission().claim().nop().skipSuccess();
            ring.submission().claim().pollAdd(never.fd(), Poll.POLLIN);
            ring.submit();
            Thread.currentThread().interrupt();
            ring.close();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(told[0]).isTrue();
    }

    /** The ring polls for wakes from the first wait on, and that poll completes only by a wake. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void anEntryThatDrainsDoesNotWaitForTheRingItself(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            for (int i = 0; i < 3; i++) {
                assertThat(ring.await(SHORT)).isFalse();
                ring.submission().claim().nop().drain().userData(i);
                assertThat(ring.await(LONG)).isTrue();
                assertThat(Results.next(ring).userData()).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsWhileAnEntryDrains(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.submission().claim().pollAdd(event.fd(), Poll.POLLIN).userData(1);
            ring.submission().claim().nop().drain().userData(2);
            assertThat(ring.await(SHORT)).isFalse();
            event.signal();
            assertThat(ring.await(2, Long.MAX_VALUE, LONG)).isEqualTo(2);
            assertThat(Completions.await(ring, 2))
                    .extracting(Completions.Completion::userData)
                    .containsExactly(1L, 2L);
        }
    }
}
