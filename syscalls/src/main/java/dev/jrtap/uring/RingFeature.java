// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import java.util.EnumSet;

/**
 * Features that the kernel reports when a ring is set up; oldest first.
 *
 * <p>Source: io_uring_setup(2), IORING_FEAT_*.
 */
public enum RingFeature {
    /** Both rings lie in one mapping. */
    SINGLE_MMAP(IoUring.IORING_FEAT_SINGLE_MMAP, "5.4"),
    /** Completions that find no room are kept, and posted later. */
    NODROP(IoUring.IORING_FEAT_NODROP, "5.5"),
    /** Memory that an entry points to is read while it is submitted, and need not live longer. */
    SUBMIT_STABLE(IoUring.IORING_FEAT_SUBMIT_STABLE, "5.5"),
    /** An offset of -1 means the position of the file. */
    RW_CUR_POS(IoUring.IORING_FEAT_RW_CUR_POS, "5.6"),
    /** Operations run with the credentials of the submitting thread. */
    CUR_PERSONALITY(IoUring.IORING_FEAT_CUR_PERSONALITY, "5.6"),
    /** Waiting for a file that can be polled takes no worker thread. */
    FAST_POLL(IoUring.IORING_FEAT_FAST_POLL, "5.7"),
    /** Poll masks have 32 bits: EPOLLEXCLUSIVE and the like. */
    POLL_32BITS(IoUring.IORING_FEAT_POLL_32BITS, "5.9"),
    /** {@link SetupFlag#SQPOLL} works with files that are not registered. */
    SQPOLL_NONFIXED(IoUring.IORING_FEAT_SQPOLL_NONFIXED, "5.11"),
    /** io_uring_enter takes a timeout. */
    EXT_ARG(IoUring.IORING_FEAT_EXT_ARG, "5.11"),
    /** Worker threads are threads of this process. */
    NATIVE_WORKERS(IoUring.IORING_FEAT_NATIVE_WORKERS, "5.12"),
    /** Registered files and buffers may have tags, which come back when they are released. */
    RSRC_TAGS(IoUring.IORING_FEAT_RSRC_TAGS, "5.13"),
    /** A successful operation may stay silent: {@link Sqe#skipSuccess}. */
    CQE_SKIP(IoUring.IORING_FEAT_CQE_SKIP, "5.17"),
    /** A linked operation looks its file up when it starts, not when it is submitted. */
    LINKED_FILE(IoUring.IORING_FEAT_LINKED_FILE, "5.17"),
    /** io_uring_register takes a registered ring. */
    REG_REG_RING(IoUring.IORING_FEAT_REG_REG_RING, "6.3"),
    /** Sends and receives take several provided buffers at once. */
    RECVSEND_BUNDLE(IoUring.IORING_FEAT_RECVSEND_BUNDLE, "6.10"),
    /** Waiting for many completions may end with fewer after a while. */
    MIN_TIMEOUT(IoUring.IORING_FEAT_MIN_TIMEOUT, "6.12"),
    /** Reads and writes take attributes, such as protection information. */
    RW_ATTR(IoUring.IORING_FEAT_RW_ATTR, "6.14"),
    /** Waiting need not count as iowait. */
    NO_IOWAIT(IoUring.IORING_FEAT_NO_IOWAIT, "6.15");

    private final int bit;
    private final String since;

    RingFeature(int bit, String since) {
        this.bit = bit;
        this.since = since;
    }

    /**
     * Returns the first Linux that has it, as {@code "5.19"}: what upstream did. Distributions port back, so ask the
     * ring.
     */
    public String since() {
        return since;
    }

    static EnumSet<RingFeature> of(int bits) {
        EnumSet<RingFeature> features = EnumSet.noneOf(RingFeature.class);
        for (RingFeature feature : values()) {
            if ((bits & feature.bit) != 0) {
                features.add(feature);
            }
        }
        return features;
    }
}
