// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Registered buffers and files, as in liburing's tests of the same. */
@Tag("any-user")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FixedScenariosKernelTest {

    private static final int PAGE = 4096;

    @TempDir
    private Path directory;

    private byte[] content;

    private Fd file(int pages) throws IOException {
        content = RingFiles.pattern(pages * PAGE, 5);
        Path path = Files.write(directory.resolve("file"), content);
        int direct = RawFd.open(path.toString(), Fcntl.O_RDONLY | Fcntl.O_DIRECT);
        // Some file systems know no direct access; then what is tested is the buffer.
        return direct >= 0 ? Fd.own(Syscalls.libc(), direct) : RingFiles.open(path, Fcntl.O_RDONLY);
    }

    /** fixed-buf-iter: devices that know no scatter and gather. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void movesBetweenDevicesAndABuffer(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), PAGE);
                Fd random = RingFiles.open(Path.of("/dev/urandom"), Fcntl.O_RDONLY);
                Fd zero = RingFiles.open(Path.of("/dev/zero"), Fcntl.O_RDWR)) {
            Memory buffer = mapping.memory();
            ring.buffers().register(buffer);
            ring.submission().claim().readFixed(random.fd(), buffer, 0, PAGE, 0, 0);
            assertThat(Results.next(ring).result()).isEqualTo(PAGE);
            assertThat(RingFiles.bytes(buffer, 0, PAGE)).isNotEqualTo(new byte[PAGE]);
            ring.submission().claim().writeFixed(zero.fd(), buffer, 0, PAGE, 0, 0);
            assertThat(Results.next(ring).result()).isEqualTo(PAGE);
            ring.buffers().unregister();
        }
    }

    /** fixed-buf-merge: pages inside a buffer whose pages the kernel may hold as a few large pieces. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsIntoTheMiddleOfALargeBuffer(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), 128 * PAGE);
                Fd fd = file(4)) {
            Memory buffer = mapping.memory();
            ring.buffers().register(buffer);
            for (int i = 0; i < 3; i++) {
                ring.submission().claim().readFixed(fd.fd(), buffer, (i + 1) * PAGE, PAGE, (long) i * PAGE, 0);
            }
            assertThat(Completions.await(ring, 3))
                    .extracting(Completions.Completion::result)
                    .containsOnly(PAGE);
            assertThat(RingFiles.bytes(buffer, PAGE, 3 * PAGE)).isEqualTo(Arrays.copyOf(content, 3 * PAGE));
            assertThat(RingFiles.bytes(buffer, 0, PAGE)).containsOnly(0);
            assertThat(RingFiles.bytes(buffer, 4 * PAGE, PAGE)).containsOnly(0);
            ring.buffers().unregister();
        }
    }

    /** fixed-seg: a buffer that begins inside a page, and parts of it that do. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsAtOffsetsOfABufferThatBeginsInsideAPage(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), 16 * PAGE);
                Fd fd = file(4)) {
            for (int begin : new int[] {0, PAGE, 512, 3584}) {
                Memory buffer = mapping.memory().slice(begin, 8 * PAGE);
                ring.buffers().register(buffer);
                for (int[] part : new int[][] {{0, PAGE}, {PAGE, 2 * PAGE}, {PAGE, PAGE}, {512, PAGE}}) {
                    buffer.zero(0, buffer.size());
                    ring.submission().claim().readFixed(fd.fd(), buffer, part[0], part[1], 0, 0);
                    assertThat(Results.next(ring).result()).isEqualTo(part[1]);
                    assertThat(RingFiles.bytes(buffer, part[0], part[1])).isEqualTo(Arrays.copyOf(content, part[1]));
                }
                ring.buffers().unregister();
            }
        }
    }

    /** regbuf-merge: an empty place before a buffer. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void anEmptyPlaceBeforeABufferIsNoPartOfIt(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Mapping mapping = Mapping.anonymous(Syscalls.libc(), PAGE);
                Fd fd = file(1)) {
            Memory buffer = mapping.memory();
            ring.buffers().registerSparse(2);
            ring.buffers().update(1, buffer);
            ring.submission().claim().readFixed(fd.fd(), buffer, 0, PAGE, 0, 0);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EFAULT);
            ring.submission().claim().readFixed(fd.fd(), buffer, 0, PAGE, 0, 1);
            assertThat(Results.next(ring).result()).isEqualTo(PAGE);
            ring.buffers().unregister();
        }
    }

    /** nop-fixed-file-leak: a look-up of a file leaves no reference behind. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void lookingAFileUpKeepsItNot(RingProfile profile) throws IOException {
        Resources before = Resources.now();
        try (Ring ring = profile.open(8)) {
            for (int i = 0; i < 50; i++) {
                try (Pipe pipe = Pipe.open()) {
                    ring.submission().claim().nopFile(pipe.writer());
                    int result = Results.next(ring).result();
                    Feature.require("NOP with a file", result != -Errno.EINVAL, "Linux 6.13 or newer is needed");
                    assertThat(result).isZero();
                    pipe.out().close();
                    // The end is seen at once if nobody else has the writer.
                    Memory in = Memory.allocate(8);
                    assertThat(Syscalls.libc().read(pipe.reader(), in.address(), 8))
                            .isZero();
                    in.keepAlive();
                }
            }
        }
        Resources.assertNothingSince(before);
    }

    /** fixed-hugepage: one huge page and two, whole and from inside a page on; and pages of a size between. */
    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void movesThroughHugePages(RingProfile profile) throws IOException {
        int[][] parts = {{HugePages.SIZE, 0}, {2 * HugePages.SIZE, 0}, {2 * HugePages.SIZE, 0x1234}, {12 * PAGE, 0x1234}
        };
        try (Ring ring = profile.open(8);
                Fd random = RingFiles.open(Path.of("/dev/urandom"), Fcntl.O_RDONLY);
                Fd zero = RingFiles.open(Path.of("/dev/zero"), Fcntl.O_RDWR)) {
            for (int[] part : parts) {
                try (Mapping mapping = HugePages.orOrdinary(part[0])) {
                    int length = part[0] - part[1];
                    Memory buffer = mapping.memory().slice(part[1], length);
                    ring.buffers().register(buffer);
                    readAll(ring, random, buffer);
                    byte[] end = RingFiles.bytes(buffer, length - PAGE, PAGE);
                    assertThat(end).isNotEqualTo(new byte[PAGE]);
                    assertThat(RingFiles.bytes(mapping.memory(), 0, part[1])).isEqualTo(new byte[part[1]]);
                    ring.submission().claim().writeFixed(zero.fd(), buffer, 0, length, 0, 0);
                    assertThat(Results.next(ring).result()).isEqualTo(length);
                    readAll(ring, zero, buffer);
                    assertThat(RingFiles.bytes(buffer, 0, length)).isEqualTo(new byte[length]);
                    ring.buffers().unregister();
                }
            }
        }
    }

    /** Fills the buffer: a device may end a long read early where the thread has something else to do. */
    private static void readAll(Ring ring, Fd device, Memory buffer) {
        int done = 0;
        while (done < buffer.size()) {
            ring.submission().claim().readFixed(device.fd(), buffer, done, buffer.size() - done, 0, 0);
            int result = Results.next(ring).result();
            assertThat(result).isPositive();
            done += result;
        }
    }
}
