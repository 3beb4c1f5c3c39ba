// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.ownership.CloseListener;
import dev.jrtap.ownership.ClosedException;
import dev.jrtap.ownership.NotOwnerException;
import dev.jrtap.ownership.Ownership;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.util.Objects;
import java.util.Set;

/**
 * An io_uring: a submission queue, a completion queue, and the system call between them.
 *
 * <pre>{@code
 * try (Ring ring = Ring.builder().build()) {
 *     ring.submission().claim().timeout(1_000_000, 0).userData(7);
 *     ring.submitAndWait(1);
 *     ring.completion().drain((userData, result, flags) -> System.out.println(userData), 1);
 * }
 * }</pre>
 *
 * <p>Threads: a ring belongs to the first thread that drives it, that is, submits or waits; before that any thread may
 * claim, look at the queues and register. Afterwards a call from another thread throws {@link NotOwnerException}, with
 * these exceptions: {@link #close}, {@link #wake}, {@link #isOpen}, {@link #inFlight}, {@link #kernelEntries}, {@link
 * #overflows} and {@link #toString} may come from any.
 *
 * <p>The end: when {@link #close} has returned, the kernel uses no memory of the ring's operations any more, whatever
 * was under way, and every method throws a {@link ClosedException}. After a close by another thread, until the owner
 * has called {@link #isOpen}, its waits and submits return 0 and nothing is left to be drained; so a loop of {@code
 * isOpen}, {@code await} and {@code drain} ends without an exception.
 *
 * <p>Results of submitting are those of the kernel: {@code >= 0}, or {@code -errno}. {@code -EINTR}, {@code -EAGAIN}
 * and {@code -EBUSY} are ordinary: drain, and try again.
 *
 * <p>Source: io_uring(7).
 */
public final class Ring implements AutoCloseable, MessageTarget {

    private final RingParts parts;
    private final RingCapabilities granted;
    private final UnderWay underWay;
    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private final RingEnter enter;
    private final RingStart start;
    private final WakeWatch watch;
    private final RingWait wait;
    private final Ownership ownership;
    private final Cleaner.Cleanable dropped;
    private final RegisterCall registration;
    private final FixedFiles files;
    private final FixedBuffers buffers;
    private final Registrations registrations;
    private final Restrictions restrictions;
    private final Undrained undrained = new Undrained();
    private volatile Runnable alsoWake = () -> {};

    Ring(RingParts parts, RingCapabilities granted) {
        this.parts = parts;
        this.granted = granted;
        FileSlots slots = new FileSlots();
        RingFd fd = parts.fd();
        this.underWay = new UnderWay(fd.hasDescriptor() ? fd.number() : -1);
        RingEnd end = new RingEnd(parts, underWay);
        this.ownership = new Ownership(fd.name(), this::wake, end);
        this.submission = new SubmissionQueue(parts.maps(), ownership, underWay, slots, parts.lent());
        this.completion = new CompletionQueue(ownership, underWay, parts.lent(), undrained);
        this.enter = new RingEnter(fd, submission, completion, underWay, granted);
        this.start = new RingStart(ownership, parts, submission, completion);
        this.watch = new WakeWatch(parts.event(), submission, completion, enter, underWay);
        this.wait = new RingWait(watch, fd, submission, completion, enter, underWay, granted);
        this.registration = new RegisterCall(parts, ownership);
        this.files = new FixedFiles(registration, underWay, slots, parts.end(), submission::outstanding);
        this.buffers =
                new FixedBuffers(registration, underWay, () -> underWay.isCertainlyNone(submission.outstanding() == 0));
        this.registrations = new Registrations(registration, underWay);
        this.restrictions = new Restrictions(registration, files, watch, submission);
        end.of(ownership, submission, completion, enter, files, buffers);
        // Everything that can use the ring holds its ownership, and the parts do not.
        this.dropped = RingParts.cleaner().register(ownership, parts);
    }

    /** A ring to be set up with the real system calls. */
    public static RingBuilder builder() {
        return builder(Syscalls.libc());
    }

    /** A ring to be set up through {@code sys}. */
    public static RingBuilder builder(Syscalls sys) {
        return new RingBuilder(sys);
    }

    /** Returns the queue from which operations are claimed. */
    public SubmissionQueue submission() {
        return submission;
    }

    /** Returns the queue from which results are drained. */
    public CompletionQueue completion() {
        return completion;
    }

    /** Files that operations name by a slot. */
    public FixedFiles files() {
        return files;
    }

    /** Buffers that operations name by an index. */
    public FixedBuffers buffers() {
        return buffers;
    }

    /**
     * Registers an empty ring of buffers, which is closed with this ring. Since Linux 5.19.
     *
     * @param group id by which operations select it, 0..65535
     * @param entries buffers it can hold: a power of two, 1..32768
     * @throws ErrnoException EEXIST if the group is in use
     */
    public BufferRing bufferRing(int group, int entries, BufferRing.Option... options) throws ErrnoException {
        return BufferRing.register(registration, new BufferRing.Request(group, entries, 0, Set.of(options)));
    }

    /**
     * Registers a group with {@link BufferRing.Option#INCREMENTAL} whose buffers are retired as soon as less than
     * {@code leastLeft} bytes of them are left. Since Linux 7.0.
     */
    public BufferRing incrementalBufferRing(int group, int entries, int leastLeft) throws ErrnoException {
        Set<BufferRing.Option> options = Set.of(BufferRing.Option.INCREMENTAL);
        return BufferRing.register(registration, new BufferRing.Request(group, entries, leastLeft, options));
    }

    /** Returns the other registrations: credentials, limits, an eventfd. */
    public Registrations register() {
        return registrations;
    }

    /** Returns the capabilities that the kernel granted. */
    public RingCapabilities capabilities() {
        return granted;
    }

    /**
     * Returns how many operations the kernel has taken and not yet completed for good, as far as completions have been
     * drained. Any thread.
     *
     * <p>Exact while each operation posts one last completion. From the first silent operation
     * ({@link Sqe#skipSuccess}), zero-copy send, tag or message of another ring on it is an estimate that is never
     * negative: silent operations are not counted, tags and messages count as completions of operations, and a
     * zero-copy send that was canceled before it began may count twice.
     */
    public int inFlight() {
        return underWay.count();
    }

    /**
     * Returns how many rings of this process are closed and could not be proven to be over, so that the kernel may
     * still use the memory of their operations: a duplicate of the descriptor or another ring holds them. Each has been
     * logged.
     */
    public static long leaked() {
        return RingEnd.leaked();
    }

    /** Returns how often this ring has entered the kernel. */
    public long kernelEntries() {
        return enter.entries();
    }

    /**
     * Returns how often this ring has found its completion queue overflown, and had the kernel post what it had kept.
     */
    public long overflows() {
        return enter.overflows();
    }

    /**
     * Hands the claimed entries to the kernel, and lets it post what has completed.
     *
     * @return the number of entries it took, or {@code -errno}
     */
    public int submit() {
        return start.drive() ? enter.submit() : 0;
    }

    /**
     * Hands the claimed entries to the kernel, and waits until {@code minComplete} completions are there, or another
     * thread calls {@link #wake} or {@link #close}.
     *
     * <p>Looks before it waits: what completes while it is submitted costs no wait. Where the last calls had to wait,
     * one in 64 looks, and enters the kernel twice.
     *
     * @param minComplete 0 to as many as the completion queue holds
     * @return the number of entries it took, or {@code -errno}
     * @throws IllegalStateException from inside a completion handler
     */
    public int submitAndWait(int minComplete) {
        Check.notNegative("minComplete", minComplete);
        if (!start.drive() || !ownership.goOn()) {
            return 0;
        }
        checkWait("minComplete", 0, minComplete);
        int taken = wait.submitAndWait(minComplete);
        // A close that has ended the wait takes effect now.
        ownership.goOn();
        return taken;
    }

    /**
     * Enters the kernel only if there is a reason to: entries to hand over, or completions that it holds back.
     *
     * @return the number of entries it took, or {@code -errno}
     */
    public int submitIfNeeded() {
        return start.drive() ? enter.submitIfNeeded() : 0;
    }

    /**
     * Waits, on a ring with {@link SetupFlag#SQPOLL}, until the kernel's thread has taken an entry and there is room to
     * claim one.
     *
     * @return {@code >= 0}, or {@code -errno}
     */
    public int awaitSpace() {
        completion.checkNotDraining("waiting");
        return start.drive() && ownership.goOn() ? enter.awaitSpace() : 0;
    }

    /**
     * Submits, and sleeps until a completion is there to be drained.
     *
     * @param timeoutNanos how long at most, {@link Long#MAX_VALUE} without end; 0 looks and does not sleep, negative is
     *     refused
     * @return whether one is there; {@code false} after the timeout, a {@link #wake}, a {@link #close} or an interrupt,
     *     whose flag stays set
     * @throws IllegalStateException from inside a completion handler
     * @throws UncheckedIOException if io_uring_enter(2) fails for good
     */
    public boolean await(long timeoutNanos) {
        return await(1, Long.MAX_VALUE, timeoutNanos) > 0;
    }

    /**
     * Submits, and sleeps until {@code count} completions are there to be drained, or fewer after a while: waiting for
     * many costs less than waiting for each, and the while bounds what it adds to the time of the first.
     *
     * @param count how many, at least 1 and no more than the completion queue holds
     * @param minWaitNanos after this time one completion is enough; not negative
     * @param timeoutNanos as for {@link #await(long)}
     * @return how many are there; fewer than {@code count} after the timeout, a {@link #wake}, a {@link #close} or an
     *     interrupt, whose flag stays set
     * @throws IllegalStateException from inside a completion handler
     * @throws UncheckedIOException if io_uring_enter(2) fails for good
     */
    public int await(int count, long minWaitNanos, long timeoutNanos) {
        Check.range("count", 1, Integer.MAX_VALUE, count);
        Check.notNegative("minWaitNanos", minWaitNanos);
        Check.notNegative("timeoutNanos", timeoutNanos);
        if (!start.drive() || !ownership.goOn()) {
            return 0;
        }
        checkWait("count", 1, count);
        int ready = wait.await(count, minWaitNanos, timeoutNanos);
        return ownership.goOn() ? ready : 0;
    }

    /**
     * Like {@link #await(long)}, until a point of time of the ring's clock: what a thread does between looking at the
     * clock and sleeping does not lengthen the sleep, and with {@link WaitClock#BOOTTIME} a suspend counts. Since Linux
     * 6.12.
     *
     * @param deadlineNanos as {@link System#nanoTime} has it, which is CLOCK_MONOTONIC; not negative
     * @return whether a completion is there to be drained
     * @throws IllegalStateException from inside a completion handler
     * @throws UnsupportedOperationException before Linux 6.12
     */
    public boolean awaitUntil(long deadlineNanos) {
        Check.notNegative("deadlineNanos", deadlineNanos);
        if (!start.drive() || !ownership.goOn()) {
            return false;
        }
        granted.require(RingFeature.MIN_TIMEOUT, "awaitUntil");
        completion.checkNotDraining("waiting");
        boolean ready = wait.awaitUntil(deadlineNanos);
        return ownership.goOn() && ready;
    }

    /**
     * Submits, and sleeps until {@code fd} can be read from, or a completion is there to be drained: by ppoll(2), for a
     * file that has no operation under way. Where events come one by one this costs less than an operation that waits
     * for each: nothing is posted, armed and completed. While operations are under way their completions are looked for
     * every millisecond.
     *
     * @param fd a descriptor; of one that is not open there is an error to be read
     * @param timeoutNanos as for {@link #await(long)}
     * @return whether there is something; {@code false} after the timeout, a {@link #wake}, a {@link #close} or an
     *     interrupt, whose flag stays set
     * @throws IllegalStateException from inside a completion handler
     * @throws UncheckedIOException if io_uring_enter(2) or ppoll(2) fails for good
     */
    public boolean awaitReadable(int fd, long timeoutNanos) {
        Check.notNegative("fd", fd);
        Check.notNegative("timeoutNanos", timeoutNanos);
        if (!start.drive() || !ownership.goOn()) {
            return false;
        }
        completion.checkNotDraining("waiting");
        boolean ready = wait.awaitReadable(fd, timeoutNanos);
        return ownership.goOn() && ready;
    }

    /**
     * Returns the number of the ring's descriptor, to be waited for beside others in poll(2): it is readable while
     * completions wait to be drained. With {@link SetupFlag#DEFER_TASKRUN} that says nothing of completions that the
     * kernel holds back until its owner calls; {@link Registrations#eventFd} tells of them.
     *
     * @throws NotEnabledException if the ring has no descriptor
     * @throws ClosedException if it is closed
     */
    public int pollFd() {
        return openDescriptor().fd();
    }

    /**
     * Sets whether a thread that waits here while operations are under way counts as waiting for storage, in the
     * machine's iowait and for the choice of its processor's frequency; it does so from the beginning. Since Linux
     * 6.15.
     *
     * @throws UnsupportedOperationException before Linux 6.15
     */
    public void setIowait(boolean counted) {
        ownership.require();
        granted.require(RingFeature.NO_IOWAIT, "setIowait");
        enter.countIowait(counted);
    }

    /**
     * Closes the ring's file descriptor: the ring stays open, and only the calling thread, which becomes its owner, can
     * name it. For libraries that must leave a program's descriptors alone. It cannot be sent messages any more, nor be
     * resized, lend its workers or get buffer rings in the kernel's memory; it ends with the thread. Since Linux 6.3.
     *
     * @throws NotEnabledException if the ring could not be registered with the thread, which has 16 registered, or has
     *     no descriptor
     * @throws UnsupportedOperationException before Linux 6.3
     */
    public void closeDescriptor() {
        if (!start.drive()) {
            throw ownership.closed();
        }
        granted.require(RingFeature.REG_REG_RING, "closeDescriptor");
        parts.fd().closeDescriptor();
    }

    /** Like {@link #await(int, long, long)}, as a registered wait says. */
    int awaitRegistered(int count, long offset, long minWaitNanos, long timeoutNanos) {
        Check.range("completions", 1, Integer.MAX_VALUE, count);
        if (!start.drive() || !ownership.goOn()) {
            return 0;
        }
        checkWait("completions", 1, count);
        int ready = wait.awaitRegistered(count, offset, minWaitNanos, timeoutNanos);
        return ownership.goOn() ? ready : 0;
    }

    /** More completions than the queue holds would never arrive. */
    private void checkWait(String name, int least, int count) {
        completion.checkNotDraining("waiting");
        Check.range(name, least, completion.capacity(), count);
    }

    /** Ends a present or the next {@link #await} of the owner early. */
    public void wake() {
        watch.wake();
        alsoWake.run();
    }

    /**
     * Runs {@code action} at each {@link #wake}, and when another thread asks for a close: for an owner that sleeps
     * elsewhere than in {@link #await}. On the thread that wakes; to be set before the ring is driven.
     */
    public void onWake(Runnable action) {
        alsoWake = Objects.requireNonNull(action, "action");
    }

    /**
     * Hands the completions that nobody has drained to {@code handler} when the ring is closed: all of them where the
     * owner closes and every operation posts one completion, otherwise those that are posted when the close begins. On
     * the thread that closes. What the handler throws is logged; it cannot use the ring. To be set before the ring is
     * driven.
     */
    public void onUndrained(CompletionHandler handler) {
        undrained.to(Objects.requireNonNull(handler, "handler"));
    }

    /**
     * Makes the calling thread the owner, as the first submit or wait would: for code that looks at the queues before
     * that.
     *
     * @return {@code false} if another thread has closed the ring since
     * @throws NotOwnerException if another thread owns the ring
     * @throws ClosedException if it is closed
     */
    public boolean own() {
        return start.drive();
    }

    /**
     * Returns whether the ring can be used. A close that another thread has asked for takes effect here, in
     * {@link #await} and in {@link #submitAndWait}, if the owner calls. Any thread.
     */
    public boolean isOpen() {
        return ownership.isOpen();
    }

    /**
     * Tells {@code listener} when the ring has been closed, on the thread that has closed it. To be set before the ring
     * is driven.
     */
    public void onClosed(CloseListener listener) {
        ownership.onClosed(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Cancels operations under way, and returns when the kernel has stopped using memory of the ring. Any thread.
     * Entries that were claimed and not submitted are never started. Further calls do nothing. Not interruptible.
     *
     * <p>It waits for operations that cannot be canceled: block I/O, and zero-copy sends that their peer has not read;
     * the log says so every five seconds. If something else holds the ring (a duplicate of its descriptor, another
     * ring), the close returns after two seconds at most, {@link #leaked} counts it, and memory of operations must stay
     * allocated until the process ends.
     *
     * <p>From a thread that is not the owner: wakes the owner, which does it at its next {@link #isOpen},
     * {@link #await} or {@link #submitAndWait}, and returns when it is done; if the owner has ended, does it itself. An
     * owner that lives but never calls again makes this wait, and the log says so.
     */
    @Override
    public void close() {
        ownership.close();
        if (!parts.isLeft()) {
            dropped.clean();
        }
    }

    /**
     * Closes all of {@code rings} concurrently: ending one can take 60 ms, and ending many takes little more.
     *
     * @see #close
     */
    public static void closeAll(Iterable<Ring> rings) {
        for (Ring ring : rings) {
            Objects.requireNonNull(ring, "a ring to be closed");
        }
        // What one of them throws, or its listener, does not keep the others open.
        Failures failures = new Failures();
        for (Ring ring : rings) {
            failures.attempt(ring.ownership::beginClose);
        }
        for (Ring ring : rings) {
            failures.attempt(ring::close);
        }
        failures.rethrow();
    }

    /**
     * Returns restrictions of the ring's use, to be filled in, and applied before the ring is driven. Since Linux 5.10.
     */
    public Restrictions restrictions() {
        return restrictions;
    }

    /**
     * Memory in which ways of waiting can be written down once. Only before the ring is driven, and once. Since Linux
     * 6.13.
     *
     * @param count how many, 1..65536
     */
    public RegisteredWaits waits(int count) throws ErrnoException {
        return RegisteredWaits.register(registration, this::awaitRegistered, count);
    }

    /**
     * Makes the queues larger or smaller, and keeps their entries. Only with {@link SetupFlag#DEFER_TASKRUN} and {@link
     * SetupFlag#NO_SQARRAY}, on the thread that drives the ring, which this makes the owner, and not from a {@link
     * CompletionHandler}. Since Linux 6.13.
     *
     * @param entries as for {@link RingBuilder#entries}
     * @param completions as for {@link RingBuilder#completionEntries}
     * @throws IllegalStateException if entries are claimed and not submitted, or the ring has an array of indices
     * @throws ErrnoException EOVERFLOW if the waiting entries do not fit; the ring then stays unchanged. ENOMEM from
     *     mmap(2): the ring is then closed
     */
    public void resize(int entries, int completions) throws ErrnoException {
        completion.checkNotDraining("resize()");
        if (!start.drive()) {
            throw ownership.closed();
        }
        RingBuilder.checkEntries(entries);
        RingBuilder.checkCompletions(completions);
        RingSetup resized = RingResize.perform(parts.maps().setup(), submission, entries, completions);
        try {
            RingResize.moveTo(resized, parts, submission, completion);
        } catch (Throwable e) {
            // The kernel has new queues that nothing can be got out of any more.
            close();
            throw e;
        }
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
        to.underWay.estimate();
        // Not while the ring is closed: its number may be another's by then.
        if (!to.parts.whileOpen(() -> RingMessage.send(to.fd(), result, userData))) {
            throw to.ownership.closed();
        }
    }

    @Override
    public int messageFd() {
        if (ownership.isRequested()) {
            throw ownership.closed();
        }
        // Any holder of the descriptor can post completions that are no operation's.
        underWay.estimate();
        return openDescriptor().fd();
    }

    Fd openDescriptor() {
        if (ownership.isRequested()) {
            throw ownership.closed();
        }
        return parts.fd().descriptor();
    }

    @Override
    public int fileSlots() {
        return files.slots().count();
    }

    RingFd fd() {
        return parts.fd();
    }

    RegisterCall registration() {
        return registration;
    }

    @Override
    public String toString() {
        return "Ring(" + parts.fd() + ", " + (ownership.isRequested() ? "closed" : "owner " + ownership) + ", "
                + granted + ")";
    }
}
