// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Fs;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.IoVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Transfers from and to several pieces of memory. */
@Tag("any-user")
@Timeout(60)
class VectoredTransferKernelTest {

    @TempDir
    Path directory;

    private final byte[] content = RingFiles.pattern(16 * 1024, 3);
    private final Memory out = RingFiles.memory(content);
    private final Memory in = Memory.allocate(content.length);
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.createFile(directory.resolve("file"));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void gathersAndScatters(RingProfile profile) throws IOException {
        IoVectors vectors = new IoVectors(3);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            vectors.add(out, 0, 100).add(out, 100, 0).add(out, 5000, 3000);
            claim(ring).writev(fd.fd(), vectors, 7).userData(1).link();
            vectors.clear().add(in, 2000, 1000).add(in, 0, 2000).add(in, 9000, 100);
            claim(ring).readv(fd.fd(), vectors, 7).userData(2);
            vectors.clear();

            assertThat(results(ring, 2)).containsExactly(3100, 3100);
        }
        byte[] found = Files.readAllBytes(file);
        assertThat(found).hasSize(3107);
        assertThat(Arrays.copyOfRange(found, 7, 107)).isEqualTo(Arrays.copyOf(content, 100));
        assertThat(Arrays.copyOfRange(found, 107, 3107)).isEqualTo(Arrays.copyOfRange(content, 5000, 8000));
        assertThat(RingFiles.bytes(in, 2000, 1000)).isEqualTo(Arrays.copyOfRange(found, 7, 1007));
        assertThat(RingFiles.bytes(in, 0, 2000)).isEqualTo(Arrays.copyOfRange(found, 1007, 3007));
        assertThat(RingFiles.bytes(in, 9000, 100)).isEqualTo(Arrays.copyOfRange(found, 3007, 3107));
    }

    /** The array was copied: that the kernel reads it late, for a drained and a linked operation, must not matter. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void vectorsCanBeChangedAtOnce(RingProfile profile) throws IOException {
        IoVectors vectors = new IoVectors(2);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            for (int i = 0; i < 6; i++) {
                vectors.clear().add(out, i * 100, 50).add(out, i * 100 + 50, 50);
                Sqe sqe = claim(ring).writev(fd.fd(), vectors, i * 100L).userData(i);
                switch (i) {
                    case 0, 1 -> sqe.link();
                    case 3 -> sqe.drain();
                    case 4 -> sqe.async();
                    default -> {}
                }
            }
            vectors.clear().add(in, 0, 1).add(in, 0, 1);

            assertThat(results(ring, 6)).containsOnly(100);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(content, 600));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesAsManyPiecesAsTheKernelDoes(RingProfile profile) throws IOException {
        IoVectors vectors = new IoVectors(IoVectors.MAX_CAPACITY);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            for (int i = 0; i < vectors.capacity(); i++) {
                vectors.add(out, (vectors.capacity() - 1 - i) * 16, 16);
            }
            claim(ring).writev(fd.fd(), vectors, 0);
            assertThat(result(ring)).isEqualTo(content.length);
            for (int i = 0; i < vectors.capacity(); i++) {
                claim(ring).read(fd.fd(), in, i * 16, 16, (vectors.capacity() - 1 - i) * 16L);
                if (i % 8 == 7) {
                    assertThat(results(ring, 8)).containsOnly(16);
                }
            }
            assertThat(RingFiles.bytes(in, 0, content.length)).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsLessAtTheEndOfTheFile(RingProfile profile) throws IOException {
        Files.write(file, Arrays.copyOf(content, 150));
        IoVectors vectors = new IoVectors(2);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDONLY)) {
            vectors.add(in, 0, 100).add(in, 1000, 100);
            claim(ring).readv(fd.fd(), vectors, 0).userData(1);
            claim(ring).readv(fd.fd(), vectors.clear(), 0).userData(2);
            vectors.unsafeAdd(16, 100);
            claim(ring).readv(fd.fd(), vectors, 0).userData(3);

            assertThat(results(ring, 3)).containsExactly(150, 0, -Errno.EFAULT);
            assertThat(RingFiles.bytes(in, 1000, 50)).isEqualTo(Arrays.copyOfRange(content, 100, 150));
            assertThat(in.getU8(1050)).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void goesOnFromThePositionAndAppends(RingProfile profile) throws IOException {
        IoVectors vectors = new IoVectors(1);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            for (int i = 0; i < 3; i++) {
                vectors.clear().add(out, i * 100, 100);
                claim(ring)
                        .writev(fd.fd(), vectors, Operations.FILE_POSITION)
                        .userData(i)
                        .link();
            }
            vectors.clear().add(out, 300, 100);
            claim(ring).writev(fd.fd(), vectors, 0).rwFlags(Fs.RWF_APPEND).userData(3);

            assertThat(results(ring, 4)).containsOnly(100);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(content, 400));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void takesPartsOfARegisteredBuffer(RingProfile profile) throws IOException {
        IoVectors vectors = new IoVectors(4);
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            Feature.require(
                    "READV_FIXED",
                    ring.capabilities().supports(Operation.READV_FIXED),
                    "Linux 6.15 or newer is needed");
            ring.buffers().register(out, in);
            vectors.add(out, 4000, 5000).add(out, 0, 1000);
            claim(ring).writevFixed(fd.fd(), vectors, 0, 0).userData(1).link();
            vectors.clear().add(in, 4090, 5000).add(in, 0, 1000);
            claim(ring).readvFixed(fd.fd(), vectors, 0, 1).userData(2);
            vectors.clear().add(in, 0, 100).unsafeAdd(in.address() + in.size(), 100);
            claim(ring).readvFixed(fd.fd(), vectors, 0, 1).userData(3);
            vectors.clear().add(in, 0, 100).add(out, 0, 100);
            claim(ring).readvFixed(fd.fd(), vectors, 0, 1).userData(4);
            vectors.clear().add(in, 0, 100);
            claim(ring).readvFixed(fd.fd(), vectors, 0, 2).userData(5);

            assertThat(results(ring, 5)).containsExactly(6000, 6000, -Errno.EFAULT, -Errno.EFAULT, -Errno.EFAULT);
            assertThat(RingFiles.bytes(in, 4090, 5000)).isEqualTo(Arrays.copyOfRange(content, 4000, 9000));
            assertThat(RingFiles.bytes(in, 0, 1000)).isEqualTo(Arrays.copyOf(content, 1000));
        }
    }
}
