// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;

/**
 * The options of a submission entry that are flags, each with a method of {@link Sqe}.
 *
 * <p>Source: io_uring_enter(2), IOSQE_*.
 */
public enum SqeFlag {
    /** See {@link Sqe#fixedFile}. */
    FIXED_FILE(IoUring.IOSQE_FIXED_FILE),
    /** See {@link Sqe#drain}. */
    DRAIN(IoUring.IOSQE_IO_DRAIN),
    /** See {@link Sqe#link}. */
    LINK(IoUring.IOSQE_IO_LINK),
    /** See {@link Sqe#hardLink}. */
    HARD_LINK(IoUring.IOSQE_IO_HARDLINK),
    /** See {@link Sqe#async}. */
    ASYNC(IoUring.IOSQE_ASYNC),
    /** See {@link Sqe#bufferSelect}. */
    BUFFER_SELECT(IoUring.IOSQE_BUFFER_SELECT),
    /** See {@link Sqe#skipSuccess}. */
    SKIP_SUCCESS(IoUring.IOSQE_CQE_SKIP_SUCCESS);

    private final int bit;

    SqeFlag(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
