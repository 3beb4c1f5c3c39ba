// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.result;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Stat;
import dev.jrtap.bindings.Statx;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** What statx says of files, against what java.nio says. */
@Timeout(60)
class StatxKernelTest {

    private static final int CWD = Fcntl.AT_FDCWD;
    private static final int BASIC = Stat.STATX_BASIC_STATS;

    @TempDir
    Path directory;

    private final Memory answer = Memory.allocate(Statx.SIZEOF);
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.write(directory.resolve("file"), RingFiles.pattern(12_345, 0));
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_234_567_890, 123_456_789)));
        Files.createLink(directory.resolve("second"), file);
    }

    private void assertDescribes(Path path) throws IOException {
        Map<String, Object> expected = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
        assertThat(answer.getI32(Statx.STX_MASK) & BASIC).isEqualTo(BASIC);
        assertThat(answer.getI64(Statx.STX_SIZE)).isEqualTo(expected.get("size"));
        assertThat(answer.getI64(Statx.STX_INO)).isEqualTo(expected.get("ino"));
        assertThat(answer.getI32(Statx.STX_NLINK)).isEqualTo(expected.get("nlink"));
        assertThat(answer.getU16(Statx.STX_MODE)).isEqualTo(expected.get("mode"));
        assertThat(answer.getI32(Statx.STX_UID)).isEqualTo(expected.get("uid"));
        assertThat(answer.getI32(Statx.STX_GID)).isEqualTo(expected.get("gid"));
        // struct statx_timestamp: seconds, then nanoseconds.
        Instant modified =
                Instant.ofEpochSecond(answer.getI64(Statx.STX_MTIME), answer.getI32(Statx.STX_MTIME + Long.BYTES));
        assertThat(FileTime.from(modified)).isEqualTo(expected.get("lastModifiedTime"));
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void describesFilesByName(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd folder = RingFiles.open(directory, Fcntl.O_PATH)) {
            claim(ring).statx(CWD, file.toString(), 0, BASIC, answer);
            assertThat(result(ring)).isZero();
            assertDescribes(file);
            assertThat(answer.getI32(Statx.STX_NLINK)).isEqualTo(2);

            answer.zero(0, Statx.SIZEOF);
            claim(ring).statx(folder.fd(), "second", 0, BASIC, answer).async();
            assertThat(result(ring)).isZero();
            assertDescribes(file);

            claim(ring).statx(CWD, directory.toString(), 0, BASIC, answer);
            assertThat(result(ring)).isZero();
            assertDescribes(directory);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void describesOpenFiles(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd open = RingFiles.open(file, Fcntl.O_RDONLY)) {
            claim(ring).statx(open.fd(), "", Fcntl.AT_EMPTY_PATH, BASIC, answer);
            assertThat(result(ring)).isZero();
            assertDescribes(file);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void followsLinksUnlessToldNot(RingProfile profile) throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        try (Ring ring = profile.open(8)) {
            claim(ring).statx(CWD, link.toString(), 0, BASIC, answer);
            assertThat(result(ring)).isZero();
            assertDescribes(file);

            claim(ring).statx(CWD, link.toString(), Fcntl.AT_SYMLINK_NOFOLLOW, BASIC, answer);
            assertThat(result(ring)).isZero();
            assertDescribes(link);
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysWhatIsWrong(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8)) {
            claim(ring)
                    .statx(CWD, directory.resolve("none").toString(), 0, BASIC, answer)
                    .userData(1);
            claim(ring).statx(CWD, file + "/none", 0, BASIC, answer).userData(2);
            claim(ring).statx(CWD, "", 0, BASIC, answer).userData(3);
            claim(ring).statx(-1, "file", 0, BASIC, answer).userData(4);
            claim(ring)
                    .statx(CWD, file.toString(), 0, Stat.STATX__RESERVED, answer)
                    .userData(5);
            claim(ring).statx(CWD, file.toString(), 1 << 30, BASIC, answer).userData(6);

            assertThat(results(ring, 6))
                    .containsExactly(
                            -Errno.ENOENT, -Errno.ENOTDIR, -Errno.ENOENT, -Errno.EBADF, -Errno.EINVAL, -Errno.EINVAL);
            assertThat(answer.getI32(Statx.STX_MASK)).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refusesTooLittleRoom(RingProfile profile) throws IOException {
        Memory small = Memory.allocate(Statx.SIZEOF - 1);
        try (Ring ring = profile.open(8)) {
            Operations entry = claim(ring);
            assertThatThrownBy(() -> entry.statx(CWD, file.toString(), 0, BASIC, small))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("256");
            assertThat(result(ring)).isZero();
        }
    }
}
