// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.BpfAttr;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.LibcCalls;
import dev.jrtap.bindings.Mman;
import dev.jrtap.fixtures.RawFd;
import dev.jrtap.memory.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibcCallsTest {

    private static final int PAGE = 65536;

    /** The offset of mmap is the sixth: a wrong one maps another page, or none. */
    @Test
    void deliversTheSixthArgument(@TempDir Path directory) throws IOException {
        byte[] content = new byte[2 * PAGE];
        content[0] = 1;
        content[PAGE] = 2;
        Path file = Files.write(directory.resolve("two-pages"), content);
        int fd = RawFd.open(file.toString(), Fcntl.O_RDONLY);

        long address = LibcCalls.mmap(0, PAGE, Mman.PROT_READ, Mman.MAP_PRIVATE, fd, PAGE);
        LibcCalls.close(fd);

        assertThat(address).isPositive();
        assertThat(Memory.wrap(address, PAGE).getI8(0)).isEqualTo((byte) 2);
        assertThat(LibcCalls.munmap(address, PAGE)).isZero();
    }

    @Test
    void answersMinusErrnoForAFailure() {
        assertThat(LibcCalls.close(-1)).isEqualTo(-Errno.EBADF);
        assertThat(RawFd.open("/does/not/exist", Fcntl.O_RDONLY)).isEqualTo(-Errno.ENOENT);
        assertThat(LibcCalls.mmap(0, PAGE, Mman.PROT_READ, Mman.MAP_SHARED, -1, 0))
                .isEqualTo(-Errno.EBADF);
    }

    /** A call that only hands over is made without errno, and again for it; a seccomp filter may refuse all. */
    @Test
    void answersMinusErrnoForEntriesThatNobodyTakes() {
        assertThat(Syscalls.libc().ioUringEnter(-1, 1, 0, 0)).isIn(-Errno.EBADF, -Errno.EPERM, -Errno.ENOSYS);
    }

    /** The kernel knows no command -1; one without BPF, or a seccomp filter, refuses all commands. */
    @Test
    void reachesBpf() {
        Memory attributes = Memory.allocate(BpfAttr.SIZEOF);
        assertThat(Syscalls.libc().bpf(-1, attributes.address(), attributes.size()))
                .isIn(-Errno.EINVAL, -Errno.EPERM, -Errno.ENOSYS);
        attributes.keepAlive();
    }
}
