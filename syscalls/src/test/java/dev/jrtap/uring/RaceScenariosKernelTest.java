// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Many operations against another thread, as in liburing's stress tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RaceScenariosKernelTest {

    private static final int REQUESTS = 64;
    private static final int SIZE = 64;
    private static final int GROUP = 1;
    private static final int ROUNDS = 20;

    /** Writes on a thread of its own, once a ring is about to receive. */
    private static FutureTask<Void> writer(Fd fd) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            for (int i = 0; i < REQUESTS; i++) {
                Sockets.write(fd, "x".repeat(SIZE));
            }
            return null;
        });
        new Thread(task).start();
        return task;
    }

    /** poll-race: none of the receives is stalled, though all race for the same socket. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void allReceivesOfASocketComplete(RingProfile profile) throws Exception {
        try (Ring ring = profile.open(REQUESTS)) {
            for (int round = 0; round < ROUNDS; round++) {
                try (Sockets.Pair pair = Sockets.pair(Sockets.STREAM)) {
                    Memory in = Memory.allocate(SIZE);
                    for (int i = 0; i < REQUESTS; i++) {
                        RingFiles.claim(ring).recv(pair.left().fd(), in, 0, SIZE, 0);
                    }
                    FutureTask<Void> writer = writer(pair.right());
                    assertThat(Completions.await(ring, REQUESTS))
                            .extracting(Completions.Completion::result)
                            .containsOnly(SIZE);
                    writer.get();
                }
            }
        }
    }

    /** poll-race-mshot: each buffer is lent once, however wake-ups race, one-shot or multishot. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void noProvidedBufferIsLentTwiceOrLost(RingProfile profile) throws Exception {
        Memory memory = Memory.allocate(REQUESTS * SIZE);
        for (boolean multishot : new boolean[] {false, true}) {
            try (Ring ring = profile.open(REQUESTS)) {
                BufferRing group = Results.provide(ring, GROUP, memory, REQUESTS, SIZE);
                for (int round = 0; round < ROUNDS; round++) {
                    lendsEachBufferOnce(ring, multishot);
                    for (int id = 0; id < REQUESTS; id++) {
                        group.offer(memory, id * SIZE, SIZE, id);
                    }
                    group.publish();
                }
            }
        }
    }

    private static void lendsEachBufferOnce(Ring ring, boolean multishot) throws Exception {
        try (Sockets.Pair pair = Sockets.pair(Sockets.STREAM)) {
            int fd = pair.left().fd();
            for (int i = 0; i < (multishot ? 1 : REQUESTS); i++) {
                Operations entry = RingFiles.claim(ring);
                Sqe sqe = multishot ? entry.recvMultishot(fd, 0, GROUP) : entry.recvProvided(fd, SIZE, 0, GROUP);
                sqe.userData(1);
            }
            FutureTask<Void> writer = writer(pair.right());
            BitSet lent = new BitSet();
            for (Completions.Completion each : Completions.await(ring, REQUESTS)) {
                assertThat(each.result()).isEqualTo(SIZE);
                assertThat(CqeFlags.hasBuffer(each.flags())).isTrue();
                lent.set(CqeFlags.bufferId(each.flags()));
            }
            assertThat(lent.cardinality()).isEqualTo(REQUESTS);
            writer.get();
            if (multishot) {
                // It ends for want of a buffer, or of a sender.
                pair.right().close();
                assertThat(CqeFlags.hasMore(Results.next(ring).flags())).isFalse();
            }
        }
    }

    /** accept-mshot-stress: as many as connect are accepted, though they go at once. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void everyConnectionOfARushIsAccepted(RingProfile profile) throws Exception {
        int connections = 200;
        Syscalls sys = Syscalls.libc();
        try (Ring ring = profile.open(128);
                Fd listener = Sockets.listener(Sockets.ipv4(0))) {
            ring.submission().claim().acceptMultishot(listener.fd(), 0);
            ring.submit();
            FutureTask<Void> client = new FutureTask<>(() -> {
                for (int i = 0; i < connections; i++) {
                    Sockets.connectedTo(listener).close();
                }
                return null;
            });
            new Thread(client).start();
            for (int accepted = 0; accepted < connections; accepted++) {
                Completions.Completion each = Results.next(ring);
                Fd.own(sys, each.result()).close();
                if (!CqeFlags.hasMore(each.flags())) {
                    ring.submission().claim().acceptMultishot(listener.fd(), 0);
                }
            }
            client.get();
            assertThat(ring.await(1_000_000)).isFalse();
        }
    }

    /** pipe-bug: a read after the writer's close, which the ring makes, is told of what is left, and of the end. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsWhatIsLeftAndTheEndAfterAClose(RingProfile profile) throws IOException {
        Memory out = RingFiles.memory("foobar".getBytes());
        Memory in = Memory.allocate(1024);
        try (Ring ring = profile.open(8)) {
            for (int round = 0; round < ROUNDS; round++) {
                try (Pipe pipe = Pipe.open()) {
                    // The ring closes a number that nobody else owns.
                    int writer = Syscalls.libc().fcntl(pipe.writer(), Fcntl.F_DUPFD_CLOEXEC, 0);
                    pipe.out().close();
                    ring.submission().claim().write(writer, out, 0);
                    assertThat(Results.next(ring).result()).isEqualTo(6);
                    ring.submission().claim().close(writer);
                    assertThat(Results.next(ring).result()).isZero();
                    for (int left : new int[] {6, 0}) {
                        ring.submission().claim().read(pipe.reader(), in, 0);
                        assertThat(ring.await(10_000_000_000L)).isTrue();
                        assertThat(Results.next(ring).result()).isEqualTo(left);
                    }
                }
            }
        }
    }

    /** buf-ring-stress: all buffers are used, filled in anew and used again, and what finds none is told so. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void drainsAndRefillsAGroup(RingProfile profile, @TempDir Path directory) throws IOException {
        int buffers = 8;
        int size = 256;
        int rounds = 100;
        byte[] content = RingFiles.pattern(buffers * size * rounds, 3);
        Path file = Files.write(directory.resolve("file"), content);
        Memory memory = Memory.allocate(buffers * size);
        try (Ring ring = profile.open(32);
                Fd fd = RingFiles.open(file, Fcntl.O_RDONLY)) {
            BufferRing group = Results.provide(ring, GROUP, memory, buffers, size);
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < buffers; i++) {
                    int at = (round * buffers + i) * size;
                    ring.submission()
                            .claim()
                            .readProvided(fd.fd(), size, at, GROUP)
                            .userData(at);
                }
                for (Completions.Completion each : Completions.await(ring, buffers)) {
                    assertThat(each.result()).isEqualTo(size);
                    assertThat(CqeFlags.hasBuffer(each.flags())).isTrue();
                    int id = CqeFlags.bufferId(each.flags());
                    int at = (int) each.userData();
                    assertThat(RingFiles.bytes(memory, id * size, size))
                            .isEqualTo(Arrays.copyOfRange(content, at, at + size));
                    group.offer(memory, id * size, size, id);
                }
                group.publish();
            }
            for (int i = 0; i < buffers + 4; i++) {
                ring.submission().claim().readProvided(fd.fd(), size, 0, GROUP);
            }
            int[] results = Completions.await(ring, buffers + 4).stream()
                    .mapToInt(Completions.Completion::result)
                    .sorted()
                    .toArray();
            assertThat(Arrays.copyOf(results, 4)).containsOnly(-Errno.ENOBUFS);
            assertThat(Arrays.copyOfRange(results, 4, results.length)).containsOnly(size);
        }
    }
}
