// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.Collected;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rings that the program forgets, rings that were never whole, and many that end at once. */
@Timeout(60)
class RingDropKernelTest {

    private static final int RINGS = Stress.times(200);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    /** Counts what is logged of dropped rings. */
    private static final class DropLog extends Handler implements AutoCloseable {

        private final Logger logger = Logger.getLogger(RingParts.class.getName());
        private final AtomicInteger drops = new AtomicInteger();

        DropLog() {
            logger.addHandler(this);
            logger.setUseParentHandlers(false);
        }

        int drops() {
            return drops.get();
        }

        @Override
        public void publish(LogRecord entry) {
            if (entry.getMessage().contains("was dropped without close()")) {
                drops.incrementAndGet();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.setUseParentHandlers(true);
            logger.removeHandler(this);
        }
    }

    /** On a thread that lives on, which the kernel knows some of the rings by. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN", "SQPOLL", "NO_MMAP", "TWO_MAPPINGS"})
    void leavesNothingOfDroppedRings(RingProfile profile) throws IOException {
        profile.open(8).close();
        Resources before = Resources.now();
        long pipes = Resources.pipes();
        Set<String> threads = KernelThreads.now();
        try (DropLog log = new DropLog()) {
            // The JVM collects when Java's memory is short, which that of rings does not make.
            int rings = profile == RingProfile.SQPOLL ? Math.min(RINGS, 20) : RINGS;
            for (int i = 0; i < rings; i++) {
                driveAndForget(profile);
            }
            long end = System.nanoTime() + PATIENCE;
            while (log.drops() < rings && System.nanoTime() < end) {
                System.gc();
                Sleeper.pause(5);
            }
            assertThat(log.drops()).isEqualTo(rings);
        }
        assertThat(Resources.now().ringMappings()).isEqualTo(before.ringMappings());
        assertThat(Resources.pipes()).isEqualTo(pipes);
        // A registration keeps its ring until its thread registers another.
        profile.open(8).close();
        try (Ring next = profile.open(8)) {
            next.submit();
            assertThat(next.fd().isRegisteredWithThread()).isTrue();
        }
        Resources.assertNothingSince(before);
        assertThat(KernelThreads.left(threads)).isEmpty();
    }

    private static void driveAndForget(RingProfile profile) throws IOException {
        Ring ring = profile.open(8);
        ring.submission().claim().nop();
        ring.submit();
    }

    /** The kernel ends it some time after its descriptor is closed, and nobody waits for that. */
    @Test
    void keepsWhatADroppedRingsOperationsWereGiven() throws IOException {
        try (DropLog log = new DropLog();
                Pipe pipe = Pipe.open()) {
            WeakReference<Memory> given = readAndForget(pipe);
            long end = System.nanoTime() + PATIENCE;
            while (log.drops() == 0 && System.nanoTime() < end) {
                System.gc();
                Sleeper.pause(5);
            }
            assertThat(log.drops()).isEqualTo(1);
            assertThat(Collected.isCollected(given)).isFalse();
            // The kernel cancels the read and ends the ring when this thread has registered another.
            while (!Collected.isCollected(given) && System.nanoTime() < end) {
                driveAndClose();
            }
            assertThat(Collected.isCollected(given)).isTrue();
        }
    }

    private static void driveAndClose() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            ring.submit();
        }
    }

    private static WeakReference<Memory> readAndForget(Pipe pipe) throws IOException {
        Ring ring = RingProfile.PLAIN.open(8);
        Memory memory = Memory.allocate(8);
        ring.submission().claim().read(pipe.reader(), memory, 0);
        ring.submit();
        return new WeakReference<>(memory);
    }

    @Test
    void saysNothingOfARingThatCouldNotBeBuilt() throws IOException {
        Uring.require();
        FaultySyscalls sys = new FaultySyscalls(Syscalls.libc());
        try (DropLog log = new DropLog()) {
            for (int step = 1; ; step++) {
                sys.failAt(step, Errno.ENOMEM);
                try (Ring ring = Ring.builder(sys).entries(8).build()) {
                    if (ring.isOpen() && sys.failed().isEmpty()) {
                        break;
                    }
                } catch (ErrnoException e) {
                    assertThat(e.errno()).isEqualTo(Errno.ENOMEM);
                }
            }
            System.gc();
            // The one that is found last: those before it have been found by then.
            driveAndForget(RingProfile.PLAIN);
            long end = System.nanoTime() + PATIENCE;
            while (log.drops() == 0 && System.nanoTime() < end) {
                System.gc();
                Sleeper.pause(5);
            }
            assertThat(log.drops()).isEqualTo(1);
        }
    }

    /** What is known of their completions proves nothing, so that the kernel has to end each. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "SINGLE_ISSUER", "DEFER_TASKRUN", "NO_SQARRAY"})
    void closesManySideBySide(RingProfile profile) throws IOException {
        List<Ring> rings = new ArrayList<>();
        AtomicInteger free = new AtomicInteger();
        try (EventFd never = EventFd.open(Syscalls.libc())) {
            for (int i = 0; i < 128; i++) {
                Ring ring = profile.open(8);
                rings.add(ring);
                ring.onClosed(isFree -> free.addAndGet(isFree ? 1 : 0));
                ring.submission().claim().nop().skipSuccess();
                ring.submission().claim().pollAdd(never.fd(), Poll.POLLIN);
                ring.submit();
            }
            long one = System.nanoTime();
            rings.remove(0).close();
            one = System.nanoTime() - one;
            long start = System.nanoTime();
            Ring.closeAll(rings);
            // 127 after one another would take 127 times as long as one; a second is what an idle machine needs at
            // most.
            assertThat(System.nanoTime() - start).isLessThan(Math.max(TimeUnit.SECONDS.toNanos(1), 40 * one));
            assertThat(free).hasValue(128);
        }
    }
}
