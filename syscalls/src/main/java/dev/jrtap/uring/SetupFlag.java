// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a ring works, chosen when it is set up; oldest kernel first.
 *
 * <p>Source: io_uring_setup(2).
 */
public enum SetupFlag {
    /** A bad entry does not stop the ones after it from being submitted. Since Linux 5.18. */
    SUBMIT_ALL(IoUring.IORING_SETUP_SUBMIT_ALL),
    /** Completions do not interrupt the thread; they are posted at its next system call. Since Linux 5.19. */
    COOP_TASKRUN(IoUring.IORING_SETUP_COOP_TASKRUN),
    /** The kernel says in a flag that completions wait to be posted. Since Linux 5.19. */
    TASKRUN_FLAG(IoUring.IORING_SETUP_TASKRUN_FLAG),
    /** Only one thread ever submits. Since Linux 6.0. */
    SINGLE_ISSUER(IoUring.IORING_SETUP_SINGLE_ISSUER),
    /** Completions are posted only when the owner asks for them. Needs {@link #SINGLE_ISSUER}. Since Linux 6.1. */
    DEFER_TASKRUN(IoUring.IORING_SETUP_DEFER_TASKRUN);

    private final int bit;

    SetupFlag(int bit) {
        this.bit = bit;
    }

    static int bits(Set<SetupFlag> flags) {
        int bits = 0;
        for (SetupFlag flag : flags) {
            bits |= flag.bit;
        }
        return bits;
    }

    /** The newest of {@code flags}, which an older kernel is likeliest not to know; {@code null} if there is none. */
    static SetupFlag newest(EnumSet<SetupFlag> flags) {
        SetupFlag newest = null;
        for (SetupFlag flag : flags) {
            newest = flag;
        }
        return newest;
    }
}
