// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringGeteventsArg;
import dev.jrtap.bindings.IoUringRegWait;

/**
 * io_uring_enter(2) for one ring: hands over what is claimed, has completions posted, waits for them, and counts what is under way.
 * Results are those of the kernel, {@code >= 0} or {@code -errno}.
 */
final class RingEnter {

    private static final int GETEVENTS = IoUring.IORING_ENTER_GETEVENTS;

    private final RingFd fd;
    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private final int reapFlag;
    private final boolean polled;
    private final boolean mayDrop;
    private long submitted;
    private long entered;
    private long overflows;
    private int lost;

    RingEnter(RingFd fd, SubmissionQueue submission, CompletionQueue completion, Granted granted) {
        this.fd = fd;
        this.submission = submission;
        this.completion = completion;
        this.polled = granted.has(SetupFlag.SQPOLL);
        this.mayDrop = !granted.has(RingFeature.NODROP);
        // With DEFER_TASKRUN completions are posted only to a thread that asks for them.
        this.reapFlag = granted.has(SetupFlag.DEFER_TASKRUN) ? GETEVENTS : 0;
    }

    /** Hands over, and lets the kernel post what has completed. */
    int submit() {
        return enter(0, reapFlag);
    }

    /** Hands over, and waits until {@code minComplete} completions are there. */
    int submitAndWait(int minComplete) {
        return enter(minComplete, GETEVENTS);
    }

    /** Enters only for entries to hand over, or for completions that the kernel holds back. */
    int submitIfNeeded() {
        return submission.pending() > 0 || submission.kernelHasWork() ? enter(0, GETEVENTS) : 0;
    }

    /** Waits, with SQPOLL, until there is room to claim an entry. */
    int awaitSpace() {
        if (!polled || submission.space() > 0) {
            return 0;
        }
        entered++;
        return fd.enter(0, 0, IoUring.IORING_ENTER_SQ_WAIT | IoUring.IORING_ENTER_SQ_WAKEUP);
    }

    /** Waits for {@code count} completions as the io_uring_getevents_arg at {@code argument} says. */
    void waitTimed(int count, long argument) {
        entered++;
        fd.enter(0, count, GETEVENTS | IoUring.IORING_ENTER_EXT_ARG, argument, IoUringGeteventsArg.SIZEOF);
    }

    /** Waits for {@code count} completions as the registered wait at {@code offset} says. */
    void waitRegistered(int count, long offset) {
        entered++;
        int flags = GETEVENTS | IoUring.IORING_ENTER_EXT_ARG | IoUring.IORING_ENTER_EXT_ARG_REG;
        fd.enter(0, count, flags, offset, IoUringRegWait.SIZEOF);
    }

    /** Operations that the kernel has taken and not yet completed for good, the ring's own among them. */
    int underWay() {
        return (int) (submitted - completion.finished() - lost);
    }

    boolean everSubmitted() {
        return submitted > 0;
    }

    /** Calls made. */
    long entries() {
        return entered;
    }

    /** Calls that found the completion queue overflown. */
    long overflows() {
        return overflows;
    }

    private int enter(int minComplete, int flags) {
        int published = submission.publish();
        if (submission.hasOverflow()) {
            overflows++;
            // The kernel posts what it has kept only to who asks for completions.
            flags |= GETEVENTS;
        }
        if (mayDrop) {
            lost = completion.lost();
        }
        if (polled) {
            return enterPolled(published, minComplete, flags);
        }
        entered++;
        int result = fd.enter(submission.pending(), minComplete, flags);
        if (result > 0) {
            submitted += result;
        }
        return result;
    }

    /** With SQPOLL the kernel's thread takes what is published; entering is for waking it, and for waiting. */
    private int enterPolled(int published, int minComplete, int flags) {
        submitted += published;
        boolean wake = submission.needsWakeup();
        if (!wake && minComplete == 0 && !submission.kernelHasWork()) {
            return published;
        }
        entered++;
        int wakeup = wake ? IoUring.IORING_ENTER_SQ_WAKEUP : 0;
        int result = fd.enter(published, minComplete, flags | wakeup);
        return result < 0 ? result : published;
    }
}
