// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Poll;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.SmallJvm;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FutexVector;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Threads and processes that end with operations under way, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndScenariosKernelTest {

    private static final int WRITES = 8;
    private static final int SIZE = 512;
    private static final int ABORT = 6;
    private static final int KILL = 9;
    private static final int SEGV = 11;

    @TempDir
    private Path directory;

    /** Runs {@code action} on a thread that has ended when this returns. */
    private static <T> T onThreadThatEnds(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = new Thread(task);
        thread.start();
        thread.join();
        try {
            return task.get();
        } catch (ExecutionException e) {
            // That a kernel lacks something is told by an exception, too.
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** thread-exit: what was submitted is written, and the poll that stays is no obstacle. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void writesOfAThreadThatHasEndedAreMade(RingProfile profile) throws Exception {
        Resources before = Resources.now();
        Memory bytes = Memory.allocate(SIZE);
        for (int i = 0; i < SIZE; i++) {
            bytes.putI8(i, 0x5a);
        }
        Path file = Files.write(directory.resolve("file"), new byte[0]);
        try (Fd fd = RingFiles.open(file, Fcntl.O_WRONLY);
                Pipe pipe = Pipe.open()) {
            Ring ring = onThreadThatEnds(() -> {
                Ring opened = profile.open(32);
                for (int i = 0; i < WRITES; i++) {
                    opened.submission().claim().write(fd.fd(), bytes, (long) i * SIZE);
                    opened.submission().claim().pollAdd(pipe.reader(), Poll.POLLIN);
                }
                assertThat(opened.submit()).isEqualTo(2 * WRITES);
                return opened;
            });
            // With a polling thread the writes may still be under way.
            while (Files.size(file) < WRITES * SIZE) {
                Thread.onSpinWait();
            }
            byte[] expected = new byte[WRITES * SIZE];
            Arrays.fill(expected, (byte) 0x5a);
            assertThat(Files.readAllBytes(file)).isEqualTo(expected);
            ring.close();
        }
        Resources.assertNothingSince(before);
    }

    /** read-before-exit: again and again, reads that never end of a thread that ends at once. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsOfAThreadThatEndsAtOnceAreEnded(RingProfile profile) throws Exception {
        Resources before = Resources.now();
        try (Pipe first = Pipe.open();
                Pipe second = Pipe.open()) {
            List<Ring> rings = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                rings.add(onThreadThatEnds(() -> {
                    Ring opened = profile.open(8);
                    opened.submission().claim().read(first.reader(), Memory.allocate(8), 0);
                    opened.submission().claim().read(second.reader(), Memory.allocate(8), 0);
                    assertThat(opened.submit()).isEqualTo(2);
                    return opened;
                }));
            }
            Ring.closeAll(rings);
            assertThat(rings).noneMatch(Ring::isOpen);
            // Nobody reads any more: what is written waits.
            first.put(new byte[] {1, 2, 3});
            assertThat(first.take(3)).containsExactly(1, 2, 3);
        }
        Resources.assertNothingSince(before);
    }

    /** files-exit-hang-timeout: an accept that waits for a timeout that does not end. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aChainBehindATimeoutEndsWithTheRing(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        try (Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            try (Ring ring = profile.open(16)) {
                ring.submission()
                        .claim()
                        .timeout(TimeUnit.MINUTES.toNanos(5), 100, 0)
                        .link();
                ring.submission().claim().accept(listener.fd(), 0);
                assertThat(ring.submit()).isEqualTo(2);
            }
        }
        Resources.assertNothingSince(before);
    }

    /** files-exit-hang-poll: an accept that waits for a poll that does not end. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aChainBehindAPollEndsWithTheRing(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        try (Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            try (Ring ring = profile.open(16)) {
                ring.submission().claim().pollAdd(listener.fd(), Poll.POLLIN).link();
                ring.submission().claim().accept(listener.fd(), 0);
                assertThat(ring.submit()).isEqualTo(2);
            }
        }
        Resources.assertNothingSince(before);
    }

    /** exit-no-cleanup, and the scenario above where a process ends without a close. */
    @Test
    void aProcessEndsWithoutCleaningUp() throws Exception {
        Uring.require();
        for (String how : new String[] {"halt", "exit"}) {
            List<String> command = new ArrayList<>(SmallJvm.command(Exiting.class));
            command.add(how);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            assertThat(ended).isTrue();
            assertThat(new String(process.getInputStream().readAllBytes())).contains("all wait");
            assertThat(process.exitValue()).isEqualTo(7);
        }
    }

    /** coredump: a process that crashes while a worker reads for it, and dumps core if it may, comes to its end. */
    @Test
    void aProcessThatCrashesEnds() throws Exception {
        Uring.require();
        List<String> command = new ArrayList<>(SmallJvm.command(Exiting.class));
        command.add(1, "-XX:ErrorFile=" + directory.resolve("hs_err"));
        command.add("crash");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(directory.toFile())
                .start();
        assertEnds(process);
        assertThat(process.exitValue()).isEqualTo(128 + ABORT);
    }

    /** futex-kill: a process that is killed while it waits for words, by each kind of ring and wait, is gone. */
    @Test
    void aProcessThatIsKilledEnds() throws Exception {
        try (Ring ring = RingProfile.PLAIN.open(2)) {
            boolean isKnown = ring.capabilities().supports(Operation.FUTEX_WAIT);
            Feature.require("FUTEX_WAIT", isKnown, "Linux 6.7 or newer is needed");
        }
        Process process = new ProcessBuilder(SmallJvm.command(Waiting.class))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader()) {
            // A JVM may have something to say first.
            assertThat(output.lines().filter("all wait"::equals).findFirst()).isPresent();
        } finally {
            process.destroyForcibly();
        }
        assertEnds(process);
        assertThat(process.exitValue()).isEqualTo(128 + KILL);
    }

    private static void assertEnds(Process process) throws InterruptedException {
        boolean ended = process.waitFor(30, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended).isTrue();
    }

    /** Waits for words, at once and by workers, one and several, with a polling thread and without. */
    static final class Waiting {

        private Waiting() {}

        public static void main(String[] arguments) throws Exception {
            Memory word = Memory.allocate(2 * Integer.BYTES);
            for (RingBuilder builder :
                    List.of(Ring.builder().entries(8), Ring.builder().entries(8).sqPoll(1000))) {
                Ring ring = builder.build();
                for (boolean isByWorker : new boolean[] {false, true}) {
                    Sqe one = ring.submission().claim().futexWait(word, 0, 0);
                    if (isByWorker) {
                        one.async();
                    }
                    Sqe any = ring.submission().claim().futexWaitAny(new FutexVector(1).add(word, 0, 0));
                    if (isByWorker) {
                        any.async();
                    }
                }
                ring.submission().claim().nop();
                Results.next(ring);
            }
            System.out.println("all wait");
            System.out.flush();
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    /** Four threads that wait for reads which one byte each has ended once, and a chain behind a poll. */
    static final class Exiting {

        private static final int THREADS = 4;

        private Exiting() {}

        public static void main(String[] arguments) throws Exception {
            Pipe pipe = Pipe.open();
            CountDownLatch read = new CountDownLatch(THREADS);
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> waitForEver(pipe, read));
                thread.setDaemon(true);
                thread.start();
                Sockets.write(pipe.out(), "x");
            }
            read.await();
            Fd listener = Sockets.open(Sockets.UNIX, Sockets.STREAM);
            Ring ring = Ring.builder().build();
            ring.submission().claim().pollAdd(pipe.reader(), Poll.POLLIN).link();
            ring.submission().claim().accept(listener.fd(), 0);
            ring.submit();
            System.out.println("all wait");
            System.out.flush();
            if (arguments[0].equals("halt")) {
                Runtime.getRuntime().halt(7);
            }
            if (arguments[0].equals("crash")) {
                ring.submission()
                        .claim()
                        .read(pipe.reader(), Memory.allocate(1), 0)
                        .async();
                ring.submit();
                POSIXFactory.getNativePOSIX().kill(ProcessHandle.current().pid(), SEGV);
                Thread.sleep(Long.MAX_VALUE);
            }
            System.exit(7);
        }

        private static void waitForEver(Pipe pipe, CountDownLatch read) {
            try {
                Ring ring = Ring.builder().entries(8).build();
                Memory in = Memory.allocate(1);
                while (true) {
                    ring.submission().claim().read(pipe.reader(), in, 0);
                    Results.next(ring);
                    read.countDown();
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
