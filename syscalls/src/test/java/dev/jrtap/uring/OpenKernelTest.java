// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Openat2;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Opening files by name. */
@Timeout(60)
class OpenKernelTest {

    private static final int CWD = Fcntl.AT_FDCWD;

    @TempDir
    Path directory;

    private String path;

    @BeforeEach
    void createFile() throws IOException {
        path = Files.writeString(directory.resolve("file"), "text").toString();
    }

    private static Fd opened(Ring ring) {
        return Fd.own(Syscalls.libc(), result(ring));
    }

    private static void assertReads(Ring ring, Fd fd, String text) {
        Memory in = Memory.allocate(64);
        claim(ring).read(fd.fd(), in, 0, in.size(), 0);
        assertThat(result(ring)).isEqualTo(text.length());
        assertThat(in.getString(0, 64)).isEqualTo(text);
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void opensFromEverywhere(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd folder = RingFiles.open(directory, Fcntl.O_PATH)) {
            claim(ring).openat(CWD, path, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0);
            try (Fd fd = opened(ring)) {
                assertReads(ring, fd, "text");
            }
            claim(ring).openat(folder.fd(), "file", Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0);
            try (Fd fd = opened(ring)) {
                assertReads(ring, fd, "text");
            }
            // The directory is not looked at for an absolute path.
            claim(ring).openat(-1, path, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0).async();
            try (Fd fd = opened(ring)) {
                assertReads(ring, fd, "text");
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void createsWithPermissions(RingProfile profile) throws IOException {
        Path created = directory.resolve("created");
        Path second = directory.resolve("second");
        int flags = Fcntl.O_RDWR | Fcntl.O_CREAT | Fcntl.O_EXCL | Fcntl.O_CLOEXEC;
        try (Ring ring = profile.open(8)) {
            claim(ring).openat(CWD, created.toString(), flags, 0640);
            opened(ring).close();
            claim(ring).openat2(CWD, second.toString(), flags, 0600, 0);
            opened(ring).close();
            claim(ring).openat(CWD, created.toString(), flags, 0600).userData(1);
            claim(ring).openat2(CWD, second.toString(), flags, 0600, 0).userData(2);
            assertThat(results(ring, 2)).containsExactly(-Errno.EEXIST, -Errno.EEXIST);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created)))
                .isEqualTo("rw-r-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(second)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void truncates(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            claim(ring).openat(CWD, path, Fcntl.O_WRONLY | Fcntl.O_TRUNC | Fcntl.O_CLOEXEC, 0);
            opened(ring).close();
        }
        assertThat(Path.of(path)).isEmptyFile();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysWhatIsWrong(RingProfile profile) throws IOException {
        Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
        try (Ring ring = profile.open(8)) {
            claim(ring).openat(CWD, path + "none", Fcntl.O_RDONLY, 0).userData(1);
            claim(ring).openat(CWD, path + "/none", Fcntl.O_RDONLY, 0).userData(2);
            claim(ring).openat(CWD, directory.toString(), Fcntl.O_WRONLY, 0).userData(3);
            claim(ring).openat(-1, "file", Fcntl.O_RDONLY, 0).userData(4);
            claim(ring).openat(CWD, "", Fcntl.O_RDONLY, 0).userData(5);
            claim(ring)
                    .openat(CWD, directory.resolve("loop").toString(), Fcntl.O_RDONLY, 0)
                    .userData(6);

            assertThat(results(ring, 6))
                    .containsExactly(
                            -Errno.ENOENT, -Errno.ENOTDIR, -Errno.EISDIR, -Errno.EBADF, -Errno.ENOENT, -Errno.ELOOP);
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            claim(ring).openat(CWD, path, Fcntl.O_RDONLY, 0).fixedFile());
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void restrictsHowAPathIsResolved(RingProfile profile) throws IOException {
        Path inner = Files.createDirectory(directory.resolve("inner"));
        Files.createSymbolicLink(inner.resolve("out"), Path.of("../file"));
        Files.writeString(inner.resolve("in"), "inside");
        int flags = Fcntl.O_RDONLY | Fcntl.O_CLOEXEC;
        try (Ring ring = profile.open(8);
                Fd folder = RingFiles.open(inner, Fcntl.O_PATH)) {
            int at = folder.fd();
            claim(ring)
                    .openat2(at, "../file", flags, 0, Openat2.RESOLVE_BENEATH)
                    .userData(1);
            claim(ring).openat2(at, "out", flags, 0, Openat2.RESOLVE_BENEATH).userData(2);
            claim(ring)
                    .openat2(at, "out", flags, 0, Openat2.RESOLVE_NO_SYMLINKS)
                    .userData(3);
            claim(ring).openat2(at, "/file", flags, 0, Openat2.RESOLVE_IN_ROOT).userData(4);
            assertThat(results(ring, 4)).containsExactly(-Errno.EXDEV, -Errno.EXDEV, -Errno.ELOOP, -Errno.ENOENT);

            claim(ring).openat2(at, "/in", flags, 0, Openat2.RESOLVE_IN_ROOT);
            try (Fd fd = opened(ring)) {
                assertReads(ring, fd, "inside");
            }
            claim(ring).openat2(at, "out", flags, 0, 0);
            try (Fd fd = opened(ring)) {
                assertReads(ring, fd, "text");
            }
            claim(ring).openat2(at, "in", flags, 0, Openat2.RESOLVE_CACHED);
            try (Fd fd = opened(ring)) {
                assertReads(ring, fd, "inside");
            }
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesAHowThatMakesNoSense(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            claim(ring).openat2(CWD, path, 1L << 40, 0, 0).userData(1);
            claim(ring).openat2(CWD, path, Fcntl.O_RDONLY, 0600, 0).userData(2);
            claim(ring).openat2(CWD, path, Fcntl.O_RDONLY, 0, 1L << 40).userData(3);
            claim(ring)
                    .openat2(CWD, path, Fcntl.O_RDONLY, 0, Openat2.RESOLVE_BENEATH | Openat2.RESOLVE_IN_ROOT)
                    .userData(4);

            assertThat(results(ring, 4)).containsOnly(-Errno.EINVAL);
        }
    }
}
