// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;

/** What the flags of a completion say. */
public final class CqeFlags {

    private CqeFlags() {}

    /** Returns whether the operation goes on: more completions will come. */
    public static boolean hasMore(int flags) {
        return (flags & IoUring.IORING_CQE_F_MORE) != 0;
    }

    /** Returns whether the kernel took a provided buffer. A completion with an error may come without one. */
    public static boolean hasBuffer(int flags) {
        return (flags & IoUring.IORING_CQE_F_BUFFER) != 0;
    }

    /** Returns whether the socket has more to read after this receive. */
    public static boolean isSocketNonEmpty(int flags) {
        return (flags & IoUring.IORING_CQE_F_SOCK_NONEMPTY) != 0;
    }

    /** Returns whether this is the notification of a zero-copy send: the kernel does not need the bytes any more. */
    public static boolean isNotification(int flags) {
        return (flags & IoUring.IORING_CQE_F_NOTIF) != 0;
    }

    /** Returns whether the provided buffer will be named again, because it is used up bit by bit. */
    public static boolean hasMoreInBuffer(int flags) {
        return (flags & IoUring.IORING_CQE_F_BUF_MORE) != 0;
    }

    /** Returns whether the completion has 32 bytes, on a ring that mixes both sizes. */
    public static boolean isLarge(int flags) {
        return (flags & IoUring.IORING_CQE_F_32) != 0;
    }

    /**
     * Returns whether the completion only fills the end of the queue, on a ring that mixes both sizes. Never handed
     * out.
     */
    static boolean isFiller(int flags) {
        return (flags & IoUring.IORING_CQE_F_SKIP) != 0;
    }

    /** Returns whether a timestamp of {@link SocketCommandOperations#txTimestamps} is the network card's. */
    public static boolean isHardwareTimestamp(int flags) {
        return (flags & IoUring.IORING_CQE_F_TSTAMP_HW) != 0;
    }

    /**
     * Returns where a packet was at the time of its timestamp: {@code SCM_TSTAMP_*}, 0 sent, 1 queued, 2 acknowledged.
     */
    public static int timestampType(int flags) {
        return flags >>> IoUring.IORING_TIMESTAMP_TYPE_SHIFT;
    }

    /** Returns the id of that buffer, 0..65535; meaningful only if {@link #hasBuffer}. */
    public static int bufferId(int flags) {
        return flags >>> IoUring.IORING_CQE_BUFFER_SHIFT;
    }
}
