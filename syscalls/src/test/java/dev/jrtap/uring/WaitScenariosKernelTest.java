// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.bindings.Wait;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Waiting for children, events and the end of data, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitScenariosKernelTest {

    private static final int KILL = 9;
    private static final long SHORT = 2_000_000;
    private static final int TRIES = 10;
    private static final long ATONCE_NANOS = 500_000_000L;
    private static final POSIX POSIX = POSIXFactory.getNativePOSIX();

    @TempDir
    private Path directory;

    private final List<Integer> children = new ArrayList<>();

    @AfterEach
    void endsChildren() {
        children.forEach(pid -> POSIX.kill(pid, KILL));
    }

    /** A child that ends with {@code status} when something is written to its FIFO. */
    private int child(Path fifo, int status) {
        assertThat(POSIX.mkfifo(fifo.toString(), 0600)).isZero();
        String script = "read x <" + fifo + "; exit " + status;
        return (int) POSIX.posix_spawnp("sh", List.of(), List.of("sh", "-c", script), List.of());
    }

    private static void release(Path fifo) throws IOException {
        Files.writeString(fifo, "go\n");
    }

    /** waitid: the child that is named and no other, one that has ended before, a time that is up, and a cancel. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void waitsForTheChildItNamesUntilToldOtherwise(RingProfile profile) throws IOException {
        Path first = directory.resolve(profile + "1");
        Path second = directory.resolve(profile + "2");
        try (Ring ring = profile.open(8)) {
            Feature.require("WAITID", ring.capabilities().supports(Operation.WAITID), "Linux 6.7 or newer is needed");
            int other = child(first, 1);
            int named = child(second, 3);
            children.addAll(List.of(other, named));
            ChildInfo info = new ChildInfo();

            ring.submission()
                    .claim()
                    .waitid(Wait.P_PID, named, info, Wait.WEXITED)
                    .userData(1)
                    .link();
            ring.submission().claim().linkTimeout(SHORT, 0).userData(2);
            List<Completions.Completion> late = Completions.await(ring, 2);
            assertThat(Results.of(late, 1)).isEqualTo(-Errno.ECANCELED);
            assertThat(Results.of(late, 2)).isIn(-Errno.ETIME, 1);

            ring.submission()
                    .claim()
                    .waitid(Wait.P_PID, named, info, Wait.WEXITED)
                    .userData(3);
            ring.submit();
            ring.submission().claim().cancel(3).userData(4);
            List<Completions.Completion> canceled = Completions.await(ring, 2);
            assertThat(Results.of(canceled, 3)).isEqualTo(-Errno.ECANCELED);
            // The number of those that were found, where other operations say 0.
            assertThat(Results.of(canceled, 4)).isIn(0, 1);

            ring.submission()
                    .claim()
                    .waitid(Wait.P_PID, named, info, Wait.WEXITED)
                    .userData(5);
            ring.submit();
            release(first);
            // The other one has ended for certain, and can be waited for when it has.
            ChildInfo another = new ChildInfo();
            ring.submission()
                    .claim()
                    .waitid(Wait.P_PID, other, another, Wait.WEXITED)
                    .userData(6);
            assertThat(Results.next(ring).userData()).isEqualTo(6);
            assertThat(another.status()).isEqualTo(1);
            release(second);
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(5, 0, 0));
            assertThat(info.pid()).isEqualTo(named);
            assertThat(info.status()).isEqualTo(3);
        }
    }

    /** poll-update-trigger: other events, one of which is there already. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aPollIsUpdatedToWhatIsThere(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Sockets.Pair pair = Sockets.pair(Sockets.STREAM)) {
            ring.submission().claim().pollAdd(pair.left().fd(), Poll.POLLIN).userData(1);
            ring.submit();
            ring.submission().claim().pollUpdate(1, Poll.POLLIN | Poll.POLLOUT).userData(2);
            List<Completions.Completion> both = Completions.await(ring, 2);
            assertThat(Results.of(both, 1) & Poll.POLLOUT).isNotZero();
            assertThat(Results.of(both, 2)).isZero();
        }
    }

    /**
     * poll-mshot-wake: the eventfd that is polled is the one that the ring signals. The first completion wakes the poll
     * once more, and the kernel ends it, so that the two do not wake each other without end.
     */
    @Test
    void aMultishotPollOfItsOwnEventFdEndsWithTheSecond() throws IOException {
        try (Ring ring = RingProfile.PLAIN.open(64);
                EventFd event = EventFd.open(Syscalls.libc())) {
            ring.register().eventFd(event);
            ring.submission().claim().pollMultishot(event.fd(), Poll.POLLIN).userData(1);
            ring.submit();
            List<Boolean> more = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                event.signal();
                event.clear();
                Completions.Completion told = Results.next(ring);
                assertThat(told.userData()).isEqualTo(1);
                assertThat(told.result()).isNotNegative();
                more.add(CqeFlags.hasMore(told.flags()));
            }
            assertThat(more.get(0)).isTrue();
            Feature.require("polls that wake themselves end", !more.get(1), "Linux 6.2 or newer is needed");
        }
    }

    /** timerfd-short-read: what asks for two events gets the one that is there. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsOneEventThoughItHasRoomForTwo(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                EventFd event = EventFd.open(Syscalls.libc())) {
            Memory in = Memory.allocate(2 * Long.BYTES);
            ring.submission().claim().read(event.fd(), in, 0);
            ring.submit();
            event.signal();
            assertThat(Results.next(ring).result()).isEqualTo(Long.BYTES);
            assertThat(in.getI64(0)).isEqualTo(1);
        }
    }

    /** mshot-shutdown-race: bytes and the end that come before the kernel could look are both told. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aMultishotReceiveIsToldOfBytesAndOfTheEnd(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(4 * 256);
        for (int sends = 1; sends <= 2; sends++) {
            for (int round = 0; round < 10; round++) {
                try (Ring ring = profile.open(8);
                        Sockets.Pair pair = Sockets.pair(Sockets.STREAM)) {
                    Results.provide(ring, 0, memory, 4, 256);
                    ring.submission().claim().recvMultishot(pair.left().fd(), 0, 0);
                    ring.submit();
                    for (int i = 0; i < sends; i++) {
                        Sockets.write(pair.right(), "x".repeat(123));
                    }
                    ring.submission()
                            .claim()
                            .shutdown(pair.right().fd(), SysSocket.SHUT_WR)
                            .userData(1);
                    int received = 0;
                    boolean shut = false;
                    boolean ended = false;
                    while (!ended || !shut) {
                        Completions.Completion each = Results.next(ring);
                        if (each.userData() == 1) {
                            shut = true;
                        } else {
                            received += each.result();
                            ended = !CqeFlags.hasMore(each.flags());
                        }
                    }
                    assertThat(received).isEqualTo(sends * 123);
                }
            }
        }
    }

    /** iopoll-sync: a ring that polls devices takes a chain of commands of a socket, which it cannot poll. */
    @Test
    void aRingThatPollsDevicesTakesCommandsOfSockets() throws IOException {
        Uring.require();
        Memory before = Memory.allocate(Integer.BYTES);
        Memory set = Memory.allocate(Integer.BYTES);
        Memory after = Memory.allocate(Integer.BYTES);
        before.putI32(0, 123);
        set.putI32(0, 1);
        after.putI32(0, 123);
        // Where the owner runs what is linked, it would do so when it waits.
        try (Ring ring = Ring.builder()
                        .entries(4)
                        .prefer()
                        .require(SetupFlag.IOPOLL)
                        .build();
                Fd socket = Sockets.open(Sockets.INET, Sockets.STREAM)) {
            int fd = socket.fd();
            int option = SysSocket.SO_REUSEADDR;
            claim(ring)
                    .getsockopt(fd, SysSocket.SOL_SOCKET, option, before)
                    .link()
                    .userData(1);
            claim(ring).setsockopt(fd, SysSocket.SOL_SOCKET, option, set).link().userData(2);
            claim(ring).getsockopt(fd, SysSocket.SOL_SOCKET, option, after).userData(3);
            assertThat(ring.submit()).isEqualTo(3);
            assertThat(ring.completion().ready()).as("without a wait").isEqualTo(3);
            List<Completions.Completion> three = Completions.await(ring, 3);
            if (three.get(0).result() == -Errno.EOPNOTSUPP) {
                assertThat(three)
                        .extracting(Completions.Completion::result)
                        .endsWith(-Errno.ECANCELED, -Errno.ECANCELED);
                assertThat(before.getI32(0)).isEqualTo(123);
            }
            Feature.require(
                    "socket options on rings that poll devices",
                    three.get(0).result() != -Errno.EOPNOTSUPP,
                    "Linux 7.1 or newer is needed");
            assertThat(three)
                    .containsExactly(
                            new Completions.Completion(1, Integer.BYTES, 0),
                            new Completions.Completion(2, 0, 0),
                            new Completions.Completion(3, Integer.BYTES, 0));
            assertThat(before.getI32(0)).isZero();
            assertThat(after.getI32(0)).isEqualTo(1);
        }
    }

    /** io-wq-exit: a thread that has made workers ends at once, and so do they. */
    @Test
    void workersEndWithTheThreadThatNeededThem() throws Exception {
        Uring.require();
        Set<String> before = KernelThreads.now();
        long least = Long.MAX_VALUE;
        // On a busy machine not each time; an idle worker would wait five seconds for more, each time.
        for (int i = 0; i < TRIES && least > ATONCE_NANOS; i++) {
            Path source = Files.writeString(directory.resolve("source" + i), "a".repeat(20));
            Path target = Files.createFile(directory.resolve("target" + i));
            FutureTask<Void> task = new FutureTask<>(() -> {
                splice(source, target);
                return null;
            });
            Thread thread = new Thread(task);
            long start = System.nanoTime();
            thread.start();
            thread.join();
            least = Math.min(least, System.nanoTime() - start);
            task.get();
            assertThat(Files.readString(target)).isEqualTo("\0".repeat(10) + "a".repeat(20));
        }
        assertThat(least).isLessThan(ATONCE_NANOS);
        assertThat(KernelThreads.left(before)).isEmpty();
    }

    /** Splices are made by workers. */
    private static void splice(Path source, Path target) throws IOException {
        try (Ring ring = Ring.builder().entries(4).build();
                Pipe pipe = Pipe.open();
                Fd from = RingFiles.open(source, Fcntl.O_RDONLY);
                Fd to = RingFiles.open(target, Fcntl.O_WRONLY)) {
            ring.submission().claim().splice(from.fd(), 0, pipe.writer(), -1, 20);
            ring.submission().claim().splice(pipe.reader(), -1, to.fd(), 10, 20);
            assertThat(Completions.await(ring, 2))
                    .extracting(Completions.Completion::result)
                    .containsOnly(20);
        }
    }

    /** io-wq-unused-exit: workers end with the last ring, though the thread goes on. */
    @Test
    void workersEndWithTheLastRing() throws Exception {
        Uring.require();
        // A thread whose earlier rings have left no idle worker, which this ring would take.
        FutureTask<Boolean> haveEnded = new FutureTask<>(WaitScenariosKernelTest::workersEndBeforeTheirThread);
        new Thread(haveEnded, "workers").start();
        Feature.require("workers that end with the last ring", haveEnded.get(), "Linux 7.1 or newer is needed");
    }

    private static boolean workersEndBeforeTheirThread() throws IOException {
        Set<String> before = KernelThreads.now();
        Set<String> workers;
        try (Ring ring = Ring.builder().entries(4).build();
                Pipe pipe = Pipe.open()) {
            ring.submission().claim().read(pipe.reader(), Memory.allocate(8), 0).async();
            ring.submit();
            do {
                Thread.onSpinWait();
                workers = KernelThreads.now();
                workers.removeAll(before);
            } while (workers.isEmpty());
            Sockets.write(pipe.out(), "x");
            assertThat(Results.next(ring).result()).isEqualTo(1);
        }
        boolean areThere = true;
        // Those that wait for more do so for five seconds.
        for (int i = 0; i < 200 && areThere; i++) {
            Sleeper.pause(10);
            areThere = KernelThreads.now().stream().anyMatch(workers::contains);
        }
        return !areThere;
    }
}
