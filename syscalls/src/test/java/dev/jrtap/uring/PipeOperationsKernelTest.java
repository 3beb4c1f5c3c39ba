// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Fs;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pipes that are made, read, spliced and copied. */
@Tag("any-user")
@Timeout(60)
class PipeOperationsKernelTest {

    private static final int SIZE = 5000;

    @TempDir
    Path directory;

    private final byte[] content = RingFiles.pattern(SIZE, 6);
    private final Memory out = RingFiles.memory(content);
    private final Memory in = Memory.allocate(SIZE);

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void splicesAFileThroughAPipe(RingProfile profile) throws IOException {
        Path from = Files.write(directory.resolve("from"), content);
        Path to = Files.createFile(directory.resolve("to"));
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open();
                Fd source = RingFiles.open(from, Fcntl.O_RDONLY);
                Fd target = RingFiles.open(to, Fcntl.O_WRONLY)) {
            claim(ring)
                    .splice(source.fd(), 1000, pipe.writer(), -1, 4000)
                    .userData(1)
                    .link();
            claim(ring).splice(pipe.reader(), -1, target.fd(), 10, 4000).userData(2);
            assertThat(results(ring, 2)).containsExactly(4000, 4000);
            // At the end of the input there is nothing to move.
            claim(ring).splice(source.fd(), SIZE, pipe.writer(), -1, 100);
            assertThat(result(ring)).isZero();
        }
        byte[] found = Files.readAllBytes(to);
        assertThat(found).hasSize(4010);
        assertThat(Arrays.copyOfRange(found, 10, 4010)).isEqualTo(Arrays.copyOfRange(content, 1000, SIZE));
    }

    @ParameterizedTest
    @MethodSource("dev.jrtap.uring.RingProfile#forTables")
    void splicesRegisteredFiles(RingProfile profile) throws IOException {
        Path from = Files.write(directory.resolve("from"), content);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open();
                Fd source = RingFiles.open(from, Fcntl.O_RDONLY)) {
            ring.files().register(source.fd(), pipe.writer());
            for (int i = 0; i < 2; i++) {
                claim(ring)
                        .splice(0, -1, 1, -1, 100)
                        .spliceFlags(IoUring.SPLICE_F_FD_IN_FIXED)
                        .fixedFile();
                assertThat(result(ring)).isEqualTo(100);
            }
            assertThat(pipe.take(200)).isEqualTo(Arrays.copyOf(content, 200));
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void splicingSaysWhatIsWrong(RingProfile profile) throws IOException {
        Path from = Files.write(directory.resolve("from"), content);
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open();
                Fd source = RingFiles.open(from, Fcntl.O_RDWR)) {
            claim(ring).splice(-1, -1, pipe.writer(), -1, 10).userData(1);
            claim(ring).splice(source.fd(), 0, source.fd(), 10, 10).userData(2);
            claim(ring).splice(source.fd(), 0, pipe.writer(), 5, 10).userData(3);
            claim(ring).tee(pipe.reader(), pipe.writer(), 10).userData(4);
            claim(ring).tee(-1, pipe.writer(), 10).userData(5);

            assertThat(results(ring, 5))
                    .containsExactly(-Errno.EBADF, -Errno.EINVAL, -Errno.ESPIPE, -Errno.EINVAL, -Errno.EBADF);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void teeLeavesWhatItCopies(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe first = Pipe.open();
                Pipe second = Pipe.open()) {
            first.put(content);
            claim(ring).tee(first.reader(), second.writer(), SIZE);
            assertThat(result(ring)).isEqualTo(SIZE);
            assertThat(second.take(SIZE)).isEqualTo(content);
            assertThat(first.take(SIZE)).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsWhenThereIsSomethingAndAtTheEnd(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Pipe pipe = Pipe.open()) {
            // What tells a read not to wait is this, and not O_NONBLOCK of the file.
            claim(ring).read(pipe.reader(), in, 0, 10, 0).rwFlags(Fs.RWF_NOWAIT);
            // Before Linux 6.4 no pipe could be asked that.
            assertThat(result(ring)).isIn(-Errno.EAGAIN, -Errno.EOPNOTSUPP);
            for (int i = 0; i < 3; i++) {
                claim(ring).read(pipe.reader(), in, 0, SIZE, 0);
                ring.submit();
                pipe.put(Arrays.copyOf(content, 100 + i));
                assertThat(result(ring)).isEqualTo(100 + i);
            }
            assertThat(RingFiles.bytes(in, 0, 102)).isEqualTo(Arrays.copyOf(content, 102));
            claim(ring).read(pipe.reader(), in, 0, SIZE, 0);
            ring.submit();
            closeWriter(pipe);
            assertThat(result(ring)).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesPipes(RingProfile profile) throws IOException {
        Memory ends = Memory.allocate(2 * Integer.BYTES);
        try (Ring ring = profile.open(8)) {
            requirePipe(ring);
            claim(ring).pipe(ends, Fcntl.O_CLOEXEC);
            assertThat(result(ring)).isZero();
            Syscalls sys = Syscalls.libc();
            try (Pipe pipe = new Pipe(Fd.own(sys, ends.getI32(0)), Fd.own(sys, ends.getI32(Integer.BYTES)))) {
                claim(ring).write(pipe.writer(), out, 0, SIZE, 0).userData(1).link();
                claim(ring).read(pipe.reader(), in, 0, SIZE, 0).userData(2);
                assertThat(results(ring, 2)).containsExactly(SIZE, SIZE);
                assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(content);
            }
            claim(ring).pipe(ends, 1 << 30);
            assertThat(result(ring)).isEqualTo(-Errno.EINVAL);
            Operations entry = claim(ring);
            assertThatThrownBy(() -> entry.pipe(Memory.allocate(7), 0)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void makesPipesInTheTable(RingProfile profile) throws IOException {
        Memory ends = Memory.allocate(2 * Integer.BYTES);
        try (Ring ring = profile.open(8)) {
            requirePipe(ring);
            ring.files().register(-1, -1, -1, -1, -1);
            claim(ring).pipe(ends, 0).intoSlot(2);
            assertThat(result(ring)).isZero();
            assertMoves(ring, 2, 3);
            claim(ring).pipe(ends, 0).intoSlot(Operations.ANY_SLOT);
            assertThat(result(ring)).isZero();
            int reader = ends.getI32(0);
            int writer = ends.getI32(Integer.BYTES);
            // Any that are free, in no order.
            assertThat(List.of(0, 1, 4)).contains(reader, writer);
            assertMoves(ring, reader, writer);
            claim(ring).pipe(ends, 0).intoSlot(Operations.ANY_SLOT);
            assertThat(result(ring)).isEqualTo(-Errno.ENFILE);
        }
    }

    private void assertMoves(Ring ring, int reader, int writer) {
        in.zero(0, SIZE);
        claim(ring).write(writer, out, 0, SIZE, 0).fixedFile().userData(1).link();
        claim(ring).read(reader, in, 0, SIZE, 0).fixedFile().userData(2);
        assertThat(results(ring, 2)).containsExactly(SIZE, SIZE);
        assertThat(RingFiles.bytes(in, 0, SIZE)).isEqualTo(content);
    }

    private static void closeWriter(Pipe pipe) {
        pipe.out().close();
    }

    private static void requirePipe(Ring ring) {
        Feature.require("PIPE", ring.capabilities().supports(Operation.PIPE), "Linux 6.16 or newer is needed");
    }
}
