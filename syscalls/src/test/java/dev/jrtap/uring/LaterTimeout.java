// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.syscall.Errno;
import java.util.List;

/**
 * An upper bound for timeouts that holds on a machine of any speed: another one of the same ring, of two seconds, which
 * the kernel ends after those that are tested, whenever the test looks.
 */
final class LaterTimeout {

    private static final long NANOS = 2_000_000_000L;
    private static final long USER_DATA = 0x7a7e;

    private LaterTimeout() {}

    /** Starts it, with what is submitted next. */
    static void start(Ring ring) {
        RingFiles.claim(ring).timeout(NANOS, 0).userData(USER_DATA);
    }

    /** The next {@code count} completions, none of which is its own; removes it. */
    static List<Completions.Completion> precededBy(Ring ring, int count) {
        List<Completions.Completion> earlier = Completions.await(ring, count);
        assertThat(earlier).as("before another timeout of two seconds").noneMatch(one -> one.userData() == USER_DATA);
        RingFiles.claim(ring).timeoutRemove(USER_DATA).userData(USER_DATA + 1);
        List<Completions.Completion> two = Completions.await(ring, 2);
        // The two seconds may be over by now.
        assertThat(Results.of(two, USER_DATA)).isIn(-Errno.ECANCELED, -Errno.ETIME);
        assertThat(Results.of(two, USER_DATA + 1)).isIn(0, -Errno.ENOENT, -Errno.EALREADY);
        return earlier;
    }
}
