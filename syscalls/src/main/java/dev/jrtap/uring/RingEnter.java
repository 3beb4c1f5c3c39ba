// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringGeteventsArg;
import dev.jrtap.bindings.IoUringRegWait;
import dev.jrtap.syscall.Errno;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;

/**
 * io_uring_enter(2) for one ring: hands over claimed entries, has completions posted, waits for them, and counts.
 * Results are those of the kernel, {@code >= 0} or {@code -errno}.
 */
final class RingEnter {

    private static final int GETEVENTS = IoUring.IORING_ENTER_GETEVENTS;
    private static final VarHandle ENTERED = handle("entered");
    private static final VarHandle OVERFLOWS = handle("overflows");

    private final RingFd fd;
    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private final UnderWay underWay;
    private final int reapFlag;
    private final boolean polled;
    private final boolean hidesWork;
    // Set in every call.
    private int always;
    /** Read by its handle, as the next one is. */
    @SuppressWarnings("UnusedVariable")
    private long entered;

    @SuppressWarnings("UnusedVariable")
    private long overflows;

    private int own;

    RingEnter(
            RingFd fd,
            SubmissionQueue submission,
            CompletionQueue completion,
            UnderWay underWay,
            RingCapabilities granted) {
        this.fd = fd;
        this.submission = submission;
        this.completion = completion;
        this.underWay = underWay;
        this.polled = granted.has(SetupFlag.SQPOLL);
        // With DEFER_TASKRUN completions are posted only to a thread that asks for them, and without TASKRUN_FLAG
        // nothing tells it to ask.
        boolean deferred = granted.has(SetupFlag.DEFER_TASKRUN);
        this.reapFlag = deferred ? GETEVENTS : 0;
        this.hidesWork = deferred && !granted.has(SetupFlag.TASKRUN_FLAG);
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(RingEnter.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** {@code entries} of those claimed are the ring's own, and not told as handed over. */
    void own(int entries) {
        own += entries;
        underWay.own(entries);
    }

    /** Whether a thread that waits here counts as waiting for input or output. */
    void countIowait(boolean on) {
        always = on ? 0 : IoUring.IORING_ENTER_NO_IOWAIT;
    }

    /** Hands over, and lets the kernel post what has completed. */
    int submit() {
        return enter(0, reapFlag, 0, 0);
    }

    /**
     * Hands over; what completes later is not asked for. Does not look whether completions found no room: a call that
     * asks for completions does.
     */
    int submitOnly() {
        if (polled || own > 0) {
            return enter(0, 0, 0, 0);
        }
        submission.publish();
        completion.release();
        int result = enterPlain(0, 0, 0, 0);
        Reference.reachabilityFence(this);
        return result;
    }

    /** Hands over, and waits until {@code minComplete} completions are there. */
    int submitAndWait(int minComplete) {
        return enter(minComplete, GETEVENTS, 0, 0);
    }

    /** Hands over, and waits for {@code count} completions as the io_uring_getevents_arg at {@code argument} says. */
    int submitAndWaitTimed(int count, long argument) {
        return enter(count, GETEVENTS | IoUring.IORING_ENTER_EXT_ARG, argument, IoUringGeteventsArg.SIZEOF);
    }

    /** Hands over, and waits for {@code count} completions until the point of time that the argument names. */
    int submitAndWaitUntil(int count, long argument) {
        int flags = GETEVENTS | IoUring.IORING_ENTER_EXT_ARG | IoUring.IORING_ENTER_ABS_TIMER;
        return enter(count, flags, argument, IoUringGeteventsArg.SIZEOF);
    }

    /** Hands over, and waits for {@code count} completions as the registered wait at {@code offset} says. */
    int submitAndWaitRegistered(int count, long offset) {
        int flags = GETEVENTS | IoUring.IORING_ENTER_EXT_ARG | IoUring.IORING_ENTER_EXT_ARG_REG;
        return enter(count, flags, offset, IoUringRegWait.SIZEOF);
    }

    /** Enters only for entries to hand over, or for completions that the kernel holds back, or may hold back. */
    int submitIfNeeded() {
        return submission.outstanding() > 0 || submission.kernelHasWork() || hidesWork ? submitAndWait(0) : 0;
    }

    /** Has completions posted, and hands nothing over. */
    int reap() {
        countEntry();
        return fd.enter(0, 0, GETEVENTS);
    }

    /** Waits, with SQPOLL, until there is room to claim an entry. */
    int awaitSpace() {
        if (!polled || submission.outstanding() < submission.capacity()) {
            return 0;
        }
        // What the polling thread has not been shown makes no room.
        int result = submit();
        if (result < 0) {
            return result;
        }
        countEntry();
        return fd.enter(0, 0, IoUring.IORING_ENTER_SQ_WAIT | IoUring.IORING_ENTER_SQ_WAKEUP);
    }

    /** Calls made. Any thread. */
    long entries() {
        return (long) ENTERED.getOpaque(this);
    }

    /** Calls that found the completion queue overflown. Any thread. */
    long overflows() {
        return (long) OVERFLOWS.getOpaque(this);
    }

    private void countEntry() {
        entered++;
    }

    private int enter(int minComplete, int flags, long argument, int size) {
        int published = submission.publish();
        completion.release();
        if (submission.hasOverflow()) {
            overflows++;
            // The kernel posts what it has kept only to a call that asks for completions.
            flags |= GETEVENTS;
            completion.countLost();
        }
        int result = polled
                ? enterPolled(published, minComplete, flags, argument, size)
                : enterPlain(minComplete, flags, argument, size);
        if (own > 0 && result > 0) {
            int told = Math.min(own, result);
            own -= told;
            result -= told;
        }
        if (result == -Errno.EBADR) {
            completion.countLost();
        }
        // Nobody may need the ring after this call, but the call does: the Cleaner must not close it meanwhile.
        Reference.reachabilityFence(this);
        return result;
    }

    private int enterPlain(int minComplete, int flags, long argument, int size) {
        countEntry();
        int result = call(submission.outstanding(), minComplete, flags, argument, size);
        if (result > 0) {
            underWay.submitted(result);
            submission.taken(result);
        }
        return result;
    }

    /** With SQPOLL the kernel's thread takes what is published; entering is for waking it, and for waiting. */
    private int enterPolled(int published, int minComplete, int flags, long argument, int size) {
        underWay.submitted(published);
        boolean wake = submission.needsWakeup();
        if (!wake && minComplete == 0 && !submission.kernelHasWork()) {
            return published;
        }
        countEntry();
        int wakeup = wake ? IoUring.IORING_ENTER_SQ_WAKEUP : 0;
        int result = call(published, minComplete, flags | wakeup, argument, size);
        return result < 0 ? result : published;
    }

    private int call(int toSubmit, int minComplete, int flags, long argument, int size) {
        return size == 0
                ? fd.enter(toSubmit, minComplete, flags | always)
                : fd.enter(toSubmit, minComplete, flags | always, argument, size);
    }
}
