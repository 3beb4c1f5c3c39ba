// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import java.io.IOException;

/** What the kernel refuses, and how it is told. */
final class Refusals {

    /** What throws what the kernel answers. */
    interface Action {
        void run() throws IOException;
    }

    private Refusals() {}

    /** It is refused with {@code errno}, and the hint says {@code words}. */
    static void assertRefused(Action action, int errno, String words) {
        assertThatThrownBy(action::run).isInstanceOfSatisfying(ErrnoException.class, e -> {
            assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno);
            assertThat(e.hint()).contains(words);
        });
    }

    /**
     * Does it. A kernel that does not know {@code feature} answers EINVAL, or EBADF where there is no ring in the call:
     * then the hint must say which Linux is needed, and the test is skipped.
     */
    static void require(String feature, String linux, Action action) throws IOException {
        try {
            action.run();
        } catch (ErrnoException e) {
            boolean unknown = e.errno() == Errno.EINVAL || e.errno() == Errno.EBADF;
            if (unknown) {
                assertThat(e.hint()).contains("Linux " + linux);
            }
            Feature.require(feature, !unknown, "Linux " + linux + " or newer is needed");
            throw e;
        }
        Feature.require(feature, true, "");
    }
}
