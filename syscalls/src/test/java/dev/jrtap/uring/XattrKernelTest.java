// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static dev.jrtap.uring.RingFiles.claim;
import static dev.jrtap.uring.RingFiles.results;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Xattr;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Extended attributes, against those that java.nio reads and writes. */
@Timeout(60)
class XattrKernelTest {

    @TempDir
    Path directory;

    private final byte[] value = RingFiles.pattern(300, 4);
    private final Memory out = RingFiles.memory(value);
    private final Memory in = Memory.allocate(512);
    private Path file;
    private UserDefinedFileAttributeView attributes;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.createFile(directory.resolve("file"));
        boolean supported = Files.getFileStore(file).supportsFileAttributeView(UserDefinedFileAttributeView.class);
        Feature.require("user extended attributes", supported, "the file system of " + directory + " has none");
        attributes = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    }

    private byte[] attribute(String name) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(attributes.size(name));
        attributes.read(name, buffer);
        return buffer.array();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void setsAttributes(RingProfile profile) throws IOException {
        String path = file.toString();
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring)
                    .setxattr(path, "user.one", out.slice(0, 300), 0)
                    .userData(1)
                    .link();
            claim(ring)
                    .fsetxattr(fd.fd(), "user.two", out.slice(5, 20), Xattr.XATTR_CREATE)
                    .userData(2)
                    .link();
            claim(ring)
                    .fsetxattr(fd.fd(), "user.one", out.slice(9, 30), Xattr.XATTR_REPLACE)
                    .userData(3)
                    .link();
            claim(ring).setxattr(path, "user.empty", out.slice(0, 0), 0).userData(4);

            assertThat(results(ring, 4)).containsExactly(0, 0, 0, 0);
        }
        assertThat(attributes.list()).containsExactlyInAnyOrder("one", "two", "empty");
        assertThat(attribute("one")).isEqualTo(Arrays.copyOfRange(value, 9, 39));
        assertThat(attribute("two")).isEqualTo(Arrays.copyOfRange(value, 5, 25));
        assertThat(attribute("empty")).isEmpty();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void readsAttributes(RingProfile profile) throws IOException {
        attributes.write("one", ByteBuffer.wrap(value, 0, 40));
        attributes.write("\u00fc\u4e16", ByteBuffer.wrap(value, 50, 60));
        String path = file.toString();
        try (Ring ring = profile.open(8);
                Fd fd = RingFiles.open(file, Fcntl.O_RDONLY)) {
            claim(ring).getxattr(path, "user.one", in.slice(0, 100)).userData(1);
            claim(ring)
                    .fgetxattr(fd.fd(), "user.\u00fc\u4e16", in.slice(100, 60))
                    .userData(2);
            claim(ring).getxattr(path, "user.one", in.slice(0, 0)).userData(3);
            claim(ring).fgetxattr(fd.fd(), "user.one", in.slice(200, 39)).userData(4);

            assertThat(results(ring, 4)).containsExactly(40, 60, 40, -Errno.ERANGE);
        }
        assertThat(RingFiles.bytes(in, 0, 40)).isEqualTo(Arrays.copyOf(value, 40));
        assertThat(RingFiles.bytes(in, 100, 60)).isEqualTo(Arrays.copyOfRange(value, 50, 110));
        assertThat(in.getI64(200)).isZero();
    }

    @ParameterizedTest
    @EachOf(RingProfile.class)
    void saysWhatIsWrong(RingProfile profile) throws IOException {
        attributes.write("one", ByteBuffer.wrap(value, 0, 40));
        String path = file.toString();
        try (Ring ring = profile.open(16);
                Fd fd = RingFiles.open(file, Fcntl.O_RDWR)) {
            claim(ring)
                    .setxattr(path, "user.one", out.slice(0, 5), Xattr.XATTR_CREATE)
                    .userData(1);
            claim(ring)
                    .fsetxattr(fd.fd(), "user.two", out.slice(0, 5), Xattr.XATTR_REPLACE)
                    .userData(2);
            claim(ring).getxattr(path, "user.two", in.slice(0, 100)).userData(3);
            claim(ring).getxattr(path + "none", "user.one", in.slice(0, 100)).userData(4);
            claim(ring).fgetxattr(-1, "user.one", in.slice(0, 100)).userData(5);
            claim(ring).setxattr(path, "nonsense.one", out.slice(0, 5), 0).userData(6);
            claim(ring).setxattr(path, "user.big", Memory.allocate(65537), 0).userData(7);
            claim(ring).setxattr(path, "user.bad", Memory.wrap(16, 10), 0).userData(8);
            claim(ring).setxattr(path, "user.flag", out.slice(0, 5), 1 << 20).userData(9);
            claim(ring).setxattr(path, "", out.slice(0, 5), 0).userData(10);

            assertThat(results(ring, 10))
                    .containsExactly(
                            -Errno.EEXIST,
                            -Errno.ENODATA,
                            -Errno.ENODATA,
                            -Errno.ENOENT,
                            -Errno.EBADF,
                            -Errno.EOPNOTSUPP,
                            -Errno.E2BIG,
                            -Errno.EFAULT,
                            -Errno.EINVAL,
                            -Errno.ERANGE);
        }
        assertThat(attributes.list()).containsExactly("one");
    }
}
