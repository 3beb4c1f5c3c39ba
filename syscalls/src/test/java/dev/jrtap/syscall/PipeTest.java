// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-kernel")
@Tag("any-user")
class PipeTest {

    private static final Syscalls SYS = Syscalls.libc();

    @Test
    void readsWhatIsWritten() throws ErrnoException {
        try (Pipe pipe = Pipe.open(SYS, Fcntl.O_NONBLOCK)) {
            Memory bytes = Memory.ofString("through");
            Memory found = Memory.allocate(16);
            assertThat(SYS.read(pipe.in().fd(), found.address(), 16)).isEqualTo(-Errno.EAGAIN);
            assertThat(SYS.write(pipe.out().fd(), bytes.address(), 7)).isEqualTo(7);
            assertThat(SYS.read(pipe.in().fd(), found.address(), 16)).isEqualTo(7);
            assertThat(found.getString(0, 16)).isEqualTo("through");
            pipe.out().close();
            assertThat(SYS.read(pipe.in().fd(), found.address(), 16))
                    .as("the end")
                    .isZero();
            bytes.keepAlive();
        }
    }

    @Test
    void saysWhyThereIsNone() {
        assertThatThrownBy(() -> Pipe.open(SYS, Fcntl.O_DIRECTORY))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("EINVAL: pipe2(O_CLOEXEC|0x");
    }
}
