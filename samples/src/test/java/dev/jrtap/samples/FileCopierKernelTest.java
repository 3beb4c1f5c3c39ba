// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCopierKernelTest {

    private static final int BLOCK = 256 * 1024;

    @TempDir
    private Path directory;

    @BeforeEach
    void needsRings() {
        Uring.require();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 16 * BLOCK, 40 * BLOCK + 4711})
    void copiesEveryByte(int size) throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Path from = Files.write(directory.resolve("from"), content);
        Path to = Files.writeString(directory.resolve("to"), "overwritten");
        try (FileCopier copier = new FileCopier()) {
            assertThat(copier.copy(from.toString(), to.toString())).isEqualTo(size);
            assertThat(to).hasBinaryContent(content);

            Path again = directory.resolve("again");
            assertThat(copier.copy(to.toString(), again.toString())).isEqualTo(size);
            assertThat(again).hasBinaryContent(content);
        }
    }

    /** As an ordinary user who copies two files at once. */
    @Test
    void copiesWithoutLockedMemory() throws IOException {
        Syscalls poor = new DelegatingSyscalls(Syscalls.libc()) {
            @Override
            public int ioUringRegister(int fd, int opcode, long argument, int count) {
                return opcode == IoUring.IORING_REGISTER_BUFFERS || opcode == IoUring.IORING_REGISTER_BUFFERS2
                        ? -Errno.ENOMEM
                        : super.ioUringRegister(fd, opcode, argument, count);
            }
        };
        byte[] content = new byte[40 * BLOCK + 4711];
        new Random(2).nextBytes(content);
        Path from = Files.write(directory.resolve("from"), content);
        Path to = directory.resolve("to");
        try (FileCopier copier = new FileCopier(poor)) {
            assertThat(copier.copy(from.toString(), to.toString())).isEqualTo(content.length);
            assertThat(to).hasBinaryContent(content);
        }
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Path from = Files.write(directory.resolve("from"), new byte[3 * BLOCK]);
        try (FileCopier copier = new FileCopier()) {
            assertThatThrownBy(() -> copier.copy(directory + "/missing", directory + "/to"))
                    .hasMessageContaining("ENOENT: openat(" + directory + "/missing)");
            assertThatThrownBy(() -> copier.copy(from.toString(), directory + "/missing/to"))
                    .hasMessageContaining("ENOENT: openat(" + directory + "/missing/to)");
            assertThatThrownBy(() -> copier.copy(from.toString(), "/dev/full"))
                    .hasMessageContaining("ENOSPC: write(/dev/full, offset=");
            assertThatThrownBy(() -> copier.copy(directory.toString(), directory + "/to"))
                    .hasMessageContaining("EISDIR: read(" + directory);
            // And it still copies.
            assertThat(copier.copy(from.toString(), directory + "/to")).isEqualTo(3 * BLOCK);
        }
    }
}
