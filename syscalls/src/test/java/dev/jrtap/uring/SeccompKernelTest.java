// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.Unistd;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.SyscallFilter;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Filters as container runtimes have them: Docker's answers EPERM, Podman's ENOSYS; some forbid one of the three calls
 * alone.
 */
@Timeout(60)
class SeccompKernelTest {

    private static final int[] ALL = {
        Unistd.__NR_io_uring_setup, Unistd.__NR_io_uring_enter, Unistd.__NR_io_uring_register
    };

    static IntStream answers() {
        return IntStream.of(Errno.EPERM, Errno.ENOSYS);
    }

    @Test
    void saysThatAFilterForbids() throws Exception {
        ErrnoException refusal = refusal(Errno.EPERM, ALL);
        assertThat(refusal.errno()).isEqualTo(Errno.EPERM);
        assertThat(refusal.call()).startsWith("io_uring_setup(");
        assertThat(refusal.hint()).contains("a seccomp filter forbids io_uring", "--security-opt seccomp=PROFILE");
    }

    @Test
    void saysThatAFilterMayHide() throws Exception {
        ErrnoException refusal = refusal(Errno.ENOSYS, ALL);
        assertThat(refusal.errno()).isEqualTo(Errno.ENOSYS);
        assertThat(refusal.call()).startsWith("io_uring_setup(");
        assertThat(refusal.hint()).contains("no io_uring", "or a seccomp filter hides it", "a profile that allows");
    }

    @ParameterizedTest
    @MethodSource("answers")
    void noticesThatARingCannotBeAsked(int errno) throws Exception {
        Uring.require();
        ErrnoException refusal = refusal(errno, Unistd.__NR_io_uring_register);
        assertThat(refusal.errno()).isEqualTo(errno);
        assertThat(refusal.call()).startsWith("io_uring_register(").contains("PROBE");
        assertThat(refusal.hint()).contains("a seccomp filter");
    }

    /** The ring is there and mapped, and only using it fails. */
    @ParameterizedTest
    @MethodSource("answers")
    void noticesThatARingCannotBeEntered(int errno) throws Exception {
        Uring.require();
        ErrnoException refusal = refusal(errno, Unistd.__NR_io_uring_enter);
        assertThat(refusal.errno()).isEqualTo(errno);
        assertThat(refusal.call()).startsWith("io_uring_enter(");
        assertThat(refusal.hint()).contains("a seccomp filter");
    }

    /** What the library says where {@code calls} are refused; it leaves nothing behind. */
    private static ErrnoException refusal(int errno, int... calls) throws Exception {
        Resources before = Resources.now();
        Capabilities capabilities = SyscallFilter.deny(errno, calls, Capabilities::probe);
        Resources.assertNothingSince(before);
        assertThat(capabilities.isAvailable()).isFalse();
        assertThat(capabilities.toString()).contains("seccomp filter: ");
        return capabilities.refusal().orElseThrow();
    }
}
