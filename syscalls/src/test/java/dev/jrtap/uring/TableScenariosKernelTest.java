// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of a table, pipes, restrictions and queues, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TableScenariosKernelTest {

    private static final String BY_THREAD = "dev.jrtap.uring.RingProfile#byThread";
    private static final int CWD = Fcntl.AT_FDCWD;
    private static final int PAGE = 4096;
    private static final int SIZE = 32;

    @TempDir
    private Path directory;

    private byte[] content;
    private String path;

    @BeforeEach
    void createFile() throws IOException {
        content = RingFiles.pattern(PAGE, 4);
        path = Files.write(directory.resolve("file"), content).toString();
    }

    private static Sqe asyncIf(boolean byWorker, Sqe sqe) {
        return byWorker ? sqe.async() : sqe;
    }

    /** open-direct-link: opened, read and closed in a chain or between barriers, by workers or not, silently or not. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void opensReadsAndClosesInEachWay(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(PAGE);
        try (Ring ring = profile.open(8)) {
            ring.files().registerSparse(8);
            for (int way = 0; way < 6; way++) {
                boolean byWorker = (way & 1) != 0;
                boolean isDrained = way / 2 == 1;
                boolean isSilent = way / 2 == 2;
                in.zero(0, PAGE);
                Sqe open = asyncIf(
                                byWorker,
                                claim(ring).openat(CWD, path, Fcntl.O_RDONLY, 0).intoSlot(0))
                        .userData(1);
                if (!isDrained) {
                    open.link();
                }
                if (isSilent) {
                    open.skipSuccess();
                }
                Sqe read = asyncIf(byWorker, claim(ring).read(0, in, 0).fixedFile())
                        .userData(2);
                assertThat(isDrained ? read.drain() : read.link()).isNotNull();
                Sqe close = asyncIf(byWorker, claim(ring).closeSlot(0)).userData(3);
                if (isDrained) {
                    close.drain();
                }
                if (isSilent) {
                    close.skipSuccess();
                }
                if (isSilent) {
                    assertThat(Results.next(ring)).isEqualTo(new Completions.Completion(2, PAGE, 0));
                    assertThat(ring.await(2_000_000)).isFalse();
                } else {
                    assertThat(RingFiles.results(ring, 3)).containsExactly(0, PAGE, 0);
                }
                assertThat(RingFiles.bytes(in, 0, PAGE)).isEqualTo(content);
            }
        }
    }

    /** open-direct-pick: hundreds of places; those that are closed are chosen again, and then there is none. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void choosesThePlacesThatWereClosed(RingProfile profile) throws IOException {
        int places = 400;
        try (Ring ring = profile.open(8)) {
            ring.files().registerSparse(places);
            assertThat(openAnywhere(ring, places)).doesNotHaveDuplicates().allMatch(slot -> slot >= 0);
            List<Integer> closed = new ArrayList<>();
            for (int i = 0; i < places; i++) {
                closed.add(i);
            }
            Collections.shuffle(closed, new Random(6));
            closed = closed.subList(0, 50);
            for (int slot : closed) {
                claim(ring).closeSlot(slot);
                assertThat(RingFiles.result(ring)).isZero();
            }
            assertThat(openAnywhere(ring, 50)).containsExactlyInAnyOrderElementsOf(closed);
            assertThat(openAnywhere(ring, 1)).containsExactly(-Errno.ENFILE);
        }
    }

    private List<Integer> openAnywhere(Ring ring, int count) {
        List<Integer> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            claim(ring).openat(CWD, path, Fcntl.O_RDONLY, 0).intoSlot(Operations.ANY_SLOT);
            slots.add(RingFiles.result(ring));
        }
        return slots;
    }

    /** open-close and openat2: places beyond the table, and both a place and a descriptor. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void refusesPlacesThatAreNone(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            ring.files().register(pipe.reader(), pipe.writer());
            // What this library refuses before the kernel could is written into the entry.
            claim(ring).close(1).put32(IoUringSqe.FILE_INDEX, 1);
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EINVAL);
            claim(ring).close(0).put32(IoUringSqe.FILE_INDEX, 1 << 10);
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EINVAL);
            for (int slot : new int[] {1 << 16, (1 << 16) + 1}) {
                claim(ring).openat2(CWD, path, Fcntl.O_RDONLY, 0, 0).put32(IoUringSqe.FILE_INDEX, slot + 1);
                assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EINVAL);
            }
            claim(ring).openat2(CWD, path, Fcntl.O_RDWR, 0, 0).intoSlot(1);
            assertThat(RingFiles.result(ring)).isZero();
            claim(ring).write(1, Memory.ofString("?"), 0, 1, 0).fixedFile().link();
            claim(ring).read(1, Memory.allocate(1), 0, 1, 0).fixedFile();
            assertThat(RingFiles.results(ring, 2)).containsExactly(1, 1);
            assertThat(Files.readAllBytes(Path.of(path))[0]).isEqualTo((byte) '?');
            pipe.out().close();
            Memory in = Memory.allocate(8);
            assertThat(Syscalls.libc().read(pipe.reader(), in.address(), 8))
                    .as("the pipe that was there has got nothing, and is closed")
                    .isZero();
            in.keepAlive();
            for (int slot = 0; slot < 2; slot++) {
                for (int result : new int[] {0, -Errno.EBADF}) {
                    claim(ring).closeSlot(slot);
                    assertThat(RingFiles.result(ring)).isEqualTo(result);
                }
            }
            claim(ring).close(ring.fd().number());
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EBADF);
        }
    }

    /** pipe-direct-fixed and pipe: both ends where it is told, or anywhere, by workers too, and nothing beside them. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void putsPipesWhereItIsTold(RingProfile profile) throws IOException {
        Memory ends = Memory.allocate(2 * Integer.BYTES);
        Memory out = RingFiles.memory(RingFiles.pattern(SIZE, 8));
        Memory in = Memory.allocate(SIZE);
        for (int slot : new int[] {5, 0, Operations.ANY_SLOT}) {
            for (boolean byWorker : new boolean[] {false, true}) {
                try (Ring ring = profile.open(8);
                        Pipe there = Pipe.open()) {
                    Feature.require(
                            "PIPE", ring.capabilities().supports(Operation.PIPE), "Linux 6.16 or newer is needed");
                    ring.files().registerSparse(20);
                    if (slot == 5) {
                        ring.files().update(0, there.reader());
                    }
                    asyncIf(byWorker, claim(ring).pipe(ends, 0).intoSlot(slot));
                    assertThat(RingFiles.result(ring)).isZero();
                    int reader = slot == Operations.ANY_SLOT ? ends.getI32(0) : slot;
                    int writer = slot == Operations.ANY_SLOT ? ends.getI32(Integer.BYTES) : slot + 1;
                    claim(ring).write(writer, out, 0).fixedFile().userData(1);
                    claim(ring).read(reader, in, 0).fixedFile().userData(2);
                    assertThat(RingFiles.results(ring, 2)).containsExactly(SIZE, SIZE);
                    assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(RingFiles.bytes(out, 0, SIZE));
                    if (slot == 5) {
                        there.put(new byte[1]);
                        claim(ring).read(0, in, 0, 1, 0).fixedFile();
                        assertThat(RingFiles.result(ring)).isEqualTo(1);
                    }
                }
            }
        }
    }

    /** splice: of registered files and pipes, as of others; and tee takes no offsets. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void splicesAndTeesWhatIsRegistered(RingProfile profile) throws IOException {
        Path to = Files.createFile(directory.resolve("to"));
        try (Ring ring = profile.open(8);
                Pipe first = Pipe.open();
                Pipe second = Pipe.open();
                Fd from = RingFiles.open(Path.of(path), Fcntl.O_RDONLY);
                Fd target = RingFiles.open(to, Fcntl.O_RDWR)) {
            ring.files()
                    .register(first.reader(), first.writer(), second.reader(), second.writer(), from.fd(), target.fd());
            assertThat(fixed(ring, claim(ring).splice(4, 0, 1, -1, PAGE))).isEqualTo(PAGE);
            assertThat(fixed(ring, claim(ring).tee(0, 3, PAGE))).isEqualTo(PAGE);
            assertThat(second.take(PAGE)).isEqualTo(content);
            assertThat(fixed(ring, claim(ring).splice(0, -1, 3, -1, PAGE))).isEqualTo(PAGE);
            assertThat(fixed(ring, claim(ring).splice(2, -1, 5, 0, PAGE))).isEqualTo(PAGE);
            assertThat(Files.readAllBytes(to)).isEqualTo(content);
            assertThat(fixed(ring, claim(ring).splice(4, 0, 1, 0, PAGE))).isIn(-Errno.ESPIPE, -Errno.EINVAL);
            assertThat(fixed(ring, claim(ring).splice(0, 0, 5, 0, PAGE))).isIn(-Errno.ESPIPE, -Errno.EINVAL);
            assertThat(fixed(ring, claim(ring).tee(4, 1, PAGE))).isIn(-Errno.ESPIPE, -Errno.EINVAL);
            for (int field : new int[] {IoUringSqe.OFF, IoUringSqe.ADDR}) {
                claim(ring).tee(second.reader(), first.writer(), PAGE).put64(field, 1);
                assertThat(RingFiles.result(ring)).isIn(-Errno.ESPIPE, -Errno.EINVAL);
            }
        }
    }

    private static int fixed(Ring ring, Sqe sqe) {
        sqe.spliceFlags(IoUring.SPLICE_F_FD_IN_FIXED).fixedFile();
        return RingFiles.result(ring);
    }

    /** pipe-reuse and submit-reuse: vectors of a read that waits, or that a worker makes, may be changed at once. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void vectorsOfReadsCanBeChangedAtOnce(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(PAGE);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open();
                Fd file = RingFiles.open(Path.of(path), Fcntl.O_RDONLY)) {
            for (int way = 0; way < 12; way++) {
                boolean ofPipe = way >= 4;
                // Those are read at once, perhaps alone.
                int early = way >= 8 ? PAGE / 2 : 0;
                int pieces = (way & 1) != 0 ? 16 : 1;
                IoVectors vectors = new IoVectors(pieces);
                for (int i = 0; i < pieces; i++) {
                    vectors.add(in, i * PAGE / pieces, PAGE / pieces);
                }
                in.zero(0, PAGE);
                pipe.put(Arrays.copyOf(content, early));
                asyncIf((way & 2) != 0, claim(ring).readv(ofPipe ? pipe.reader() : file.fd(), vectors, 0));
                ring.submit();
                vectors.clear().unsafeAdd(0, 1_000_000);
                if (ofPipe) {
                    pipe.put(Arrays.copyOfRange(content, early, PAGE));
                }
                int read = RingFiles.result(ring);
                assertThat(read).isIn(PAGE, PAGE - early);
                assertThat(RingFiles.bytes(in, 0, read)).isEqualTo(Arrays.copyOf(content, read));
                pipe.take(PAGE - read);
            }
        }
    }

    /** lfs-openat: openings that wait in a chain or behind a barrier, of a large file, end with their ring. */
    @ParameterizedTest
    @MethodSource(BY_THREAD)
    void openingsThatWaitEndWithTheirRing(RingProfile profile) throws IOException {
        Memory in = Memory.allocate(128);
        Memory text = Memory.ofString("foo");
        try (Fd file = RingFiles.open(Path.of(path), Fcntl.O_RDWR)) {
            for (int way = 0; way < 5; way++) {
                try (Ring ring = profile.open(16);
                        Pipe pipe = Pipe.open()) {
                    claim(ring).write(file.fd(), text, 0, 3, 1L << 32);
                    assertThat(RingFiles.result(ring)).isEqualTo(3);
                    claim(ring).openat(CWD, path, Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_CLOEXEC, 0600);
                    try (Fd opened = Fd.own(RingFiles.result(ring))) {
                        claim(ring).read(opened.fd(), in, 0, 3, 1L << 32);
                        assertThat(RingFiles.result(ring)).isEqualTo(3);
                        assertThat(in.getString(0, 3)).isEqualTo("foo");
                    }
                    Sqe read = claim(ring).read(pipe.reader(), in, 0);
                    if (way < 2) {
                        asyncIf(way == 1, read).link();
                    }
                    if (way == 3) {
                        claim(ring).nop().drain();
                    } else if (way == 4) {
                        claim(ring).nop().drain().link();
                    }
                    // What waits behind a barrier begins when the read is canceled, and must open nothing then.
                    Sqe open = claim(ring)
                            .openat(CWD, way < 2 ? path : path + "/none", Fcntl.O_RDWR | Fcntl.O_CREAT, 0600);
                    if (way >= 2) {
                        open.drain();
                    }
                    assertThat(ring.submit()).isEqualTo(way < 3 ? 2 : 3);
                }
                String prefix = path;
                try (var links = Files.list(Path.of("/proc/self/fd"))) {
                    assertThat(links.filter(link -> leadsTo(link, prefix)).count())
                            .isEqualTo(1);
                }
            }
        }
    }

    private static boolean leadsTo(Path link, String path) {
        try {
            return Files.readSymbolicLink(link).toString().equals(path);
        } catch (IOException e) {
            return false;
        }
    }

    /** register-restrictions: flags that must be there, that may, and others; and nothing at all. */
    @Test
    void requiresSomeFlagsAndAllowsOthers() throws IOException {
        Memory memory = Memory.allocate(8);
        try (Ring ring = RingProfile.PLAIN.open(8);
                Pipe pipe = Pipe.open()) {
            ring.files().register(pipe.reader(), pipe.writer());
            ring.restrictions()
                    .allow(Operation.WRITE)
                    .allow(SqeFlag.ASYNC, SqeFlag.LINK)
                    .requireFixedFiles(0)
                    .apply();
            claim(ring).write(1, memory, 0).fixedFile().userData(1);
            claim(ring).write(1, memory, 0).fixedFile().async().userData(2);
            claim(ring).write(1, memory, 0).fixedFile().link().userData(3);
            assertThat(RingFiles.results(ring, 3)).containsExactly(8, 8, 8);
            claim(ring).write(1, memory, 0).fixedFile().drain();
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EACCES);
            claim(ring).write(pipe.writer(), memory, 0).drain();
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EACCES);
            claim(ring).write(pipe.writer(), memory, 0).async();
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EACCES);
            claim(ring).write(pipe.writer(), memory, 0);
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EACCES);
        }
        try (Ring ring = RingProfile.PLAIN.open(8);
                Pipe pipe = Pipe.open()) {
            ring.restrictions().allow(RegisterOperation.BUFFERS).apply();
            ring.buffers().register(memory);
            Refusals.assertRefused(() -> ring.files().register(pipe.reader()), Errno.EACCES, "");
            claim(ring).write(pipe.writer(), memory, 0);
            assertThat(RingFiles.result(ring)).isEqualTo(-Errno.EACCES);
        }
    }
}
