// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class RingCloseKernelTest {

    @ParameterizedTest
    @EnumSource(RingProfile.class)
    void waitsUntilTheKernelHasLetGo(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        boolean[] after = new boolean[1];
        try (EventFd event = EventFd.open(Syscalls.libc())) {
            Ring ring = profile.open(8);
            ring.onClosed(() -> after[0] = ring.inFlight() == 0);
            for (int i = 0; i < 20; i++) {
                if (ring.submission().space() == 0) {
                    ring.submit();
                }
                ring.submission().claim().pollAdd(event.number(), Poll.POLLIN).userData(i);
            }
            ring.close();
        }
        assertThat(after[0]).isTrue();
        assertThat(Resources.now()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(RingProfile.class)
    void wakesAnOwnerThatWaits(RingProfile profile) throws Exception {
        Resources before = Resources.now();
        Ring ring = profile.open(8);
        CountDownLatch waiting = new CountDownLatch(1);
        Thread owner = new Thread(() -> {
            ring.submit();
            waiting.countDown();
            ring.await(Long.MAX_VALUE / 2);
        });
        owner.start();
        waiting.await();
        RingKernelTest.pause(10);
        ring.close();
        owner.join();

        assertThat(ring.isOpen()).isFalse();
        assertThat(Resources.now()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(RingProfile.class)
    void outlivesItsOwner(RingProfile profile) throws Exception {
        Resources before = Resources.now();
        Ring ring = profile.open(8);
        try (EventFd event = EventFd.open(Syscalls.libc())) {
            Thread owner = new Thread(() -> {
                ring.submission().claim().pollAdd(event.number(), Poll.POLLIN);
                ring.submit();
            });
            owner.start();
            owner.join();
            ring.close();
        }
        assertThat(Resources.now()).isEqualTo(before);
    }

    @Test
    void wakeEndsOneAwait() throws Exception {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ring.wake();
            long start = System.nanoTime();
            assertThat(ring.await(20_000_000_000L)).isFalse();
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(10));
            assertThat(ring.isOpen()).isTrue();
        }
    }

    /** Unmapping what the kernel may still write to would be worse than keeping it. */
    @Test
    void keepsTheMemoryIfTheKernelWillNotLetGo() throws IOException {
        FaultySyscalls sys = new FaultySyscalls(Syscalls.libc());
        boolean[] letGo = new boolean[1];
        try (EventFd event = EventFd.open(Syscalls.libc())) {
            Ring ring = RingProfile.PLAIN.open(sys, 8);
            ring.onClosed(() -> letGo[0] = true);
            ring.submission().claim().pollAdd(event.number(), Poll.POLLIN);
            ring.submit();
            sys.failAt(1, Errno.EBADF);
            ring.close();
        }
        assertThat(sys.failed()).isEqualTo("ioUringEnter");
        assertThat(sys.mapped()).isPositive();
        assertThat(letGo[0]).isFalse();
    }

    @ParameterizedTest
    @EnumSource(RingProfile.class)
    void leavesNothingBehindWhereverBuildingFails(RingProfile profile) throws IOException {
        FaultySyscalls sys = new FaultySyscalls(Syscalls.libc());
        profile.open(sys, 8).close();
        Resources before = Resources.now();
        for (int step = 1; ; step++) {
            sys.failAt(step, Errno.ENOMEM);
            try {
                profile.open(sys, 8).close();
                if (sys.failed().isEmpty()) {
                    break;
                }
            } catch (ErrnoException e) {
                assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
            }
            assertThat(Resources.now()).as("after failing %s", sys.failed()).isEqualTo(before);
            assertThat(sys.mapped()).as("after failing %s", sys.failed()).isZero();
        }
        assertThat(Resources.now()).isEqualTo(before);
    }
}
