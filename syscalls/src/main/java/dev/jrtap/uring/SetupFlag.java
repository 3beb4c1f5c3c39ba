// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * Modes of a ring, chosen when it is set up; oldest kernel first.
 *
 * <p>Four flags of the kernel are not here, because they go with a value: R_DISABLED and CQSIZE are always set, SQ_AFF
 * is {@link RingBuilder#sqPollCpu}, ATTACH_WQ is {@link RingBuilder#attachWorkers}.
 *
 * <p>Source: io_uring_setup(2).
 */
public enum SetupFlag {
    /** Completions are found by polling the device: only for files opened O_DIRECT on drivers that can. */
    IOPOLL(IoUring.IORING_SETUP_IOPOLL, "5.1"),
    /** A kernel thread takes the entries, so that submitting needs no system call while it is awake. */
    SQPOLL(IoUring.IORING_SETUP_SQPOLL, "5.1"),
    /** Too many entries are cut to what is allowed, in place of a refusal. */
    CLAMP(IoUring.IORING_SETUP_CLAMP, "5.6"),
    /** A bad entry does not stop the ones after it from being submitted. */
    SUBMIT_ALL(IoUring.IORING_SETUP_SUBMIT_ALL, "5.18"),
    /** Completions do not interrupt the thread; they are posted at its next system call. */
    COOP_TASKRUN(IoUring.IORING_SETUP_COOP_TASKRUN, "5.19"),
    /** The kernel says in a flag that completions wait to be posted. */
    TASKRUN_FLAG(IoUring.IORING_SETUP_TASKRUN_FLAG, "5.19"),
    /** Every submission entry has 128 bytes, with 80 for a command. */
    SQE128(IoUring.IORING_SETUP_SQE128, "5.19"),
    /** Every completion has 32 bytes: {@link CompletionQueue#extra}. */
    CQE32(IoUring.IORING_SETUP_CQE32, "5.19"),
    /** Only one thread ever submits. */
    SINGLE_ISSUER(IoUring.IORING_SETUP_SINGLE_ISSUER, "6.0"),
    /** Completions are posted only when the owner asks for them. Needs {@link #SINGLE_ISSUER}. */
    DEFER_TASKRUN(IoUring.IORING_SETUP_DEFER_TASKRUN, "6.1"),
    /** The rings lie in memory of this process, in place of the kernel's. */
    NO_MMAP(IoUring.IORING_SETUP_NO_MMAP, "6.5"),
    /**
     * The ring has no file descriptor, only an index that is valid in the thread that builds it, which is its owner at
     * once. Needs {@link #NO_MMAP}.
     */
    REGISTERED_FD_ONLY(IoUring.IORING_SETUP_REGISTERED_FD_ONLY, "6.5"),
    /** No array of indices between the ring and its entries, which this library never needs. */
    NO_SQARRAY(IoUring.IORING_SETUP_NO_SQARRAY, "6.6"),
    /** Polling sleeps a while first. Needs {@link #IOPOLL}. */
    HYBRID_IOPOLL(IoUring.IORING_SETUP_HYBRID_IOPOLL, "6.13"),
    /**
     * Completions have 16 bytes, and 32 where an operation needs them: {@link CompletionQueue#extra}. Linux 6.18 loses
     * some and posts others twice where the queue overflows: make it large enough.
     */
    CQE_MIXED(IoUring.IORING_SETUP_CQE_MIXED, "6.18"),
    /** Submission entries have 64 bytes, and 128 where asked for: {@link SubmissionQueue#claim128}. */
    SQE_MIXED(IoUring.IORING_SETUP_SQE_MIXED, "6.19"),
    /**
     * Each submit begins at the first entry of the queue, so that small batches stay in the processor's cache. Needs
     * {@link #NO_SQARRAY}; not with {@link #SQPOLL}.
     */
    SQ_REWIND(IoUring.IORING_SETUP_SQ_REWIND, "7.0");

    private final int bit;
    private final String since;

    SetupFlag(int bit, String since) {
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

    /** Returns the fastest way of posting completions to one thread, and flags that cost nothing: the default. */
    static EnumSet<SetupFlag> usual() {
        return EnumSet.of(SUBMIT_ALL, COOP_TASKRUN, TASKRUN_FLAG, SINGLE_ISSUER, DEFER_TASKRUN, NO_SQARRAY);
    }

    /** Returns what the kernel refuses beside this flag. */
    Set<SetupFlag> excluded() {
        return switch (this) {
            case SQPOLL -> EnumSet.of(COOP_TASKRUN, TASKRUN_FLAG, DEFER_TASKRUN, SQ_REWIND);
            case COOP_TASKRUN, TASKRUN_FLAG, DEFER_TASKRUN, SQ_REWIND -> EnumSet.of(SQPOLL);
            case SQE128 -> EnumSet.of(SQE_MIXED);
            case SQE_MIXED -> EnumSet.of(SQE128);
            case CQE32 -> EnumSet.of(CQE_MIXED);
            case CQE_MIXED -> EnumSet.of(CQE32);
            default -> EnumSet.noneOf(SetupFlag.class);
        };
    }

    /** Returns what the kernel refuses this flag without; one of them is enough for TASKRUN_FLAG. */
    Set<SetupFlag> needed() {
        return switch (this) {
            case DEFER_TASKRUN -> EnumSet.of(SINGLE_ISSUER);
            case TASKRUN_FLAG -> EnumSet.of(COOP_TASKRUN);
            case REGISTERED_FD_ONLY -> EnumSet.of(NO_MMAP);
            case HYBRID_IOPOLL -> EnumSet.of(IOPOLL);
            case SQ_REWIND -> EnumSet.of(NO_SQARRAY);
            default -> EnumSet.noneOf(SetupFlag.class);
        };
    }

    static int bits(Collection<SetupFlag> flags) {
        int bits = 0;
        for (SetupFlag flag : flags) {
            bits |= flag.bit;
        }
        return bits;
    }

    /**
     * Returns the newest of {@code flags}, which an older kernel is likeliest not to know; {@code null} if there is
     * none.
     */
    static SetupFlag newest(EnumSet<SetupFlag> flags) {
        SetupFlag newest = null;
        for (SetupFlag flag : flags) {
            newest = flag;
        }
        return newest;
    }
}
