// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** What ends a wait, on a device, in each mode; and what a wait costs. */
@Timeout(60)
class WaitNetnsTest {

    private static final long SECOND = TapLink.SECOND;

    /** Receives what the stack has sent of its own, until nothing comes any more. */
    private static final int PACKETS = 100;

    private static void settle(TapLink link) {
        while (link.queue.rx().await(SECOND / 20)) {
            link.queue.rx().receive(link.burst);
            link.burst.release();
        }
    }

    /** Sleeps for each packet: in a poll and a read, or, where a read waits in the ring, in one entry of the kernel. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aPacketThatIsSleptForCostsAPollAndARead(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            // A machine that is busy may hold the owner up, and what it finds then was not slept for.
            int each = profile.mode == RxMode.POLL || profile.mode == RxMode.ONE_SHOT ? 2 : 1;
            assertThat(callsToReceive(link, 1, false, link.queue::kernelEntries))
                    .isLessThanOrEqualTo(each * PACKETS + 10);
        }
    }

    /** With a slot lost each time the pool would be empty before the end. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aLookThatFindsNothingKeepsNoSlot(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            assertThat(callsToReceive(link, 1, true, link.queue::kernelEntries)).isPositive();
        }
    }

    /** Packets that come a few at a time are read by system calls as well: code of the ring is not run for them. */
    @Test
    void aFewPacketsAfterASleepLeaveTheRingAlone() throws Exception {
        TapProfile profile = TapProfile.PLAIN_ONE_SHOT;
        EntryCounter sys = new EntryCounter(profile.syscalls());
        try (TapLink link = new TapLink(sys, profile.config())) {
            assertThat(callsToReceive(link, 3, false, sys.entries::get)).isLessThanOrEqualTo(PACKETS / 10);
        }
    }

    private static final class EntryCounter extends DelegatingSyscalls {

        final AtomicLong entries = new AtomicLong();

        EntryCounter(Syscalls real) {
            super(real);
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags) {
            entries.incrementAndGet();
            return super.ioUringEnter(fd, toSubmit, minComplete, flags);
        }

        @Override
        public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
            entries.incrementAndGet();
            return super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, size);
        }
    }

    /**
     * Sends packets, some {@code together}, to a thread that sleeps for them, and then looks for another or does not;
     * returns by how much {@code calls} has grown.
     */
    private static long callsToReceive(TapLink link, int together, boolean looksAgain, LongSupplier calls)
            throws Exception {
        AtomicInteger received = new AtomicInteger();
        CompletableFuture<Sleeper> settled = new CompletableFuture<>();
        FutureTask<Long> task = new FutureTask<>(() -> {
            settle(link);
            settled.complete(Sleeper.here());
            long before = calls.getAsLong();
            while (received.get() < PACKETS) {
                assertThat(link.queue.rx().await(5 * SECOND)).isTrue();
                int count = link.queue.rx().receive(link.burst);
                link.burst.release();
                if (looksAgain) {
                    count += link.queue.rx().receive(link.burst);
                    link.burst.release();
                }
                received.addAndGet(count);
            }
            return calls.getAsLong() - before;
        });
        Thread owner = new Thread(task);
        owner.start();
        for (int sent = 0; sent < PACKETS; ) {
            settled.join().await();
            for (int i = 0; i < together; i++) {
                link.wire.inject(Frames.experimental(60));
                sent++;
            }
            while (received.get() < sent && owner.isAlive()) {
                Thread.onSpinWait();
            }
        }
        return task.get();
    }

    /** An interrupt ends a wait, the flag stays set, and the waits after it end at once until it is taken. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void anInterruptEndsAWait(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            CompletableFuture<Sleeper> settled = new CompletableFuture<>();
            FutureTask<Boolean> task = new FutureTask<>(
                    () -> {
                        settle(link);
                        settled.complete(Sleeper.here());
                        assertThat(link.queue.rx().await(50 * SECOND)).isFalse();
                        assertThat(link.queue.rx().await(50 * SECOND)).isFalse();
                        assertThat(Thread.interrupted()).isTrue();
                        link.wire.inject(Frames.experimental(60));
                        // The signals that it has left end no other wait.
                        assertThat(link.queue.rx().await(50 * SECOND)).isTrue();
                    },
                    true);
            Thread owner = new Thread(task);
            owner.start();
            settled.join().await();
            owner.interrupt();
            task.get();
        }
    }

    /** A signal of the operating system is no packet, no wake and no end. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aSignalDoesNotEndAWait(TapProfile profile) throws Exception {
        AtomicInteger signals = new AtomicInteger();
        Syscalls sys = new DelegatingSyscalls(profile.syscalls()) {
            @Override
            public int ppoll(long fds, int count, long timeout) {
                return signals.getAndDecrement() > 0 ? -Errno.EINTR : super.ppoll(fds, count, timeout);
            }

            @Override
            public int ioUringEnter(int fd, int toSubmit, int minComplete, int flags, long argument, int size) {
                return signals.getAndDecrement() > 0
                        ? -Errno.EINTR
                        : super.ioUringEnter(fd, toSubmit, minComplete, flags, argument, size);
            }
        };
        try (TapLink link = new TapLink(sys, profile.config().withRingSize(32))) {
            settle(link);
            signals.set(3);
            long start = System.nanoTime();
            assertThat(link.queue.rx().await(SECOND / 5)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SECOND / 5);
            assertThat(signals).hasNonPositiveValue();
        }
    }

    /** A wake is never lost, whenever it comes, and ends one wait. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aWakeEndsOneWait(TapProfile profile) throws Exception {
        try (TapLink link = new TapLink(profile, 64)) {
            settle(link);
            for (int i = 0; i < 200; i++) {
                Thread waker = new Thread(link.queue::wake);
                waker.start();
                assertThat(link.queue.rx().await(50 * SECOND)).isFalse();
                waker.join();
            }
            long start = System.nanoTime();
            assertThat(link.queue.rx().await(SECOND / 50)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SECOND / 50);
        }
    }
}
