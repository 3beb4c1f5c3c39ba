// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

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
public final class Ring implements AutoCloseable {

    private static final long RESERVED_USER_DATA = -1;
    private static final CompletionHandler DISCARD = (userData, result, flags) -> {};

    private final Syscalls sys;
    private final Fd fd;
    private final RingMaps maps;
    private final Capabilities capabilities;
    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private final RingOwner owner = new RingOwner();
    private final RingWait wait;
    private final RingClose close;
    private final List<BufferRing> bufferRings = new ArrayList<>();
    private final int number;
    private final int reapFlag;
    private boolean enabled;
    private long submitted;
    private long entered;

    Ring(Fd fd, RingMaps maps, RingWait wait, Capabilities capabilities) {
        this.sys = fd.syscalls();
        this.fd = fd;
        this.number = fd.number();
        this.maps = maps;
        this.capabilities = capabilities;
        this.submission = new SubmissionQueue(maps);
        this.completion = new CompletionQueue(maps);
        this.wait = wait;
        this.close = new RingClose(owner, wait::wake, this::tearDown);
        // With DEFER_TASKRUN completions are posted only to a thread that asks for them.
        this.reapFlag =
                capabilities.setupFlags().contains(SetupFlag.DEFER_TASKRUN) ? IoUring.IORING_ENTER_GETEVENTS : 0;
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

    /** What the kernel granted. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** Operations that the kernel has taken and not yet completed for good. */
    public int inFlight() {
        return (int) (submitted - completion.finished());
    }

    /** How often this ring has entered the kernel. */
    public long kernelEntries() {
        return entered;
    }

    /**
     * Hands the claimed entries to the kernel, and lets it post what has completed.
     *
     * @return the number of entries it took, or {@code -errno}
     */
    public int submit() {
        drive();
        return enter(0, reapFlag);
    }

    /** Like {@link #submit}, and waits until {@code minComplete} completions are there. */
    public int submitAndWait(int minComplete) {
        close.isOpen();
        drive();
        return enter(minComplete, IoUring.IORING_ENTER_GETEVENTS);
    }

    /**
     * Enters the kernel only if there is a reason to: entries to hand over, or completions that it holds back.
     *
     * @return the number of entries it took, or {@code -errno}
     */
    public int submitIfNeeded() {
        drive();
        return submission.pending() > 0 || submission.kernelHasWork() ? enter(0, IoUring.IORING_ENTER_GETEVENTS) : 0;
    }

    /**
     * Sleeps until a completion is there to be drained.
     *
     * @param timeoutNanos how long at most; 0 looks and does not sleep
     * @return whether one is there; {@code false} after the timeout, a {@link #wake} or a {@link #close}
     */
    public boolean await(long timeoutNanos) {
        if (!isOpen()) {
            return false;
        }
        submitIfNeeded();
        long deadline = System.nanoTime() + timeoutNanos;
        long remaining = timeoutNanos;
        while (completion.ready() == 0) {
            if (remaining <= 0 || wait.forEvents(submission, completion, remaining)) {
                return isOpen() && completion.ready() > 0;
            }
            enter(0, IoUring.IORING_ENTER_GETEVENTS);
            remaining = deadline - System.nanoTime();
        }
        return true;
    }

    /** Ends a present or the next {@link #await} of the owner early. */
    public void wake() {
        wait.wake();
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
        return close.isOpen();
    }

    /**
     * Runs {@code action} when the ring has been closed and the kernel has let go of all memory: on the thread that did the
     * closing, once. It does not run if the kernel refuses to let go, which is logged. To be set before the ring is driven.
     */
    public void onClosed(Runnable action) {
        close.afterwards(action);
    }

    /**
     * Registers an empty ring of buffers, which is closed with this ring.
     *
     * @param group id by which operations select it, 0..65535
     * @param entries buffers it can hold: a power of two, 1..32768
     */
    public BufferRing registerBufferRing(int group, int entries) throws ErrnoException {
        BufferRing buffers = BufferRing.register(fd, group, entries);
        bufferRings.add(buffers);
        return buffers;
    }

    /**
     * Submits what is claimed, cancels what is in flight, waits until nothing is, unmaps and closes. Further calls do nothing.
     *
     * <p>From a thread that is not the owner: wakes the owner, which does it at its next {@link #isOpen}, {@link #await} or
     * {@link #submitAndWait}, and returns when it is
     * done; if the owner has ended, does it itself. An owner that lives but never calls again makes this wait, and says so in
     * the log.
     */
    @Override
    public void close() {
        close.request();
    }

    private void drive() {
        if (owner.isCaller()) {
            // A close that is asked for and not yet done waits: entries may point to what the caller still has in hand.
            if (!close.isDone()) {
                enable();
                return;
            }
        } else if (close.isOpen()) {
            owner.checkMayClaim();
            if (owner.claim()) {
                enable();
                return;
            }
            owner.checkMayClaim();
        }
        throw new IllegalStateException("the ring is closed");
    }

    /** Once, on the owner's thread: with SINGLE_ISSUER the kernel binds the ring to the thread that enables it. */
    private void enable() {
        if (enabled) {
            return;
        }
        int result = sys.ioUringRegister(number, IoUring.IORING_REGISTER_ENABLE_RINGS, 0, 0);
        if (result < 0) {
            throw new UncheckedIOException(
                    ErrnoException.of(result, "io_uring_register(" + fd + ", ENABLE_RINGS)", ""));
        }
        enabled = true;
    }

    private int enter(int minComplete, int flags) {
        submission.publish();
        entered++;
        int result = sys.ioUringEnter(number, submission.pending(), minComplete, flags);
        if (result > 0) {
            submitted += result;
        }
        return result;
    }

    /**
     * On the owner's thread, or on any when there is no owner any more.
     *
     * @return whether the kernel has let go of all memory
     */
    private boolean tearDown() {
        boolean quiet = !owner.isCaller() || letGo();
        wait.close();
        if (quiet) {
            bufferRings.forEach(BufferRing::close);
            maps.close();
        }
        fd.close();
        return quiet;
    }

    /** Cancels and waits by count; {@code false} if the kernel would not, and may still write to the rings. */
    private boolean letGo() {
        if (!enabled) {
            return true;
        }
        Sqe cancel = submission.claim();
        while (cancel == null) {
            if (isFatal(enter(0, IoUring.IORING_ENTER_GETEVENTS))) {
                return false;
            }
            completion.drain(DISCARD, Integer.MAX_VALUE);
            cancel = submission.claim();
        }
        cancel.cancelAll().userData(RESERVED_USER_DATA);
        do {
            if (isFatal(enter(1, IoUring.IORING_ENTER_GETEVENTS))) {
                return false;
            }
            completion.drain(DISCARD, Integer.MAX_VALUE);
        } while (submission.pending() > 0 || inFlight() > 0);
        return true;
    }

    private static boolean isFatal(int result) {
        boolean passing =
                result == -Errno.EINTR || result == -Errno.EAGAIN || result == -Errno.EBUSY || result == -Errno.ENOMEM;
        return result < 0 && !passing;
    }

    @Override
    public String toString() {
        return "Ring(" + fd + ", owner " + owner + ", " + capabilities + ")";
    }
}
