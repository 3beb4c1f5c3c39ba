// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.ownership.Ownership;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.UncheckedIOException;

/**
 * An io_uring: a submission queue, a completion queue, and the system call between them.
 *
 * <p>Threads: a ring belongs to the first thread that drives it, that is, submits or waits; a call from another one throws
 * {@link IllegalStateException}. {@link #close} and {@link #wake} may come from any thread.
 *
 * <p>Results of submitting are those of the kernel: {@code >= 0}, or {@code -errno}. {@code -EINTR}, {@code -EAGAIN} and
 * {@code -EBUSY} are ordinary: drain, and come again.
 *
 * <p>Source: io_uring(7).
 */
public final class Ring implements AutoCloseable, MessageTarget {

    private final RingFd fd;
    private RingMaps maps;
    private final Granted granted;
    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private final RingEnter enter;
    private final RingWait wait;
    private final Ownership ownership = new Ownership("ring", this::wake, this::tearDown);
    private final Registration registration;
    private final Registrar registrar;
    private final Quiescence quiescence;
    private volatile Runnable alsoWake = () -> {};
    private boolean enabled;
    private boolean abandoned;

    Ring(RingMaps maps, EventFd event, Granted granted) {
        this.fd = maps.setup().fd();
        this.maps = maps;
        this.granted = granted;
        this.submission = new SubmissionQueue(maps);
        this.completion = new CompletionQueue(maps, this::onOwnCompletion);
        this.enter = new RingEnter(fd, submission, completion, granted);
        this.wait = new RingWait(event, submission, enter, granted);
        this.quiescence = new Quiescence(submission, completion, enter);
        this.registration = new Registration(fd, ownership);
        this.registrar = new Registrar(registration, submission);
    }

    /** A ring to be set up with the real system calls. */
    public static RingBuilder builder() {
        return builder(Syscalls.libc());
    }

    /** A ring to be set up through {@code sys}. */
    public static RingBuilder builder(Syscalls sys) {
        return new RingBuilder(sys);
    }

    /** Where operations are claimed. */
    public SubmissionQueue submission() {
        return submission;
    }

    /** Where results are drained. */
    public CompletionQueue completion() {
        return completion;
    }

    /** What can be registered: files, buffers, credentials, limits. */
    public Registrar register() {
        return registrar;
    }

    /** What the kernel granted. */
    public Granted granted() {
        return granted;
    }

    /**
     * Operations that the kernel has taken and not yet completed for good; those that ended silently, see
     * {@link Sqe#skipSuccess}, count as under way, and messages from other rings as completed operations of this one.
     */
    public int inFlight() {
        return enter.underWay() - wait.inFlight();
    }

    /** How often this ring has entered the kernel. */
    public long kernelEntries() {
        return enter.entries();
    }

    /** How often this ring has found its completion queue overflown, and had the kernel post what it had kept. */
    public long overflows() {
        return enter.overflows();
    }

    /**
     * Hands the claimed entries to the kernel, and lets it post what has completed.
     *
     * @return the number of entries it took, or {@code -errno}
     */
    public int submit() {
        drive();
        return enter.submit();
    }

    /** Like {@link #submit}, and waits until {@code minComplete} completions are there. */
    public int submitAndWait(int minComplete) {
        isOpen();
        drive();
        return enter.submitAndWait(minComplete);
    }

    /**
     * Enters the kernel only if there is a reason to: entries to hand over, or completions that it holds back.
     *
     * @return the number of entries it took, or {@code -errno}
     */
    public int submitIfNeeded() {
        drive();
        return enter.submitIfNeeded();
    }

    /**
     * Waits, on a ring with {@link SetupFlag#SQPOLL}, until the kernel's thread has taken an entry and there is room to claim one.
     *
     * @return {@code 0}, or {@code -errno}
     */
    public int awaitSpace() {
        drive();
        return enter.awaitSpace();
    }

    /**
     * Submits, and sleeps until a completion is there to be drained.
     *
     * @param timeoutNanos how long at most; 0 looks and does not sleep
     * @return whether one is there; {@code false} after the timeout, a {@link #wake} or a {@link #close}
     */
    public boolean await(long timeoutNanos) {
        return await(1, Long.MAX_VALUE, timeoutNanos) > 0;
    }

    /**
     * Submits, and sleeps until {@code count} completions are there to be drained, or fewer after a while: waiting for many costs
     * less than waiting for each, and the while bounds what it adds to the time of the first.
     *
     * @param count how many, at least 1 and no more than the completion queue holds
     * @param minWaitNanos after this time one completion is enough
     * @param timeoutNanos how long at most; 0 looks and does not sleep
     * @return how many are there; fewer than {@code count} also after a {@link #wake} or a {@link #close}
     */
    public int await(int count, long minWaitNanos, long timeoutNanos) {
        if (!isOpen()) {
            return 0;
        }
        drive();
        completion.expectOwn();
        long start = System.nanoTime();
        while (true) {
            enter.submitIfNeeded();
            int ready = completion.ready();
            long waited = System.nanoTime() - start;
            if (ready >= count || ready > 0 && waited >= minWaitNanos || waited >= timeoutNanos) {
                return ready;
            }
            if (wait.arm()) {
                continue;
            }
            // After arming: a wake that this does not see will find the poll.
            if (wait.takeWake()) {
                return isOpen() ? ready : 0;
            }
            wait.sleep(count, completion.surplus(), minWaitNanos - waited, timeoutNanos - waited);
        }
    }

    /** Ends a present or the next {@link #await} of the owner early. */
    public void wake() {
        wait.wake();
        alsoWake.run();
    }

    /**
     * Runs {@code action} at each {@link #wake}, and when another thread asks for a close: for an owner that sleeps elsewhere than in
     * {@link #await}. On the thread that wakes; to be set before the ring is driven.
     */
    public void onWake(Runnable action) {
        alsoWake = action;
    }

    /**
     * Makes the calling thread the owner, as the first submit or wait would: for whoever looks at the queues before that.
     *
     * @throws IllegalStateException if another thread owns the ring, or it is closed
     */
    public void own() {
        drive();
    }

    /**
     * Whether the ring can be used. A close that another thread has asked for takes effect here, in {@link #await} and in
     * {@link #submitAndWait}, if the owner calls.
     */
    public boolean isOpen() {
        return ownership.isOpen();
    }

    /**
     * Runs {@code action} when the ring has been closed and the kernel has let go of all memory: on the thread that did the
     * closing, once. It does not run if the kernel refuses to let go, which is logged. To be set before the ring is driven.
     */
    public void onClosed(Runnable action) {
        ownership.afterwards(action);
    }

    /**
     * Submits what is claimed, cancels what is in flight, waits until nothing is, unmaps and closes. Further calls do nothing.
     *
     * <p>From a thread that is not the owner: wakes the owner, which does it at its next {@link #isOpen}, {@link #await} or
     * {@link #submitAndWait}, and returns when it is done; if the owner has ended, does it itself. An owner that lives but never
     * calls again makes this wait, and says so in the log.
     */
    @Override
    public void close() {
        ownership.close();
    }

    /** Limits to what the ring can be used for: to be filled in, and applied before the ring is driven. Since Linux 5.10. */
    public Restrictions restrictions() {
        return new Restrictions(this);
    }

    /**
     * Memory in which ways of waiting can be written down once. Only before the ring is driven, and once. Since Linux 6.13.
     *
     * @param count how many, 1..65536
     */
    public RegisteredWaits waits(int count) throws ErrnoException {
        RegisteredWaits waits = RegisteredWaits.register(this, count);
        registrar.onClose(waits::close);
        return waits;
    }

    /**
     * Makes the queues larger or smaller; what waits in them stays. Only with {@link SetupFlag#DEFER_TASKRUN} and {@link SetupFlag#NO_SQARRAY}, on the thread that
     * drives the ring, which this makes the owner, and not from a {@link CompletionHandler}. Since Linux 6.13.
     *
     * @param entries as for {@link RingBuilder#entries}
     * @param completions as for {@link RingBuilder#completionEntries}
     * @throws IllegalStateException if entries are claimed and not submitted, or the ring has an array of indices
     * @throws ErrnoException EOVERFLOW if what waits does not fit; the ring then stays as it is. ENOMEM from mmap(2): the ring is then
     *     closed
     */
    public void resize(int entries, int completions) throws ErrnoException {
        RingResize.perform(this, entries, completions);
    }

    /**
     * Posts a completion to {@code to}, from a thread that need not have a ring. Any thread may call. Since Linux 6.13.
     *
     * @param to a ring that is driven, and not {@link SetupFlag#REGISTERED_FD_ONLY}
     * @param result of the completion
     * @param userData of the completion; not -16 to -1
     * @throws ErrnoException EBADFD if the ring is not driven yet, EOVERFLOW if its completion queue is full
     */
    public static void sendMessage(Ring to, int result, long userData) throws ErrnoException {
        RingMessage.send(to.fd, result, userData);
    }

    @Override
    public int messageFd() {
        return fd.descriptor().number();
    }

    RingFd fd() {
        return fd;
    }

    Registration registration() {
        return registration;
    }

    /** Registering is for the owner, and for anybody as long as there is none. */
    void checkMayRegister() {
        ownership.checkMayCall();
    }

    RingEnter enter() {
        return enter;
    }

    RingWait waiting() {
        return wait;
    }

    RingMaps maps() {
        return maps;
    }

    /** Goes on with the queues that the kernel has made in place of the present ones. */
    void remap(RingMaps next) {
        submission.remap(next);
        completion.remap(next);
        maps.close();
        maps = next;
    }

    /** The kernel has new queues, and they could not be mapped: nothing can be got out of it any more, but by closing. */
    void abandon() {
        abandoned = true;
        ownership.close();
    }

    /** Whether nobody drives the ring yet. */
    boolean isUndriven() {
        return !enabled;
    }

    private void drive() {
        ownership.own();
        enable();
    }

    /** Once, on the owner's thread: with SINGLE_ISSUER the kernel binds the ring to the thread that enables it. */
    private void enable() {
        if (enabled) {
            return;
        }
        try {
            fd.register(RegisterOperation.ENABLE_RINGS, "", null, 0);
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
        fd.registerWithThread();
        enabled = true;
    }

    private void onOwnCompletion(long userData, int result, int flags) {
        if (userData == ReservedData.CANCEL) {
            quiescence.onCancelled(result);
        } else {
            wait.onCompletion(userData);
        }
    }

    /**
     * On the owner's thread, or on any when there is no owner any more.
     *
     * @return whether the kernel has let go of all memory
     */
    private boolean tearDown() {
        // A filter may forbid to enter: then nothing can be cancelled, and nothing was ever handed over.
        boolean quiet =
                !abandoned && (!enabled || !ownership.isOwner() || quiescence.reach() || !enter.everSubmitted());
        wait.close();
        if (ownership.isOwner()) {
            fd.unregisterFromThread();
        }
        if (quiet) {
            registrar.close();
            maps.close();
        }
        fd.close();
        return quiet;
    }

    @Override
    public String toString() {
        return "Ring(" + fd + ", owner " + ownership + ", " + granted + ")";
    }
}
