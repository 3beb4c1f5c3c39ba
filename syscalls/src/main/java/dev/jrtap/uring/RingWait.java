// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Eventpoll;
import dev.jrtap.bindings.IoUringGeteventsArg;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.bindings.KernelTimespec;
import dev.jrtap.bindings.Poll;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.EventFd;

/**
 * What a sleep in io_uring_enter needs to end: a time, and an eventfd through which another thread can end it.
 *
 * <p>The time goes with the call (IORING_FEAT_EXT_ARG), or where the kernel has none of that, as an operation of the ring: a TIMEOUT
 * that is over when as many completions have come as are waited for, or when the time is up. The eventfd is polled by an operation
 * of the ring too, armed at the first sleep, so that whoever never sleeps never pays.
 *
 * <p>One more completion would not end a sleep for many. A timeout that fires does, in every kernel: so the poll is linked to a
 * TIMEOUT of no time at all.
 */
final class RingWait implements AutoCloseable {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MICRO = 1_000L;
    private static final int NONE = -1;

    private final EventFd event;
    private final SubmissionQueue submission;
    private final RingEnter enter;
    private final boolean spins;
    private final boolean timed;
    private final boolean timedMinimum;
    private final Memory argument = Memory.allocate(IoUringGeteventsArg.SIZEOF);
    private final Memory time = Memory.allocate(KernelTimespec.SIZEOF);
    private volatile boolean woken;
    private boolean armed;
    private int inFlight;
    private int position = NONE;

    RingWait(EventFd event, SubmissionQueue submission, RingEnter enter, Granted granted) {
        this.event = event;
        this.submission = submission;
        this.enter = enter;
        // With IOPOLL the kernel looks for completions, and knows neither sleep nor poll.
        this.spins = granted.has(SetupFlag.IOPOLL);
        this.timed = granted.has(RingFeature.EXT_ARG);
        this.timedMinimum = timed && granted.has(RingFeature.MIN_TIMEOUT);
        argument.putI64(IoUringGeteventsArg.TS, time.address());
    }

    /** Ends the present or the next sleep early. From any thread. */
    void wake() {
        woken = true;
        event.signal();
    }

    /** Whether somebody called {@link #wake} since this was last asked. */
    boolean takeWake() {
        if (!woken) {
            return false;
        }
        woken = false;
        return true;
    }

    EventFd event() {
        return event;
    }

    /** The eventfd is to be named by its position among the registered files: the ring's restrictions require it of all files. */
    void useFixedFile(int position) {
        this.position = position;
    }

    /** Polls the eventfd, if it is not polled yet and there is room for it; whether there is something new to submit. */
    boolean arm() {
        if (armed || spins || submission.space() < 2) {
            return false;
        }
        // Signals of the past are in `woken` already, and must not end a sleep a second time.
        event.clear();
        // EPOLLEXCLUSIVE, because such a poll wakes its waiter at once, also with DEFER_TASKRUN, which else waits
        // until as many events have come as are waited for.
        int file = position == NONE ? event.number() : position;
        Entry poll = submission.claimEntry();
        poll.pollAdd(file, Poll.POLLIN | Eventpoll.EPOLLEXCLUSIVE).link();
        poll.reserved(ReservedData.WAKE);
        Entry end = submission.claimEntry();
        end.timeout(0, 0);
        end.reserved(ReservedData.WAKE_TIMEOUT);
        armed = true;
        inFlight += 2;
        return true;
    }

    /**
     * Until {@code count} completions are there beside {@code surplus} that do not count, and at most until {@code nanos} are
     * over, or one is there and {@code minWaitNanos} are; the caller looks why it has ended.
     */
    void sleep(int count, int surplus, long minWaitNanos, long nanos) {
        if (spins) {
            enter.submitAndWait(0);
            return;
        }
        boolean enough = minWaitNanos <= 0;
        boolean bounded = minWaitNanos < nanos;
        if (timedMinimum) {
            enter.waitTimed(count + surplus, argument(bounded ? Math.max(0, minWaitNanos) : 0, nanos));
            return;
        }
        // Without a minimum in the kernel: first for all, and when that time is up for one.
        int wanted = enough ? 1 : count;
        long limit = bounded && !enough ? minWaitNanos : nanos;
        if (timed) {
            enter.waitTimed(wanted + surplus, argument(0, limit));
        } else {
            enter.submitAndWait(startTimeout(wanted, limit) ? wanted + surplus : 0);
        }
    }

    /** A TIMEOUT operation in place of a timeout of the call; {@code false} if no entry is free. */
    private boolean startTimeout(int completions, long nanos) {
        Entry entry = submission.claimEntry();
        if (entry == null) {
            return false;
        }
        entry.timeout(nanos, 0).put64(IoUringSqe.OFF, completions);
        entry.reserved(ReservedData.TIMEOUT);
        inFlight++;
        return true;
    }

    /** The argument for io_uring_enter, the same memory each time. */
    private long argument(long minWaitNanos, long nanos) {
        time.putI64(KernelTimespec.TV_SEC, nanos / NANOS_PER_SECOND);
        time.putI64(KernelTimespec.TV_NSEC, nanos % NANOS_PER_SECOND);
        argument.putI32(
                IoUringGeteventsArg.MIN_WAIT_USEC, (int) Math.min(Integer.MAX_VALUE, minWaitNanos / NANOS_PER_MICRO));
        return argument.address();
    }

    /** A completion of one of the operations above. */
    void onCompletion(long userData) {
        inFlight--;
        if (userData == ReservedData.WAKE) {
            armed = false;
        }
    }

    /** Operations of its own that are under way. */
    int inFlight() {
        return inFlight;
    }

    @Override
    public void close() {
        event.close();
    }
}
