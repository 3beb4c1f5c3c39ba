// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queues that are resized, full or shared, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QueueScenariosKernelTest {

    private static final int PAGE = 4096;

    @TempDir
    private Path directory;

    private String path;

    @BeforeEach
    void createFile() throws IOException {
        path = Files.write(directory.resolve("file"), new byte[PAGE]).toString();
    }

    private static Sqe asyncIf(boolean byWorker, Sqe sqe) {
        return byWorker ? sqe.async() : sqe;
    }

    /** resize-rings: again and again while another thread writes what is read, by workers or not. */
    @Test
    void readsWhileItIsResized() throws Exception {
        Uring.require();
        Memory in = Memory.allocate(8);
        try (Ring ring = Ring.builder()
                        .entries(8)
                        .prefer(SetupFlag.SINGLE_ISSUER, SetupFlag.DEFER_TASKRUN, SetupFlag.NO_SQARRAY)
                        .build();
                Pipe pipe = Pipe.open()) {
            ring.submit();
            Feature.require(
                    "ring NO_SQARRAY", ring.capabilities().has(SetupFlag.NO_SQARRAY), "Linux 6.6 or newer is needed");
            Refusals.require("RESIZE_RINGS", "6.13", () -> ring.resize(128, 128));
            int reads = 1024;
            Thread writer = new Thread(() -> {
                for (int i = 0; i < reads; i++) {
                    pipe.put(new byte[8]);
                }
            });
            writer.start();
            int[] sizes = {32, 64, 16};
            int done = 0;
            int resized = 0;
            for (int next = 0; done < reads; ) {
                int from = next;
                while (next < reads && next - from < 16) {
                    asyncIf(next % 2 == 0, claim(ring).read(pipe.reader(), in, 0))
                            .userData(next++);
                }
                ring.submit();
                while (done < next) {
                    if (done % 5 == 0) {
                        try {
                            ring.resize(sizes[resized % 3], 128 << resized % 2);
                            resized++;
                        } catch (ErrnoException e) {
                            assertThat(e.errno()).isEqualTo(Errno.EOVERFLOW);
                        }
                    }
                    Completions.Completion one = Results.next(ring);
                    assertThat(one.result()).isEqualTo(8);
                    assertThat(one.userData()).isBetween((long) from, (long) next - 1);
                    done++;
                }
            }
            assertThat(resized).isGreaterThan(50);
            writer.join();
        }
    }

    /** sqwait: where there was no room for an entry, there is some after the wait for it. */
    @Test
    void thereIsRoomAfterTheWaitForIt() throws IOException {
        Memory in = Memory.allocate(PAGE);
        try (Ring ring = RingProfile.SQPOLL.open(8);
                Fd file = RingFiles.open(Path.of(path), Fcntl.O_RDONLY)) {
            int waits = 0;
            Completions completions = new Completions();
            for (int i = 0; i < 4000; i++) {
                Operations entry = ring.submission().claim();
                if (entry == null) {
                    ring.submit();
                    ring.awaitSpace();
                    waits++;
                    entry = ring.submission().claim();
                    assertThat(entry).isNotNull();
                }
                entry.read(file.fd(), in, 0);
                ring.completion().drain(completions, Integer.MAX_VALUE);
            }
            completions.list.addAll(Completions.await(ring, 4000 - completions.list.size()));
            assertThat(completions.list).allMatch(done -> done.result() == PAGE);
            assertThat(waits).isPositive();
        }
    }

    /** sq-poll-share: four rings read by one thread of the kernel. */
    @Test
    void fourRingsShareAPollingThread() throws IOException {
        List<Ring> rings = new ArrayList<>();
        Memory in = Memory.allocate(PAGE);
        RingProfile.SQPOLL.open(8).close();
        try (Fd file = RingFiles.open(Path.of(path), Fcntl.O_RDONLY)) {
            for (int i = 0; i < 4; i++) {
                RingBuilder builder = Ring.builder().entries(64).sqPoll(10);
                rings.add((i > 0 ? builder.attachWorkers(rings.get(0)) : builder).build());
            }
            for (int round = 0; round < 10; round++) {
                for (Ring ring : rings) {
                    for (int i = 0; i < 64; i++) {
                        claim(ring).read(file.fd(), in, 0);
                    }
                    ring.submit();
                }
                for (Ring ring : rings) {
                    assertThat(Completions.await(ring, 64)).allMatch(done -> done.result() == PAGE);
                }
            }
        } finally {
            Ring.closeAll(rings);
        }
    }

    /** reg-fd-only: as many times its entries, few or many, with the limits of its workers. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"REGISTERED_FD_ONLY"})
    void worksThroughAnIndexOnly(RingProfile profile) throws IOException {
        for (int entries : new int[] {8, 512}) {
            if (entries == 512 && !hasMemoryOfManyPages()) {
                continue;
            }
            try (Ring ring = profile.open(entries)) {
                ring.submit();
                Workers.Limits limits = ring.register().workers().limits();
                assertThat(limits.bounded() + limits.unbounded()).isPositive();
                for (int round = 0; round < 4; round++) {
                    for (int i = 0; i < entries; i++) {
                        claim(ring).nop();
                    }
                    assertThat(Completions.await(ring, entries)).allMatch(done -> done.result() == 0);
                }
            }
        }
    }

    /** Before Linux 6.14 the pages must lie together. */
    private static boolean hasMemoryOfManyPages() throws IOException {
        try (Ring ring = Ring.builder().entries(512).prefer(SetupFlag.NO_MMAP).build()) {
            return ring.capabilities().has(SetupFlag.NO_MMAP);
        }
    }
}
