// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.Uring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel's thread that takes what is submitted, with IORING_SETUP_SQPOLL. */
@Timeout(60)
class PollingThreadKernelTest {

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
}
