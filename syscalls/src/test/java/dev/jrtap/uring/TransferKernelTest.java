// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fadvise;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Fs;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads and writes of ordinary files, against what java.nio finds in them. */
@Tag("any-user")
@Timeout(60)
class TransferKernelTest {

    private static final int BLOCK = 4096;

    @TempDir
    Path directory;

    private final byte[] content = RingFiles.pattern(3 * BLOCK, 1);
    private final Memory out = RingFiles.memory(content);
    private final Memory in = Memory.allocate(3 * BLOCK);
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.write(directory.resolve("file"), content);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsLessAtTheEndOfTheFile(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDONLY)) {
            int size = content.length;
            claim(ring).read(fd.fd(), in, 0, 100, size - 30).userData(1);
            claim(ring).read(fd.fd(), in, 200, 100, size).userData(2);
            claim(ring).read(fd.fd(), in, 400, 100, size + 5000L).userData(3);
            claim(ring).read(fd.fd(), in, 600, 0, 0).userData(4);

            assertThat(results(ring, 4)).containsExactly(30, 0, 0, 0);
            assertThat(RingFiles.bytes(in, 0, 30)).isEqualTo(Arrays.copyOfRange(content, size - 30, size));
            assertThat(in.getU8(30)).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void reachesBeyondFourGiB(RingProfile profile) throws IOException {
        long far = 5L << 30;
        Path sparse = directory.resolve("sparse");
        try (Ring ring = profile.open(8)) {
            claim(ring).openat(-1, sparse.toString(), Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_CLOEXEC, 0600);
            try (Fd fd = Fd.own(Syscalls.libc(), result(ring))) {
                claim(ring).write(fd.fd(), out, 0, BLOCK, far).userData(1).link();
                claim(ring).read(fd.fd(), in, 0, BLOCK, far).userData(2);
                assertThat(results(ring, 2)).containsExactly(BLOCK, BLOCK);
            }
        }
        assertThat(RingFiles.bytes(in, 0, BLOCK)).isEqualTo(Arrays.copyOf(content, BLOCK));
        ByteBuffer found = ByteBuffer.allocate(BLOCK);
        try (FileChannel channel = FileChannel.open(sparse, StandardOpenOption.READ)) {
            assertThat(channel.size()).isEqualTo(far + BLOCK);
            assertThat(channel.read(found, far)).isEqualTo(BLOCK);
        }
        assertThat(found.array()).isEqualTo(Arrays.copyOf(content, BLOCK));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void goesOnFromThePositionOfTheFile(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            for (int i = 0; i < 3; i++) {
                claim(ring)
                        .read(fd.fd(), in, i * BLOCK, BLOCK, Operations.FILE_POSITION)
                        .userData(i)
                        .link();
            }
            claim(ring).write(fd.fd(), out, 0, 100, Operations.FILE_POSITION).userData(3);

            assertThat(results(ring, 4)).containsExactly(BLOCK, BLOCK, BLOCK, 100);
            assertThat(RingFiles.bytes(in, 0, 3 * BLOCK)).isEqualTo(content);
            assertThat(Files.size(file)).isEqualTo(content.length + 100);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void aTransferAtAnOffsetLeavesThePosition(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring)
                    .read(fd.fd(), in, 0, 10, Operations.FILE_POSITION)
                    .userData(1)
                    .link();
            claim(ring).read(fd.fd(), in, 100, 10, 5000).userData(2).link();
            claim(ring).read(fd.fd(), in, 10, 10, Operations.FILE_POSITION).userData(3);

            assertThat(results(ring, 3)).containsExactly(10, 10, 10);
            assertThat(RingFiles.bytes(in, 0, 20)).isEqualTo(Arrays.copyOf(content, 20));
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void appendsWhereverTheOffsetPoints(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd appending = RingFiles.open(file, Fcntl.O_WRONLY | Fcntl.O_APPEND);
                Fd plain = RingFiles.open(file, Fcntl.O_WRONLY)) {
            claim(ring).write(appending.fd(), out, 0, 10, 0).userData(1).link();
            claim(ring)
                    .write(appending.fd(), out, 10, 10, Operations.FILE_POSITION)
                    .userData(2)
                    .link();
            claim(ring).write(plain.fd(), out, 20, 10, 0).rwFlags(Fs.RWF_APPEND).userData(3);

            assertThat(results(ring, 3)).containsExactly(10, 10, 10);
        }
        byte[] found = Files.readAllBytes(file);
        assertThat(Arrays.copyOf(found, content.length)).isEqualTo(content);
        assertThat(Arrays.copyOfRange(found, content.length, found.length)).isEqualTo(Arrays.copyOf(content, 30));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsWithoutWaitingOnlyWhatIsInMemory(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            RingFiles.requireDisk(file);
            claim(ring).fsync(fd.fd()).userData(1).link();
            claim(ring).fadvise(fd.fd(), 0, 0, Fadvise.POSIX_FADV_DONTNEED).userData(2);
            assertThat(results(ring, 2)).containsExactly(0, 0);

            claim(ring).read(fd.fd(), in, 0, BLOCK, 0).rwFlags(Fs.RWF_NOWAIT);
            ring.submit();
            if (profile != RingProfile.SQPOLL) {
                assertThat(ring.completion().ready()).as("by no worker").isEqualTo(1);
            }
            // A file system without a device keeps its pages.
            assertThat(result(ring)).isIn(-Errno.EAGAIN, BLOCK);
            claim(ring).read(fd.fd(), in, 0, BLOCK, 0);
            assertThat(result(ring)).isEqualTo(BLOCK);
            claim(ring).read(fd.fd(), in, 0, BLOCK, 0).rwFlags(Fs.RWF_NOWAIT);
            assertThat(result(ring)).isEqualTo(BLOCK);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void knowsTheFlagsOfTransfers(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring).write(fd.fd(), out, 1, BLOCK, 0).rwFlags(Fs.RWF_DSYNC).userData(1);
            claim(ring)
                    .write(fd.fd(), out, 1 + BLOCK, BLOCK, BLOCK)
                    .rwFlags(Fs.RWF_SYNC)
                    .userData(2);
            claim(ring).write(fd.fd(), out, 0, BLOCK, 0).rwFlags(1 << 30).userData(3);
            claim(ring).read(fd.fd(), in, 0, BLOCK, 0).rwFlags(Fs.RWF_HIPRI).userData(4);

            assertThat(results(ring, 4)).containsExactly(BLOCK, BLOCK, -Errno.EOPNOTSUPP, -Errno.EINVAL);
        }
        assertThat(Arrays.copyOf(Files.readAllBytes(file), 2 * BLOCK))
                .isEqualTo(Arrays.copyOfRange(content, 1, 1 + 2 * BLOCK));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysWhatIsWrong(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDONLY);
                Fd folder = RingFiles.open(directory, Fcntl.O_RDONLY);
                Fd pathOnly = RingFiles.open(file, Fcntl.O_PATH)) {
            claim(ring).read(-1, in, 0, 10, 0).userData(1);
            claim(ring).write(fd.fd(), out, 0, 10, 0).userData(2);
            claim(ring).unsafe().read(fd.fd(), 16, 10, 0).userData(3);
            claim(ring).unsafe().read(fd.fd(), in.address(), 10, -2).userData(4);
            claim(ring).read(folder.fd(), in, 0, 10, 0).userData(5);
            claim(ring).read(pathOnly.fd(), in, 0, 10, 0).userData(6);

            assertThat(results(ring, 6))
                    .containsExactly(
                            -Errno.EBADF, -Errno.EBADF, -Errno.EFAULT, -Errno.EINVAL, -Errno.EISDIR, -Errno.EBADF);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    /** More transfers than there are entries, as workers and not, to and from places in no order. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void keepsManyTransfersApart(RingProfile profile) throws IOException {
        int blocks = 64;
        byte[] large = RingFiles.pattern(blocks * BLOCK, 5);
        Memory source = RingFiles.memory(large);
        Memory target = Memory.allocate(blocks * BLOCK);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            for (int round = 0; round < 2; round++) {
                Completions completions = new Completions();
                for (int i = 0; i < blocks; i++) {
                    int place = i * 37 % blocks * BLOCK;
                    Operations entry = claim(ring);
                    Sqe sqe = round == 0
                            ? entry.write(fd.fd(), source, place, BLOCK, place)
                            : entry.read(fd.fd(), target, place, BLOCK, place);
                    if (i % 3 == 0) {
                        sqe.async();
                    }
                    sqe.userData(i);
                    ring.completion().drain(completions, Integer.MAX_VALUE);
                }
                int rest = blocks - completions.list.size();
                completions.list.addAll(rest > 0 ? Completions.await(ring, rest) : List.of());
                assertThat(completions.list)
                        .hasSize(blocks)
                        .allSatisfy(c -> assertThat(c.result()).isEqualTo(BLOCK));
            }
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(large);
        assertThat(RingFiles.bytes(target, 0, large.length)).isEqualTo(large);
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void takesRegisteredFiles(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            ring.files().register(-1, fd.fd());
            claim(ring).write(1, out, 7, 50, 0).fixedFile().userData(1).link();
            claim(ring).read(1, in, 0, 50, 0).fixedFile().async().userData(2);
            claim(ring).read(0, in, 0, 50, 0).fixedFile().userData(3);

            assertThat(results(ring, 3)).containsExactly(50, 50, -Errno.EBADF);
            assertThat(RingFiles.bytes(in, 0, 50)).isEqualTo(Arrays.copyOfRange(content, 7, 57));
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesRegisteredBuffers(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            ring.buffers().register(in, out);
            claim(ring)
                    .writeFixed(fd.fd(), out, 100, 500, 20_000, 1)
                    .userData(1)
                    .link();
            claim(ring).readFixed(fd.fd(), in, BLOCK - 100, 500, 20_000, 0).userData(2);
            claim(ring)
                    .unsafe()
                    .readFixed(fd.fd(), in.address() + in.size() - 10, 20, 0, 0)
                    .userData(3);
            claim(ring).readFixed(fd.fd(), out, 0, 20, 0, 0).userData(4);
            claim(ring).readFixed(fd.fd(), in, 0, 20, 0, 2).userData(5);

            assertThat(results(ring, 5)).containsExactly(500, 500, -Errno.EFAULT, -Errno.EFAULT, -Errno.EFAULT);
            assertThat(RingFiles.bytes(in, BLOCK - 100, 500)).isEqualTo(Arrays.copyOfRange(content, 100, 600));
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsAndWritesDevices(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd zero = RingFiles.open(Path.of("/dev/zero"), Fcntl.O_RDWR);
                Fd nothing = RingFiles.open(Path.of("/dev/null"), Fcntl.O_RDWR)) {
            in.putI64(0, -1);
            claim(ring).read(zero.fd(), in, 0, BLOCK, 0).userData(1);
            claim(ring).write(nothing.fd(), out, 0, BLOCK, 0).userData(2);
            claim(ring).read(nothing.fd(), in, BLOCK, BLOCK, 0).userData(3);

            assertThat(results(ring, 3)).containsExactly(BLOCK, BLOCK, 0);
            assertThat(in.getI64(0)).isZero();
        }
    }
}
