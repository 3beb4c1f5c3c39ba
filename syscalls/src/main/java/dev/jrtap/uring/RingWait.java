// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringGeteventsArg;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Timespec;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Sleeping for completions, until another thread wakes.
 *
 * <p>In the ring, where {@link WakeWatch} has the kernel watch for a wake: the time of the sleep goes with the call,
 * which also submits: one system call for all. A sleep for many is looked at every ten milliseconds.
 *
 * <p>Outside it, with poll(2), as long as the kernel might not watch: after an entry that drains, as part of the user's
 * chain, with no entry free, or after a call that could not submit. Each of these is over after a moment; a sleep
 * outside lasts a millisecond at most, and a wake ends it at once.
 */
final class RingWait {

    private static final long NANOS_PER_MICRO = 1_000L;
    private static final long OUTSIDE_NANOS = 1_000_000L;
    private static final long MANY_NANOS = 10_000_000L;

    /**
     * What is in a cache, a socket with room or a device's queue completes while it is submitted, and asking the kernel
     * to wait for it costs more than looking. Where that is not so, one call in so many is made for nothing.
     */
    private static final int BETWEEN_TRIES = 64;

    private final WakeWatch watch;
    private final RingFd fd;
    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private final RingEnter enter;
    private final UnderWay underWay;
    private final boolean spins;
    private final boolean timedMinimum;
    private final Interruption interruption;
    private final PollSet outside;
    private @Nullable FileWait files;
    private final Memory argument = Memory.allocate(IoUringGeteventsArg.SIZEOF);
    private final Memory time = Memory.allocate(Timespec.SIZEOF);
    // Calls of submitAndWait() until one looks again whether what it submits completes at once.
    private int untilTry;

    RingWait(
            WakeWatch watch,
            RingFd fd,
            SubmissionQueue submission,
            CompletionQueue completion,
            RingEnter enter,
            UnderWay underWay,
            RingCapabilities granted) {
        this.watch = watch;
        this.interruption = new Interruption(watch::wake);
        this.fd = fd;
        this.submission = submission;
        this.completion = completion;
        this.enter = enter;
        this.underWay = underWay;
        this.outside = new PollSet(fd.syscalls(), 2);
        // With IOPOLL the kernel looks for completions, and knows neither sleep nor poll.
        this.spins = granted.has(SetupFlag.IOPOLL);
        this.timedMinimum = granted.has(RingFeature.MIN_TIMEOUT);
        argument.putI64(IoUringGeteventsArg.TS, time.address());
    }

    /** Returns whether another thread ends this wait, by a wake or an interrupt, whose flag stays set. */
    private boolean isEnded() {
        // Taken in any case: an interrupt wakes, too, and must not end the wait after this one.
        boolean woken = watch.takeWake();
        return woken || Thread.currentThread().isInterrupted();
    }

    /** Submits and waits; see {@link Ring#await(int, long, long)}. */
    int await(int count, long minWaitNanos, long timeoutNanos) {
        long start = timeoutNanos <= 0 ? 0 : System.nanoTime();
        long waited = 0;
        while (true) {
            int ready = completion.ready();
            boolean enough = ready >= count || ready > 0 && waited >= minWaitNanos;
            if (enough || waited >= timeoutNanos || isEnded()) {
                check(enter.submitIfNeeded());
                return completion.ready();
            }
            sleep(count, ready, minWaitNanos - waited, timeoutNanos - waited);
            waited = System.nanoTime() - start;
        }
    }

    /** Submits and waits for one completion; see {@link Ring#awaitUntil}. */
    boolean awaitUntil(long deadlineNanos) {
        int result = 0;
        while (completion.ready() == 0 && result != -Errno.ETIME && !isEnded()) {
            if (spins || !arm()) {
                // The time of one more look; then the kernel watches again.
                sleep(1, 0, 0, OUTSIDE_NANOS);
                result = System.nanoTime() - deadlineNanos >= 0 ? -Errno.ETIME : 0;
                continue;
            }
            interruption.begin();
            try {
                result = enter.submitAndWaitUntil(1 + completion.surplus(), argument(0, deadlineNanos));
                check(result);
            } finally {
                interruption.end();
            }
        }
        check(enter.submitIfNeeded());
        return completion.ready() > 0;
    }

    private void sleep(int count, int ready, long minWaitNanos, long nanos) {
        boolean watched = arm();
        interruption.begin();
        try {
            if (watched) {
                int result = sleepInside(count, minWaitNanos, nanos);
                if (!isTransient(result)) {
                    check(result);
                    return;
                }
            } else {
                check(enter.submitIfNeeded());
            }
            if (completion.ready() == ready && !watch.isWoken()) {
                sleepOutside(ready, nanos);
            }
        } finally {
            interruption.end();
        }
    }

    /**
     * Until {@code count} completions are there, or one after the minimum, or the time is up; the caller looks why it
     * has ended.
     */
    private int sleepInside(int count, long minWaitNanos, long nanos) {
        if (spins) {
            return enter.submitAndWait(0);
        }
        int surplus = completion.surplus();
        if (watch.mayMissWake(count, surplus)) {
            nanos = Math.min(nanos, MANY_NANOS);
        }
        boolean bounded = minWaitNanos < nanos;
        if (timedMinimum) {
            return enter.submitAndWaitTimed(count + surplus, argument(bounded ? Math.max(0, minWaitNanos) : 0, nanos));
        }
        // Without a minimum in the kernel: first for all, and when that time is up for one.
        boolean enough = minWaitNanos <= 0;
        int wanted = enough ? 1 : count;
        return enter.submitAndWaitTimed(wanted + surplus, argument(0, bounded && !enough ? minWaitNanos : nanos));
    }

    /** Submits, and sleeps until a file is readable or a completion is there; see {@link Ring#awaitReadable}. */
    boolean awaitReadable(int file, long timeoutNanos) {
        // The ring is left alone where it has nothing to do: each look at it is code to be compiled.
        if (submission.hasUntaken() || !underWay.isNone()) {
            check(enter.submitIfNeeded());
            if (!underWay.isNone() && completion.ready() > 0) {
                return true;
            }
        }
        if (isEnded()) {
            return false;
        }
        FileWait wait = files;
        if (wait == null || wait.file() != file) {
            wait = new FileWait(fd, watch, file);
            files = wait;
        }
        long start = System.nanoTime();
        long left = timeoutNanos;
        do {
            boolean found = sleep(wait, left) && !wait.isWoken();
            if (found || !underWay.isNone() && isAnyReady()) {
                return true;
            }
            clearSignal(wait);
            if (isEnded()) {
                return false;
            }
            // A signal of the operating system, or one that an earlier wait has taken note of, ends no sleep.
            left = timeoutNanos == Long.MAX_VALUE ? timeoutNanos : timeoutNanos - (System.nanoTime() - start);
        } while (left > 0);
        return false;
    }

    /** Also has the kernel post what it holds back. */
    private boolean isAnyReady() {
        check(spins ? enter.submitAndWait(0) : enter.submitIfNeeded());
        return completion.ready() > 0;
    }

    private boolean sleep(FileWait wait, long nanos) {
        interruption.begin();
        try {
            // With DEFER_TASKRUN the kernel does not tell poll(2) of what it could post: the ring is looked at.
            return wait.await(underWay.isNone() ? nanos : Math.min(nanos, OUTSIDE_NANOS));
        } finally {
            interruption.end();
        }
    }

    private void clearSignal(FileWait wait) {
        if (!wait.isWoken()) {
            return;
        }
        if (watch.isArmed()) {
            // The ring's own poll must see the signal before it is cleared, and complete.
            check(enter.reap());
            completion.ready();
        }
        watch.event().clear();
    }

    private void sleepOutside(int ready, long nanos) {
        outside.clear();
        outside.add(watch.event().fd());
        if (ready == 0 && fd.hasDescriptor()) {
            outside.add(fd.number());
        }
        outside.await(Math.min(nanos, OUTSIDE_NANOS));
        if (outside.isReady(0) && !watch.isArmed()) {
            // Not under the ring's poll, which would go on as if nothing had been. And before the caller looks whether
            // it was woken: a wake after this signals anew.
            watch.event().clear();
        }
    }

    /**
     * Submits and waits without a time; see {@link Ring#submitAndWait}.
     *
     * @return what the kernel took, or {@code -errno}
     */
    int submitAndWait(int minComplete) {
        if (minComplete <= 0) {
            return enter.submitAndWait(0);
        }
        if (untilTry == 0 && !spins) {
            int result = enter.submitOnly();
            if (result < 0 || completion.has(minComplete)) {
                return result;
            }
            untilTry = BETWEEN_TRIES;
            return goOnWaiting(minComplete, result);
        }
        untilTry = Math.max(0, untilTry - 1);
        // Nearly always: the poll is armed, and nothing but the user's completions can end the wait.
        if (watch.isArmed() && !watch.isWoken() && !submission.drains() && !underWay.isOwnExpected()) {
            int result = submitAndSleep(minComplete, true);
            return result < 0 || completion.has(minComplete) ? result : goOnWaiting(minComplete, result);
        }
        return goOnWaiting(minComplete, 0);
    }

    private int goOnWaiting(int minComplete, int takenBefore) {
        int taken = takenBefore;
        while (!watch.isWoken()) {
            boolean watched = arm();
            int result = submitAndSleep(minComplete, watched);
            if (result < 0 && (taken == 0 || result != -Errno.EINTR)) {
                return result;
            }
            taken += Math.max(0, result);
            int ready = completion.ready();
            if (ready >= minComplete) {
                return taken;
            }
            if (!watched && !watch.isWoken()) {
                sleepOutside(ready, OUTSIDE_NANOS);
            }
        }
        watch.takeWake();
        int result = enter.submitIfNeeded();
        return result < 0 && taken == 0 ? result : taken + Math.max(0, result);
    }

    private int submitAndSleep(int count, boolean watched) {
        if (!watched) {
            return enter.submitAndWait(0);
        }
        int surplus = underWay.isOwnExpected() ? surplus() : 0;
        if (!watch.mayMissWake(count, surplus)) {
            return enter.submitAndWait(count + surplus);
        }
        int result = enter.submitAndWaitTimed(count + surplus, argument(0, MANY_NANOS));
        return result == -Errno.ETIME ? 0 : result;
    }

    private int surplus() {
        completion.ready();
        return completion.surplus();
    }

    /** Submits, and waits as the registered wait at {@code offset} says, once; see {@link RegisteredWaits#await}. */
    int awaitRegistered(int count, long offset, long minWaitNanos, long timeoutNanos) {
        int ready = completion.ready();
        if (ready >= count || watch.takeWake()) {
            check(enter.submitIfNeeded());
            return completion.ready();
        }
        boolean watched = arm();
        int surplus = completion.surplus();
        if (watched && watch.mayMissWake(count, surplus)) {
            return await(count, minWaitNanos, timeoutNanos);
        }
        if (watched) {
            check(enter.submitAndWaitRegistered(count + surplus, offset));
        } else {
            check(enter.submitIfNeeded());
            sleepOutside(ready, OUTSIDE_NANOS);
        }
        watch.takeWake();
        return completion.ready();
    }

    private boolean arm() {
        return spins || watch.arm();
    }

    /** Returns the argument for io_uring_enter, the same memory each time. */
    private long argument(long minWaitNanos, long nanos) {
        Timespec.put(time, 0, nanos);
        argument.putI32(
                IoUringGeteventsArg.MIN_WAIT_USEC, (int) Math.min(Integer.MAX_VALUE, minWaitNanos / NANOS_PER_MICRO));
        return argument.address();
    }

    private static boolean isTransient(int result) {
        return result == -Errno.EAGAIN || result == -Errno.EBUSY || result == -Errno.ENOMEM;
    }

    /** Throws what another try will not mend. */
    private void check(int result) {
        if (result >= 0
                || isTransient(result)
                || result == -Errno.EINTR
                || result == -Errno.ETIME
                || result == -Errno.EBADR) {
            return;
        }
        throw new UncheckedIOException(
                ErrnoException.of(result, "io_uring_enter(" + fd + ")", RingHints.enter(-result)));
    }
}
