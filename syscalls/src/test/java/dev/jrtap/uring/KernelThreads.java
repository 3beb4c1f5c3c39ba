// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.fixtures.Sleeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Polling threads and workers that the kernel runs in this process for its rings. */
final class KernelThreads {

    private static final int LOOKS = 3000;

    private KernelThreads() {}

    /**
     * By name and number. Idle workers belong to the thread that submitted, and stay as long as it does: those of the
     * thread that runs the tests were there before.
     */
    static Set<String> now() {
        Set<String> threads = new HashSet<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            for (Path task : tasks.toList()) {
                String name = nameOf(task);
                if (name.startsWith("iou-sqp") || name.startsWith("iou-wrk")) {
                    threads.add(name + " " + task.getFileName());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return threads;
    }

    /** Those that were not there {@code before} and do not end: the kernel ends them after the close. */
    static Set<String> left(Set<String> before) {
        Set<String> threads = now();
        threads.removeAll(before);
        for (int i = 0; i < LOOKS && !threads.isEmpty(); i++) {
            Sleeper.pause(10);
            threads = now();
            threads.removeAll(before);
        }
        return threads;
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm")).trim();
        } catch (IOException e) {
            // Ended since it was listed.
            return "";
        }
    }
}
