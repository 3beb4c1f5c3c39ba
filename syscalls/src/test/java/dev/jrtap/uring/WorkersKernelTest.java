// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

class WorkersKernelTest {

    @ParameterizedTest
    @EnumSource(RingProfile.class)
    void readsTheLimitsThatWereSet(RingProfile profile) throws Exception {
        onAThreadOfItsOwn(() -> {
            try (Ring ring = profile.open(8)) {
                ring.submit();
                Workers workers = ring.register().workers();
                Workers.Limits before = workers.limits();
                assertThat(before.bounded()).isPositive();
                assertThat(workers.limit(new Workers.Limits(3, 5))).isEqualTo(before);
                assertThat(workers.limit(new Workers.Limits(0, 6))).isEqualTo(new Workers.Limits(3, 5));
                assertThat(workers.limits()).isEqualTo(new Workers.Limits(3, 6));
            }
        });
    }

    /** The workers of a polling thread are those of no thread of Java, so they are not looked for. */
    @ParameterizedTest
    @EnumSource(value = RingProfile.class, names = "SQPOLL", mode = EnumSource.Mode.EXCLUDE)
    void bindsWorkersToAProcessor(RingProfile profile) throws Exception {
        onAThreadOfItsOwn(() -> {
            try (Ring ring = profile.open(8)) {
                ring.submit();
                ring.register().workers().pin(0);
                work(ring);
                assertThat(processorsOfWorkers()).isNotEmpty().containsOnly("0");
            }
        });
        onAThreadOfItsOwn(() -> {
            try (Ring ring = profile.open(8)) {
                ring.submit();
                ring.register().workers().pin(0);
                ring.register().workers().unpin();
                work(ring);
                assertThat(processorsOfWorkers()).isNotEmpty().containsOnly(processorsOfThisThread());
            }
        });
    }

    @Test
    void saysWhyABindingIsRefused() throws Exception {
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Workers workers = ring.register().workers();
            onAThreadOfItsOwn(
                    () -> Refusals.assertRefused(() -> workers.pin(0), Errno.EINVAL, "has no io_uring of its own"));
            assertThatThrownBy(workers::pin).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> workers.pin(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Workers.Limits(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void work(Ring ring) {
        ring.submission().claim().nop().async();
        assertThat(Completions.await(ring, 1).get(0).result()).isZero();
    }

    /** What /proc says of the workers of the calling thread, as {@code "0"} or {@code "0-1"}. */
    private static List<String> processorsOfWorkers() throws IOException {
        String self = Files.readSymbolicLink(Path.of("/proc/thread-self"))
                .getFileName()
                .toString();
        List<String> found = new ArrayList<>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                List<String> status = readIfAlive(task.resolve("status"));
                if (status.contains("Name:\tiou-wrk-" + self)) {
                    found.add(allowed(status));
                }
            }
        }
        return found;
    }

    private static String processorsOfThisThread() throws IOException {
        return allowed(Files.readAllLines(Path.of("/proc/thread-self/status")));
    }

    private static String allowed(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .findFirst()
                .orElse("");
    }

    private static List<String> readIfAlive(Path status) {
        try {
            return Files.readAllLines(status);
        } catch (IOException e) {
            // A thread that has ended since it was listed.
            return List.of();
        }
    }

    /** Workers belong to the thread that submits: a thread of its own begins with none. */
    private static void onAThreadOfItsOwn(Refusals.Action action) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            action.run();
            return null;
        });
        new Thread(task).start();
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TestAbortedException skip) {
                throw skip;
            }
            throw e;
        }
    }
}
