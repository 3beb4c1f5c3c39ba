// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's thread that takes what is submitted, with IORING_SETUP_SQPOLL. */
@Timeout(60)
class PollingThreadKernelTest {

    private static final int SIZE = 4096;
    private static final int READS = 10;

    @BeforeEach
    void needsRings() {
        Uring.require();
    }

    @Test
    void pollsFromAThreadOfTheKernelOnTheProcessorItShall() throws IOException {
        try (Ring ring = Ring.builder().entries(8).sqPoll(5).sqPollCpu(0).build()) {
            for (int round = 0; round < 3; round++) {
                ring.submission().claim().nop();
                assertThat(Completions.await(ring, 1).get(0).result()).isZero();
                // It must be woken by the next submit.
                awaitSleep(pollingThread());
            }
            assertThat(Files.readString(pollingThread().resolve("status"))).contains("Cpus_allowed_list:\t0\n");
        }
    }

    @Test
    void sharesAPollingThread() throws IOException {
        try (Ring first = Ring.builder().entries(8).sqPoll(5).build();
                Ring second =
                        Ring.builder().entries(8).sqPoll(5).attachWorkers(first).build()) {
            first.submission().claim().nop();
            second.submission().claim().nop();
            assertThat(Completions.await(first, 1)).hasSize(1);
            assertThat(Completions.await(second, 1)).hasSize(1);
            assertThat(pollingThread()).isNotNull();
        }
    }

    /** d4ae271dfaae: reads past the cache, each submitted alone, by a thread that falls asleep between them. */
    @Test
    void takesReadsOfARegisteredFileOneByOne(@TempDir Path directory) throws IOException {
        Path path = Files.write(directory.resolve("file"), RingFiles.pattern(SIZE, 3));
        int direct = RawFd.open(path.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECT);
        try (Ring ring = Ring.builder().entries(16).sqPoll(1).build();
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), READS * SIZE);
                Fd fd = direct >= 0 ? Fd.own(Syscalls.libc(), direct) : RingFiles.open(path, Fcntl.O_RDONLY)) {
            ring.files().register(fd.fd());
            for (int i = 0; i < READS; i++) {
                IoVectors vectors = new IoVectors(1).add(mapping.memory(), i * SIZE, SIZE);
                ring.submission().claim().readv(0, vectors, 0).fixedFile();
                assertThat(ring.submit()).isEqualTo(1);
                awaitSleep(pollingThread());
            }
            assertThat(Completions.await(ring, READS))
                    .extracting(Completions.Completion::result)
                    .containsOnly(SIZE);
            for (int i = 0; i < READS; i++) {
                assertThat(RingFiles.bytes(mapping.memory(), i * SIZE, SIZE)).isEqualTo(RingFiles.pattern(SIZE, 3));
            }
        }
    }

    /** While the kernel's thread is awake, submitting is a store into memory: no system call. */
    @Test
    void submitsWithoutEnteringTheKernelWhileItPolls() throws IOException {
        try (Ring ring = Ring.builder().entries(8).sqPoll(2_000).build()) {
            ring.submission().claim().nop();
            Completions.await(ring, 1);
            long entries = ring.kernelEntries();
            Completions completions = new Completions();
            int times = Stress.times(1000);
            for (int i = 0; i < times; i++) {
                ring.submission().claim().nop();
                assertThat(ring.submit()).isEqualTo(1);
                while (ring.completion().drain(completions, 1) == 0) {
                    Stress.spin();
                }
            }
            assertThat(completions.list).hasSize(times);
            assertThat(ring.kernelEntries()).isEqualTo(entries);
        }
    }

    private static void awaitSleep(Path task) throws IOException {
        while (!Files.readString(task.resolve("status")).contains("State:\tS")) {
            Sleeper.pause(1);
        }
    }

    /** The only one there is: those of rings that were closed end a little later. */
    private static Path pollingThread() throws IOException {
        long end = System.nanoTime() + 20_000_000_000L;
        List<Path> threads = pollingThreads();
        while (threads.size() != 1 && System.nanoTime() < end) {
            Sleeper.pause(5);
            threads = pollingThreads();
        }
        assertThat(threads).hasSize(1);
        return threads.get(0);
    }

    private static List<Path> pollingThreads() throws IOException {
        List<Path> threads = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                if (nameOf(task).startsWith("iou-sqp")) {
                    threads.add(task);
                }
            }
        }
        return threads;
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException e) {
            // Ended since it was listed.
            return "";
        }
    }

    /** d77a67ed5f27: a submit that waits wakes a thread that sleeps. */
    @Test
    void aSubmitThatWaitsWakesTheThread() throws IOException {
        try (Ring ring = Ring.builder().entries(4).sqPoll(1).build()) {
            ring.submission().claim().nop();
            assertThat(Results.next(ring).result()).isZero();
            awaitSleep(pollingThread());
            ring.submission().claim().nop().userData(42);
            assertThat(ring.submitAndWait(1)).isEqualTo(1);
            assertThat(ring.completion().next()).isTrue();
            assertThat(ring.completion().userData()).isEqualTo(42);
        }
    }

    /** empty-eownerdead: there is nothing wrong with a call that brings nothing. */
    @Test
    void takesACallThatBringsNothing() throws IOException {
        try (Ring ring = Ring.builder().entries(2).sqPoll(1).build()) {
            ring.submission().claim().nop();
            assertThat(Results.next(ring).result()).isZero();
            for (int i = 0; i < 2; i++) {
                assertThat(ring.submit()).isZero();
                assertThat(Syscalls.libc().ioUringEnter(ring.fd().number(), 0, 0, 0))
                        .isZero();
                awaitSleep(pollingThread());
            }
        }
    }

    /** fdinfo-sqpoll: what /proc tells of a ring is read while its thread ends. */
    @Test
    void isDescribedUntilItEnds() throws Exception {
        for (int i = 0; i < 20; i++) {
            Ring ring = Ring.builder().entries(8).sqPoll(1).build();
            ring.submission().claim().nop();
            Completions.await(ring, 1);
            Path info = Path.of("/proc/self/fdinfo/" + ring.fd().number());
            // Of the ring nothing is told while its thread holds the lock.
            assertThat(Files.readString(info)).contains("ino:");
            AtomicBoolean isClosed = new AtomicBoolean();
            Thread reader = new Thread(() -> {
                while (!isClosed.get()) {
                    try {
                        Files.readString(info);
                    } catch (IOException e) {
                        // The descriptor is gone already.
                    }
                }
            });
            reader.start();
            ring.close();
            isClosed.set(true);
            reader.join();
        }
    }
}
