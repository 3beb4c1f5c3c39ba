// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Fs;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockOperationsKernelTest {

    private static final int BLOCK = 4096;

    @TempDir
    private Path directory;

    private Fd open(int flags) throws IOException {
        byte[] bytes = new byte[2 * BLOCK];
        Arrays.fill(bytes, (byte) 7);
        Path file = Files.write(directory.resolve("file"), bytes);
        return Fd.open(file.toString(), flags);
    }

    /** A file is no block device, and keeps what it has. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void doNotTouchAFile(RingProfile profile) throws IOException {
        try (Ring ring = profile.open(8);
                Fd fd = open(Fcntl.O_RDWR)) {
            ring.submission().claim().discard(fd.fd(), 0, BLOCK);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EOPNOTSUPP);
            ring.submission().claim().resetAllZones(fd.fd());
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EOPNOTSUPP);
        }
        assertThat(Files.readAllBytes(directory.resolve("file"))).containsOnly(7);
    }

    /** No disk here keeps protection information: the kernel has read what was asked for, and says so. */
    @ParameterizedTest
    @EachOf(RingProfile.class)
    void refuseProtectionWhereThereIsNone(RingProfile profile) throws IOException {
        Memory buffer = Memory.allocate(BLOCK);
        BlockOperations.Protection protection =
                new BlockOperations.Protection(Memory.allocate(64), Fs.IO_INTEGRITY_CHK_GUARD, 0x1234, 0);
        try (Ring ring = profile.open(8);
                Fd fd = open(Fcntl.O_RDWR)) {
            Feature.require("RW_ATTR", ring.capabilities().has(RingFeature.RW_ATTR), "Linux 6.14 or newer is needed");
            ring.submission().claim().readProtected(fd.fd(), buffer, 0, protection);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            ring.submission().claim().writeProtected(fd.fd(), buffer, 0, protection);
            assertThat(Results.next(ring).result()).isEqualTo(-Errno.EINVAL);
            ring.submission().claim().read(fd.fd(), buffer, 0);
            assertThat(Results.next(ring).result()).isEqualTo(BLOCK);
        }
    }
}
