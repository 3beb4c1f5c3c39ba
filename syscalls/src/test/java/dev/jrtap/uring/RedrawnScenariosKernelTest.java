// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Futex;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Wait;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** More scenarios of liburing's tests that assert more than the tests of the methods they are about. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RedrawnScenariosKernelTest {

    private static final int GROUP = 3;
    private static final int PAGE = 4096;

    @TempDir
    private Path directory;

    /** self: a worker of the kernel sees this process as itself. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void opensWhatIsOfThisProcess(boolean byWorker) throws IOException {
        Memory name = Memory.allocate(64);
        try (Ring ring = RingProfile.PLAIN.open(4)) {
            Sqe open = ring.submission().claim().openat2(-1, "/proc/self/comm", Fcntl.O_RDONLY, 0, 0);
            if (byWorker) {
                open.async();
            }
            try (Fd file = Fd.own(Results.next(ring).result())) {
                ring.submission().claim().read(file.fd(), name, 0);
                assertThat(Results.next(ring).result()).isPositive();
            }
        }
        assertThat(name.getString(0, 64)).isEqualTo(Files.readString(Path.of("/proc/self/comm")));
    }

    /** fifo-futex-poll: a futex that fails at once leaves nothing behind that a poll with two queues stumbles over. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void pollsAFifoAfterAFutexThatFailed(RingProfile profile) throws IOException, InterruptedException {
        Path path = directory.resolve("fifo-" + profile);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        try (Ring ring = profile.open(8);
                Fd fifo = RingFiles.open(path, Fcntl.O_RDWR)) {
            Feature.require(
                    "FUTEX_WAIT", ring.capabilities().supports(Operation.FUTEX_WAIT), "Linux 6.7 or newer is needed");
            ring.submission().claim().unsafe().futexWait(0, 0, 0xffff_ffffL, Futex.FUTEX2_SIZE_U32);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EFAULT);
            ring.files().register(fifo.fd());
            ring.submission().claim().pollAdd(0, Poll.POLLIN).fixedFile().userData(2);
            ring.submit();
            assertThat(ring.completion().ready()).isZero();
            Sockets.write(fifo, "FIFO");
            assertThat(Results.next(ring).result()).isEqualTo(Poll.POLLIN);
        }
    }

    /** rw_merge_test: a read beside another of the same file does not wait with one of a pipe. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsBesideAnotherDoNotWaitForAPipe(RingProfile profile) throws IOException {
        Path file = Files.write(directory.resolve("file"), new byte[PAGE]);
        IoVectors vectors = new IoVectors(1).add(Memory.allocate(PAGE), 0, PAGE);
        try (Ring ring = profile.open(4);
                Pipe pipe = Pipe.open();
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            ring.submission().claim().readv(pipe.reader(), vectors, 0).userData(1);
            ring.submission().claim().readv(fd.fd(), vectors, PAGE).userData(2);
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(2, 0, 0));
            ring.submission().claim().readv(fd.fd(), vectors, PAGE / 2).userData(3);
            assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(3, PAGE / 2, 0));
            assertThat(ring.inFlight()).isEqualTo(1);
        }
    }

    /** splice: from pipe to pipe, nothing at all, and tee of what is no pipe. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void splicesFromPipeToPipe(RingProfile profile) throws IOException {
        byte[] content = RingFiles.pattern(PAGE, 3);
        Path from = Files.write(directory.resolve("from"), content);
        try (Ring ring = profile.open(8);
                Pipe first = Pipe.open();
                Pipe second = Pipe.open();
                Fd file = RingFiles.open(from, Fcntl.O_RDWR)) {
            int[][] zero = {{file.fd(), first.writer()}, {second.reader(), first.writer()}};
            for (int[] pair : zero) {
                ring.submission().claim().splice(pair[0], -1, pair[1], -1, 0);
                assertThat(Results.next(ring).result()).isZero();
            }
            ring.submission().claim().tee(second.reader(), first.writer(), 0);
            assertThat(Results.next(ring).result()).isZero();
            ring.submission().claim().splice(file.fd(), -1, first.writer(), -1, PAGE);
            assertThat(Results.next(ring).result()).isEqualTo(PAGE);
            ring.submission().claim().splice(first.reader(), -1, second.writer(), -1, PAGE);
            assertThat(Results.next(ring).result()).isEqualTo(PAGE);
            assertThat(second.take(PAGE)).isEqualTo(content);
            ring.submission().claim().splice(file.fd(), -1, first.writer(), -1, PAGE);
            assertThat(Results.next(ring).result())
                    .as("the position of the file has moved")
                    .isZero();
            ring.submission().claim().tee(file.fd(), first.writer(), PAGE);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            ring.submission().claim().splice(first.reader(), 0, file.fd(), 0, PAGE);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.ESPIPE);
        }
    }

    /** pipe: by a worker, too. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesAPipeByAWorker(RingProfile profile) throws IOException {
        Memory ends = Memory.allocate(2 * Integer.BYTES);
        try (Ring ring = profile.open(8)) {
            Feature.require("PIPE", ring.capabilities().supports(Operation.PIPE), "Linux 6.16 or newer is needed");
            ring.submission().claim().pipe(ends, Fcntl.O_CLOEXEC).async();
            assertThat(Results.next(ring).result()).isZero();
            try (Fd reader = Fd.own(ends.getI32(0));
                    Fd writer = Fd.own(ends.getI32(Integer.BYTES))) {
                Sockets.write(writer, "through");
                assertThat(Sockets.read(reader)).isEqualTo("through");
            }
            ring.files().registerSparse(1);
            ring.submission()
                    .claim()
                    .pipe(ends, 0)
                    .intoSlot(Operations.ANY_SLOT)
                    .async();
            assertThat(Results.next(ring).result()).as("there is one place").isEqualTo(-Errno.ENFILE);
        }
    }

    /** buf-ring: each buffer once, none after the last, and no byte beside the one that was read. */
    @ParameterizedTest
    @CsvSource({"1,false", "4096,false", "32768,false", "1,true", "4096,true", "32768,true"})
    void lendsEachBufferOnce(int entries, boolean isKernelMemory) throws IOException {
        Memory memory = Memory.allocate(2 * entries);
        try (Ring ring = RingProfile.PLAIN.open(2);
                Fd zero = Fd.open("/dev/zero", Fcntl.O_RDONLY)) {
            BufferRing.Option[] options = {BufferRing.Option.KERNEL_MEMORY};
            if (isKernelMemory) {
                Refusals.require(
                        "PBUF_RING KERNEL_MEMORY",
                        "6.4",
                        () -> ring.bufferRing(GROUP, 4, options).unregister());
            }
            BufferRing group = ring.bufferRing(GROUP, entries, Arrays.copyOf(options, isKernelMemory ? 1 : 0));
            for (int round = 0; round < 2; round++) {
                for (int id = 0; id < entries; id++) {
                    memory.putI16(2 * id, 0x0101);
                    group.offer(memory, 2 * id, 2, id);
                }
                group.publish();
                BitSet taken = new BitSet();
                for (int i = 0; i < entries; i++) {
                    ring.submission().claim().readProvided(zero.fd(), 1, 0, GROUP);
                    Completions.Completion one = Results.next(ring);
                    assertThat(one.result()).isEqualTo(1);
                    int id = CqeFlags.bufferId(one.flags());
                    assertThat(taken.get(id)).as("buffer %d taken twice", id).isFalse();
                    taken.set(id);
                    assertThat(memory.getU16(2 * id)).isEqualTo(0x0100);
                }
                ring.submission().claim().readProvided(zero.fd(), 1, 0, GROUP);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.ENOBUFS);
            }
            group.unregister();
        }
    }

    /** buf-ring-stress: after more reads than buffers a group that is filled again serves as many as before. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aGroupThatRanOutIsFilledAgain(RingProfile profile) throws IOException {
        Memory memory = Memory.allocate(8 * 64);
        Path file = Files.write(directory.resolve("long"), new byte[16 * 64]);
        try (Ring ring = profile.open(32);
                Fd fd = RingFiles.open(file, Fcntl.O_RDONLY)) {
            BufferRing group = Results.provide(ring, GROUP, memory, 8, 64);
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 16; i++) {
                    ring.submission().claim().readProvided(fd.fd(), 64, i * 64L, GROUP);
                }
                List<Completions.Completion> all = Completions.await(ring, 16);
                assertThat(all).filteredOn(c -> c.result() == 64).hasSize(8);
                assertThat(all).filteredOn(c -> c.result() == -Errno.ENOBUFS).hasSize(8);
                for (Completions.Completion one : all) {
                    if (one.result() > 0) {
                        int id = CqeFlags.bufferId(one.flags());
                        group.offer(memory, id * 64, 64, id);
                    }
                }
                group.publish();
            }
            for (int i = 0; i < 800; i++) {
                ring.submission().claim().readProvided(fd.fd(), 64, 0, GROUP);
                Completions.Completion one = Results.next(ring);
                assertThat(one.result()).isEqualTo(64);
                assertThat(CqeFlags.hasBuffer(one.flags())).isTrue();
                // The eight that are left, and then the only one.
                if (i >= 7) {
                    assertThat(CqeFlags.bufferId(one.flags())).isEqualTo(i < 8 ? 7 : i % 8);
                    int id = (i + 1) % 8;
                    group.offer(memory, id * 64, 64, id);
                    group.publish();
                }
            }
        }
    }

    /** waitid: one that has ended already, and a race of the end with a cancel. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aChildThatEndsIsCanceledOrWaitedFor(boolean byWorker) throws IOException {
        ChildInfo info = new ChildInfo();
        try (Ring ring = RingProfile.PLAIN.open(8)) {
            Feature.require("WAITID", ring.capabilities().supports(Operation.WAITID), "Linux 6.7 or newer is needed");
            for (int round = 0; round < 20; round++) {
                int pid = child("exit 5");
                Sqe wait = ring.submission()
                        .claim()
                        .waitid(Wait.P_PID, pid, info, Wait.WEXITED)
                        .userData(1);
                if (byWorker) {
                    wait.async();
                }
                ring.submit();
                ring.submission().claim().cancel(1).userData(2);
                List<Completions.Completion> both = Completions.await(ring, 2);
                assertThat(Results.of(both, 1)).isIn(0, -Errno.ECANCELED);
                assertThat(Results.of(both, 2)).isIn(0, 1, -Errno.ENOENT, -Errno.EALREADY);
                if (Results.of(both, 1) != 0) {
                    ring.submission().claim().waitid(Wait.P_PID, pid, info, Wait.WEXITED);
                    assertThat(Results.next(ring).result()).isZero();
                }
                assertThat(info.pid()).isEqualTo(pid);
                assertThat(info.status()).isEqualTo(5);
            }
            int ready = child("exit 6");
            ring.submission().claim().waitid(Wait.P_PID, ready, info, Wait.WEXITED | Wait.WNOWAIT);
            assertThat(Results.next(ring).result()).isZero();
            ring.submission().claim().waitid(Wait.P_PID, ready, info, Wait.WEXITED | Wait.WNOHANG);
            assertThat(Results.next(ring).result()).as("has ended").isZero();
            assertThat(info.status()).isEqualTo(6);
        }
    }

    private static int child(String command) {
        return (int)
                POSIXFactory.getNativePOSIX().posix_spawnp("sh", List.of(), List.of("sh", "-c", command), List.of());
    }

    /** recv-mshot-fair: no socket gets more than a round's bytes before the next one has its turn. */
    @ParameterizedTest
    @EnumSource(
            value = RingProfile.class,
            names = {"COOP_TASKRUN", "DEFER_TASKRUN"})
    void socketsTakeTurns(RingProfile profile) throws IOException {
        int round = 1024;
        int all = 8192;
        int size = 32;
        for (int ringFlags : new int[] {0, IoUring.IORING_RECVSEND_BUNDLE}) {
            List<Sockets.Pair> pairs = new ArrayList<>();
            try (Ring ring = profile.open(2048)) {
                Results.provide(ring, GROUP, Memory.allocate(2048 * size), 2048, size);
                for (int i = 0; i < 4; i++) {
                    pairs.add(Sockets.tcp());
                    Sockets.write(pairs.get(i).left(), "x".repeat(all));
                    ring.submission()
                            .claim()
                            .recvMultishot(pairs.get(i).right().fd(), 0, GROUP, ringFlags)
                            .put32(IoUringSqe.LEN, round)
                            .userData(i);
                }
                int left = 4 * all;
                long last = -1;
                int sinceTurn = 0;
                while (left > 0) {
                    Completions.Completion one = Results.next(ring);
                    Feature.require(
                            "limits of multishot receives",
                            one.result() != -Errno.EINVAL,
                            "Linux 6.17 or newer is needed");
                    assertThat(one.result()).isPositive();
                    assertThat(CqeFlags.hasMore(one.flags())).isTrue();
                    sinceTurn = one.userData() == last ? sinceTurn + one.result() : one.result();
                    last = one.userData();
                    left -= one.result();
                    // The last one has no other to wait for.
                    assertThat(left < round * 2 || sinceTurn <= round + size)
                            .as("%d bytes of socket %d in one turn, %d left", sinceTurn, last, left)
                            .isTrue();
                }
            } finally {
                pairs.forEach(Sockets.Pair::close);
            }
        }
    }

    /** vec-regbuf: one ring sends more and fewer, larger and smaller parts than before. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void partsOfAllSizesOneAfterTheOther(RingProfile profile) throws IOException {
        int size = 16 * PAGE;
        byte[] content = RingFiles.pattern(size, 7);
        Memory buffer = RingFiles.memory(content);
        int[][] parts = {
            {0, PAGE},
            {0, 12 * PAGE + 33},
            {1, 3},
            {10, 7 * PAGE + 41},
            {PAGE - 1, PAGE + 2},
            {size - PAGE + 5, PAGE - 5},
            {size - PAGE - 5, PAGE + 5},
            {0, size},
            {1, size - 1}
        };
        Path path = directory.resolve("parts-" + profile);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(Files.createFile(path), Fcntl.O_RDWR)) {
            Feature.require(
                    "READV_FIXED",
                    ring.capabilities().supports(Operation.READV_FIXED),
                    "Linux 6.15 or newer is needed");
            ring.buffers().register(buffer);
            for (int count : new int[] {1, 2, 3, 6, 6, 2, 1}) {
                for (int first = 0; first < parts.length; first++) {
                    IoVectors vectors = new IoVectors(count);
                    StringBuilder expected = new StringBuilder();
                    String all = new String(content, StandardCharsets.ISO_8859_1);
                    for (int i = 0; i < count; i++) {
                        int[] part = parts[(first + i) % parts.length];
                        vectors.add(buffer, part[0], part[1]);
                        expected.append(all, part[0], part[0] + part[1]);
                    }
                    ring.submission().claim().ftruncate(fd.fd(), 0).userData(1).hardLink();
                    ring.submission()
                            .claim()
                            .writevFixed(fd.fd(), vectors, 0, 0)
                            .userData(2);
                    List<Completions.Completion> done = Completions.await(ring, 2);
                    assertThat(Results.of(done, 2)).isEqualTo(expected.length());
                    assertThat(Files.readString(path, StandardCharsets.ISO_8859_1))
                            .isEqualTo(expected.toString());
                }
            }
            IoVectors wrong = new IoVectors(1);
            for (long address : new long[] {0, -1, buffer.address() - 1, buffer.address() + size}) {
                ring.submission().claim().writevFixed(fd.fd(), wrong.clear().unsafeAdd(address, 1), 0, 0);
                assertThat(Results.next(ring).result()).isEqualTo(-Errno.EFAULT);
            }
        }
    }
}
