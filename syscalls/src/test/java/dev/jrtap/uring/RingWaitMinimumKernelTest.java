// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.RingWaitKernelTest.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sleeping for many with a time after which one is enough, as in liburing's min-timeout-wait and defer-tw-timeout. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RingWaitMinimumKernelTest {

    private static final String RINGS = "dev.jrtap.uring.RingWaitKernelTest#rings";
    private static final long MILLIS = 1_000_000L;
    private static final long SECOND = 1000 * MILLIS;
    private static final long LONG = 30 * SECOND;
    private static final long SOON = 20 * SECOND;

    private final List<Pipe> pipes = new ArrayList<>();

    @AfterEach
    void closePipes() {
        pipes.forEach(Pipe::close);
    }

    /** Reads of {@code count} pipes, into which a thread writes when this one sleeps. */
    private Thread readLater(Ring ring, int count) {
        for (int i = 0; i < count; i++) {
            Pipe pipe = Pipe.open();
            pipes.add(pipe);
            ring.submission().claim().read(pipe.reader(), Memory.allocate(8), 0);
        }
        ring.submit();
        Sleeper sleeper = Sleeper.here();
        Thread writer = new Thread(() -> {
            sleeper.await();
            pipes.forEach(pipe -> pipe.put(new byte[8]));
        });
        writer.start();
        return writer;
    }

    private static void assertTook(long start, long least, long most) {
        assertThat(System.nanoTime() - start).isBetween(least, most);
    }

    @ParameterizedTest
    @MethodSource(RINGS)
    void doesNotSleepWhenAllAreThere(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring ring = RingWaitKernelTest.open(profile, kernel)) {
            for (int i = 0; i < 4; i++) {
                ring.submission().claim().nop();
            }
            assertThat(ring.await(4, Long.MAX_VALUE, LONG)).isEqualTo(4);
            long entries = ring.kernelEntries();
            assertThat(ring.await(4, LONG, Long.MAX_VALUE)).isEqualTo(4);
            // Without TASKRUN_FLAG only the kernel knows whether there is work for the thread.
            assertThat(ring.kernelEntries()).isBetween(entries, entries + 1);
        }
    }

    @ParameterizedTest
    @MethodSource(RINGS)
    void endsWithTheLastOfThemBeforeTheMinimum(RingProfile profile, Kernel kernel) throws Exception {
        try (Ring ring = RingWaitKernelTest.open(profile, kernel)) {
            Thread writer = readLater(ring, 4);
            long start = System.nanoTime();
            assertThat(ring.await(4, LONG, 2 * LONG)).isEqualTo(4);
            assertTook(start, 0, SOON);
            writer.join();
        }
    }

    @ParameterizedTest
    @MethodSource(RINGS)
    void endsWithTheFirstAfterTheMinimum(RingProfile profile, Kernel kernel) throws Exception {
        try (Ring ring = RingWaitKernelTest.open(profile, kernel)) {
            Thread writer = readLater(ring, 1);
            long start = System.nanoTime();
            assertThat(ring.await(4, MILLIS, LONG)).isEqualTo(1);
            assertTook(start, MILLIS, SOON);
            writer.join();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN", "SQPOLL"})
    void waitsForTheMinimumWhereSomeCome(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            Thread writer = readLater(ring, 2);
            long start = System.nanoTime();
            // On a busy machine the writer may lose its processor between its writes.
            assertThat(ring.await(4, SECOND, LONG)).isBetween(1, 2);
            assertTook(start, SECOND, SOON);
            writer.join();
        }
    }

    /** The longer of the two times does not count where nothing comes. */
    @ParameterizedTest
    @MethodSource(RINGS)
    void theTimeoutBoundsTheMinimum(RingProfile profile, Kernel kernel) throws IOException {
        try (Ring ring = RingWaitKernelTest.open(profile, kernel)) {
            for (long minimum : new long[] {5 * MILLIS, 10 * MILLIS, LONG, Long.MAX_VALUE}) {
                long start = System.nanoTime();
                assertThat(ring.await(4, minimum, 10 * MILLIS)).isZero();
                assertTook(start, 10 * MILLIS, SOON);
            }
        }
    }

    /** Work that the kernel has queued for the thread is done although the time is up before all have come. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"PLAIN", "DEFER_TASKRUN", "TWO_MAPPINGS_DEFER_TASKRUN"})
    void findsTheOneThatCameWhenTheTimeIsUp(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(8)) {
            Thread writer = readLater(ring, 1);
            long start = System.nanoTime();
            assertThat(ring.await(2, Long.MAX_VALUE, SECOND)).isEqualTo(1);
            assertTook(start, SECOND, SOON);
            Completions one = new Completions();
            assertThat(ring.completion().drain(one, 2)).isEqualTo(1);
            assertThat(one.list.get(0).result()).isEqualTo(8);
            writer.join();
        }
    }

    /** defer-tw-timeout: likewise a read past the cache. */
    @Test
    void findsTheReadThatIsDoneWhenTheTimeIsUp(@TempDir Path directory) throws IOException {
        Path path = Files.write(directory.resolve("file"), new byte[4096]);
        int direct = RawFd.open(path.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECT);
        try (Ring ring = RingProfile.DEFER_TASKRUN.open(8);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), 4096);
                Fd fd = direct >= 0 ? Fd.own(Syscalls.libc(), direct) : RingFiles.open(path, Fcntl.O_RDONLY)) {
            ring.submission().claim().read(fd.fd(), mapping.memory(), 0);
            long start = System.nanoTime();
            assertThat(ring.await(2, Long.MAX_VALUE, SECOND)).isEqualTo(1);
            assertTook(start, SECOND, SOON);
            assertThat(Results.next(ring).result()).isEqualTo(4096);
        }
    }
}
