// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fadvise;
import dev.jrtap.bindings.Falloc;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Fs;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.Mman;
import dev.jrtap.bindings.Stat;
import dev.jrtap.bindings.Statx;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

@Tag("any-user")
@Timeout(60)
class FileOperationsKernelTest {

    private static final int PAGE = 4096;
    private static final long SIX_GIB = 6L << 30;

    @TempDir
    Path directory;

    private final byte[] content = RingFiles.pattern(4 * PAGE, 2);
    private final Memory out = RingFiles.memory(content);
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.write(directory.resolve("file"), content);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void putsFilesOnStableStorage(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR);
                Fd folder = RingFiles.open(directory, Fcntl.O_RDONLY)) {
            claim(ring).write(fd.fd(), out, 0, PAGE, SIX_GIB).userData(1).link();
            claim(ring).fsync(fd.fd()).userData(2).link();
            claim(ring).fdatasync(fd.fd()).userData(3).link();
            claim(ring).fsync(fd.fd(), SIX_GIB, PAGE).userData(4).link();
            claim(ring).fdatasync(fd.fd(), SIX_GIB, PAGE).userData(5).link();
            claim(ring).fsync(folder.fd()).userData(6);

            assertThat(results(ring, 6)).containsExactly(PAGE, 0, 0, 0, 0, 0);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void synchronizingSaysWhatIsWrong(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR);
                Pipe pipe = Pipe.open()) {
            claim(ring).fsync(-1).userData(1);
            claim(ring).fsync(pipe.reader()).userData(2);
            claim(ring).syncFileRange(pipe.reader(), 0, PAGE, 0).userData(3);
            claim(ring).syncFileRange(fd.fd(), 0, PAGE, 1 << 20).userData(4);

            assertThat(results(ring, 4)).containsExactly(-Errno.EBADF, -Errno.EINVAL, -Errno.ESPIPE, -Errno.EINVAL);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void writesARangeBack(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring).write(fd.fd(), out, 1, PAGE, 0).userData(1).link();
            claim(ring)
                    .syncFileRange(fd.fd(), 0, PAGE, Fs.SYNC_FILE_RANGE_WRITE_AND_WAIT)
                    .userData(2)
                    .link();
            claim(ring)
                    .syncFileRange(fd.fd(), PAGE, 0, Fs.SYNC_FILE_RANGE_WRITE)
                    .userData(3);

            assertThat(results(ring, 3)).containsExactly(PAGE, 0, 0);
        }
        assertThat(Arrays.copyOf(Files.readAllBytes(file), PAGE)).isEqualTo(Arrays.copyOfRange(content, 1, PAGE + 1));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void reservesSpace(RingProfile profile) throws IOException {
        Path reserved = Files.createFile(directory.resolve("reserved"));
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(reserved, Fcntl.O_RDWR)) {
            claim(ring).fallocate(fd.fd(), 0, 100, 900).userData(1).link();
            claim(ring)
                    .fallocate(fd.fd(), Falloc.FALLOC_FL_KEEP_SIZE, 0, 64 * PAGE)
                    .userData(2);
            assertThat(results(ring, 2)).containsExactly(0, 0);
            assertThat(Files.size(reserved)).isEqualTo(1000);
            assertThat(blocks(ring, reserved)).isGreaterThanOrEqualTo(64 * PAGE / 512);

            claim(ring)
                    .fallocate(fd.fd(), Falloc.FALLOC_FL_KEEP_SIZE, SIX_GIB, 5 * PAGE)
                    .link();
            claim(ring).fallocate(fd.fd(), 0, SIX_GIB, PAGE).userData(1);
            assertThat(results(ring, 2)).containsExactly(0, 0);
            assertThat(Files.size(reserved)).isEqualTo(SIX_GIB + PAGE);
        }
    }

    private static long blocks(Ring ring, Path path) {
        Memory answer = Memory.allocate(Statx.SIZEOF);
        claim(ring).statx(-1, path.toString(), 0, Stat.STATX_BLOCKS, answer);
        assertThat(result(ring)).isZero();
        return answer.getI64(Statx.STX_BLOCKS);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesHoles(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring)
                    .fallocate(fd.fd(), Falloc.FALLOC_FL_PUNCH_HOLE | Falloc.FALLOC_FL_KEEP_SIZE, PAGE, 2 * PAGE + 5);
            assertThat(result(ring)).isZero();
        }
        byte[] expected = content.clone();
        Arrays.fill(expected, PAGE, 3 * PAGE + 5, (byte) 0);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void reservingSaysWhatIsWrong(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR);
                Fd readOnly = RingFiles.open(file, Fcntl.O_RDONLY);
                Pipe pipe = Pipe.open()) {
            RingFiles.requireDisk(file);
            claim(ring).fallocate(fd.fd(), 0, 0, 0).userData(1);
            claim(ring).fallocate(fd.fd(), Falloc.FALLOC_FL_PUNCH_HOLE, 0, 10).userData(2);
            claim(ring).fallocate(readOnly.fd(), 0, 0, 10).userData(3);
            claim(ring).fallocate(pipe.writer(), 0, 0, 10).userData(4);
            claim(ring).fallocate(fd.fd(), 0, Long.MAX_VALUE - 10, 5).userData(5);

            assertThat(results(ring, 5))
                    .containsExactly(-Errno.EINVAL, -Errno.EOPNOTSUPP, -Errno.EBADF, -Errno.ESPIPE, -Errno.EFBIG);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cutsAndExtends(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR);
                Fd readOnly = RingFiles.open(file, Fcntl.O_RDONLY)) {
            requireFtruncate(ring);
            claim(ring).ftruncate(fd.fd(), 100);
            assertThat(result(ring)).isZero();
            assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(content, 100));

            claim(ring).ftruncate(fd.fd(), 300);
            assertThat(result(ring)).isZero();
            assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(Arrays.copyOf(content, 100), 300));

            claim(ring).ftruncate(fd.fd(), SIX_GIB).userData(1).link();
            claim(ring).ftruncate(readOnly.fd(), 5).userData(2);
            claim(ring).ftruncate(-1, 5).userData(3);
            assertThat(results(ring, 3)).containsExactly(0, -Errno.EINVAL, -Errno.EBADF);
            claim(ring).ftruncate(fd.fd(), 5).put32(IoUringSqe.LEN, 4);
            assertThat(result(ring)).as("a length of no meaning").isEqualTo(-Errno.EINVAL);
            assertThat(Files.size(file)).isEqualTo(SIX_GIB);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void cutsARegisteredFile(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            requireFtruncate(ring);
            ring.files().register(fd.fd());
            claim(ring).ftruncate(0, 7).fixedFile();
            assertThat(result(ring)).isZero();
        }
        assertThat(Files.size(file)).isEqualTo(7);
    }

    private static void requireFtruncate(Ring ring) {
        Feature.require("FTRUNCATE", ring.capabilities().supports(Operation.FTRUNCATE), "Linux 6.9 or newer is needed");
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesAdviceAboutFiles(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR);
                Pipe pipe = Pipe.open()) {
            claim(ring).fadvise(fd.fd(), 0, PAGE, Fadvise.POSIX_FADV_WILLNEED).userData(1);
            claim(ring).fadvise(fd.fd(), 0, 0, Fadvise.POSIX_FADV_SEQUENTIAL).userData(2);
            claim(ring)
                    .fadvise(fd.fd(), SIX_GIB, 0xffff_ffffL, Fadvise.POSIX_FADV_DONTNEED)
                    .userData(3);
            claim(ring).fadvise(fd.fd(), 0, 0, 77).userData(4);
            claim(ring).fadvise(pipe.reader(), 0, 0, Fadvise.POSIX_FADV_NORMAL).userData(5);
            claim(ring).fadvise(-1, 0, 0, Fadvise.POSIX_FADV_NORMAL).userData(6);

            assertThat(results(ring, 6)).containsExactly(0, 0, 0, -Errno.EINVAL, -Errno.ESPIPE, -Errno.EBADF);
            // Advice changes nothing of what is read: without the cache, and with what it was told to fetch.
            for (int advice : new int[] {Fadvise.POSIX_FADV_DONTNEED, Fadvise.POSIX_FADV_WILLNEED}) {
                claim(ring).fadvise(fd.fd(), 0, 0, advice);
                assertThat(results(ring, 1)).containsExactly(0);
                assertThat(Files.readAllBytes(file)).isEqualTo(content);
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesAdviceAboutMemory(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), 4 * PAGE)) {
            Memory memory = mapping.memory();
            for (int page = 0; page < 4; page++) {
                memory.putI64(page * PAGE, 42);
            }
            claim(ring).madvise(memory, PAGE, 2 * PAGE, Mman.MADV_DONTNEED).userData(1);
            claim(ring).madvise(memory, 1, PAGE, Mman.MADV_NORMAL).userData(2);
            claim(ring).madvise(memory, 0, PAGE, 4711).userData(3);

            assertThat(results(ring, 3)).containsExactly(0, -Errno.EINVAL, -Errno.EINVAL);
            assertThat(memory.getI64(0)).isEqualTo(42);
            assertThat(memory.getI64(PAGE)).isZero();
            assertThat(memory.getI64(2 * PAGE)).isZero();
            assertThat(memory.getI64(3 * PAGE)).isEqualTo(42);
        }
    }

    /** madvise: a mapped file is read again after it was dropped, in advance or when it is touched. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesAdviceAboutAMappedFile(RingProfile profile, @TempDir Path directory) throws IOException {
        byte[] bytes = RingFiles.pattern(32 * PAGE, 5);
        Path file = Files.write(directory.resolve("mapped"), bytes);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR);
                Mapping mapping = Mapping.shared(fd, bytes.length, 0)) {
            Memory memory = mapping.memory();
            for (int advice : new int[] {Mman.MADV_DONTNEED, Mman.MADV_DONTNEED, Mman.MADV_WILLNEED}) {
                claim(ring).madvise(memory, 0, bytes.length, advice);
                assertThat(result(ring)).isZero();
                assertThat(RingFiles.bytes(memory, 0, bytes.length)).isEqualTo(bytes);
            }
        }
    }

    /** A length of 4 GiB and a page must not become a page. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void doesNotCutLengthsTo32Bits(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), PAGE)) {
            claim(ring).unsafe().madvise(mapping.memory().address(), (1L << 32) + PAGE, Mman.MADV_NORMAL);
            // ENOMEM: not all of it is mapped. EINVAL: the kernel is older than 6.11.
            assertThat(result(ring)).isIn(-Errno.ENOMEM, -Errno.EINVAL);
        }
    }
}
