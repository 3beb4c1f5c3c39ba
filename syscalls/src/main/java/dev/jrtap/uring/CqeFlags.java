// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;

/** What the flags of a completion say. */
public final class CqeFlags {

    private CqeFlags() {}

    /** Whether the operation goes on: more completions will come. */
    public static boolean hasMore(int flags) {
        return (flags & IoUring.IORING_CQE_F_MORE) != 0;
    }

    /** Whether the kernel took a provided buffer. A completion with an error may come without one. */
    public static boolean hasBuffer(int flags) {
        return (flags & IoUring.IORING_CQE_F_BUFFER) != 0;
    }

    /** The id of that buffer, 0..65535; meaningful only if {@link #hasBuffer}. */
    public static int bufferId(int flags) {
        return flags >>> IoUring.IORING_CQE_BUFFER_SHIFT;
    }
}
