// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

class WorkersKernelTest {

    @ParameterizedTest
    @EachOf(RingProfile.class)
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
                assertThat(processorsOfWorkers(ring)).isNotEmpty().containsOnly("0");
            }
        });
        onAThreadOfItsOwn(() -> {
            try (Ring ring = profile.open(8)) {
                ring.submit();
                ring.register().workers().pin(0);
                ring.register().workers().unpin();
                assertThat(processorsOfWorkers(ring)).isNotEmpty().containsOnly(processorsOfThisThread());
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

    /**
     * What /proc says of the workers that an operation of {@code ring} starts, as {@code "0"} or {@code "0-1"}. A
     * worker is named after the thread that it works for, but by that thread's number in the first PID namespace, which
     * nobody knows inside another one: so the new ones are taken. No other ring has an operation under way.
     */
    private static List<String> processorsOfWorkers(Ring ring) throws IOException {
        Set<Path> before = workers().keySet();
        ring.submission().claim().nop().async();
        assertThat(Completions.await(ring, 1).get(0).result()).isZero();
        Map<Path, String> started = workers();
        started.keySet().removeAll(before);
        return List.copyOf(started.values());
    }

    /** The workers of this process, and the processors on which each may run. */
    private static Map<Path, String> workers() throws IOException {
        Map<Path, String> found = new HashMap<>();
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                List<String> status = readIfAlive(task.resolve("status"));
                if (status.stream().anyMatch(line -> line.startsWith("Name:\tiou-wrk-"))) {
                    found.put(task, allowed(status));
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
