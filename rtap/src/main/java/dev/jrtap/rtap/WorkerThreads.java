// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's io_uring worker threads of this process: each is an operation that could not be done without blocking.
 */
final class WorkerThreads {

    /** What the kernel calls them: "iou-wrk-" and the thread that submitted. */
    private static final String NAME = "iou-wrk-";

    private WorkerThreads() {}

    /** Returns how many there are; 0 without /proc. */
    static int count() {
        int count = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                count += isWorker(task) ? 1 : 0;
            }
        } catch (IOException e) {
            return 0;
        }
        return count;
    }

    private static boolean isWorker(Path task) {
        try {
            return Files.readString(task.resolve("comm")).startsWith(NAME);
        } catch (IOException e) {
            // Ended since it was listed.
            return false;
        }
    }
}
