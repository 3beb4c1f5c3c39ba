// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringCqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.Ownership;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Results on their way from the kernel, taken by a handler or with a cursor.
 *
 * <pre>{@code
 * ring.completion().drain(handler, 64);            // calls back
 *
 * CompletionQueue completions = ring.completion(); // or is asked
 * while (completions.next()) {
 *     serve(completions.userData(), completions.result());
 * }
 * }</pre>
 *
 * <p>A handler may claim, submit, wake and close. It may not drain, take the next completion, wait or resize: the
 * completion that it is being given would be taken twice.
 *
 * <p>Threads: those of its {@link Ring}; {@link #lost} from any. After a close by another thread it is empty, and once
 * the owner has seen the close every method throws {@link IllegalStateException}.
 */
public final class CompletionQueue {

    private static final VarHandle HEAD = head();

    // Shifts MORE to the sign of the word of result and flags.
    private static final int MORE_TO_SIGN = Long.numberOfLeadingZeros((long) IoUring.IORING_CQE_F_MORE << Integer.SIZE);

    private final Ownership door;
    private final UnderWay underWay;
    private final LentMemory lent;
    private final Undrained undrained;
    private OwnCompletions own;
    private Memory ring;
    private int mask;
    private int stride;
    private boolean mixed;
    private boolean holdsFillers;
    private int cqes;
    private int kHead;
    private int kTail;
    private int kOverflow;
    private int kFlags;
    private int surplus;
    // Places taken since the ring was set up. The kernel knows the lower half, and is told in bulk, by release().
    private long head;
    private long released;
    private int seenTail;
    // The completion taken last: read from the shared memory once.
    private int current;
    private long userData;
    private long resultAndFlags;
    private boolean hasCurrent;
    private boolean currentIsLarge;
    private boolean draining;
    private boolean signals = true;

    CompletionQueue(Ownership door, UnderWay underWay, LentMemory lent, Undrained undrained) {
        this.door = door;
        this.underWay = underWay;
        this.lent = lent;
        this.undrained = undrained;
        underWay.ofQueue(() -> (long) HEAD.getAcquire(this));
    }

    private static VarHandle head() {
        try {
            return MethodHandles.lookup().findVarHandle(CompletionQueue.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The ring is driven from now on; before that nothing is posted. */
    void begin(RingMaps maps) {
        remap(maps);
        signalEvents(signals);
    }

    /** Completions of the ring's own operations go to {@code own}, all others to the user. */
    void ownTo(OwnCompletions own) {
        this.own = own;
    }

    /** Goes on in other memory, into which the kernel has copied what was in the present one. */
    void remap(RingMaps maps) {
        RingSetup setup = maps.setup();
        ring = maps.completionRing();
        mask = setup.completionEntries() - 1;
        stride = RingMaps.completionSize(setup);
        mixed = setup.has(SetupFlag.CQE_MIXED);
        holdsFillers = mixed || setup.has(SetupFlag.SQE_MIXED);
        currentIsLarge = stride > IoUringCqe.SIZEOF;
        hasCurrent = false;
        seenTail = (int) head;
        cqes = setup.completionOffset(IoCqringOffsets.CQES);
        kHead = setup.completionOffset(IoCqringOffsets.HEAD);
        kTail = setup.completionOffset(IoCqringOffsets.TAIL);
        kOverflow = setup.completionOffset(IoCqringOffsets.OVERFLOW);
        kFlags = setup.completionOffset(IoCqringOffsets.FLAGS);
    }

    /** Returns how many completions it can hold; the ring must be driven. */
    int capacity() {
        return mask + 1;
    }

    /** The memory is about to be unmapped. */
    void unmap() {
        ring = null;
        hasCurrent = false;
    }

    /**
     * Hands the waiting completions to {@code handler}, oldest first, at most {@code limit}. Never blocks, never enters
     * the kernel.
     *
     * <p>A completion counts as taken when the handler is called, even if that throws.
     *
     * @return how many were handed over
     * @throws IllegalStateException from inside a handler
     */
    public int drain(CompletionHandler handler, int limit) {
        if (!door.check() || ring == null) {
            return 0;
        }
        Objects.requireNonNull(handler);
        checkNotDraining("drain()");
        draining = true;
        int handed = 0;
        try {
            int end = tail();
            while (handed < limit && advance(end)) {
                handed++;
                handler.onCompletion(userData, (int) resultAndFlags, (int) (resultAndFlags >>> Integer.SIZE));
            }
        } finally {
            draining = false;
            release();
        }
        Reference.reachabilityFence(door);
        return handed;
    }

    /**
     * Takes the next completion, if one is there; {@link #userData}, {@link #result}, {@link #flags} and {@link #extra}
     * are about it until the next call of any method that submits, waits or takes. Never blocks, never enters the
     * kernel.
     *
     * @throws IllegalStateException from inside a handler
     */
    public boolean next() {
        if (!door.check() || ring == null) {
            return false;
        }
        checkNotDraining("next()");
        // The tail is read only when it matters: its cache line is the kernel's.
        while (!advance(seenTail)) {
            int end = tail();
            if (end == seenTail) {
                hasCurrent = false;
                release();
                return false;
            }
            seenTail = end;
        }
        return true;
    }

    /** Returns the user data of the completion taken last: the number given to {@link Sqe#userData}. */
    public long userData() {
        checkCurrent();
        return userData;
    }

    /** Returns the result of the completion taken last: {@code >= 0}, or {@code -errno}. */
    public int result() {
        checkCurrent();
        return (int) resultAndFlags;
    }

    /** Returns the flags of the completion taken last, {@code IORING_CQE_F_*}; see {@link CqeFlags}. */
    public int flags() {
        checkCurrent();
        return (int) (resultAndFlags >>> Integer.SIZE);
    }

    /**
     * Returns a word of the second half of the completion taken last, which has 32 bytes.
     *
     * @param word 0 or 1
     * @throws NotEnabledException if the completion has 16 bytes
     */
    public long extra(int word) {
        checkCurrent();
        if (word < 0 || word > 1) {
            throw new IndexOutOfBoundsException("a completion of 32 bytes has the words 0 and 1: " + word);
        }
        if (!currentIsLarge) {
            throw new NotEnabledException("the completion has 16 bytes and no word " + word
                    + ": set the ring up with CQE32, or with CQE_MIXED and an operation that asks for more");
        }
        return ring.getI64(current + IoUringCqe.SIZEOF + word * Long.BYTES);
    }

    private void checkCurrent() {
        if (!hasCurrent) {
            door.require();
            throw new IllegalStateException("no completion has been taken: next() must have returned true");
        }
    }

    /** Acquire: an entry is read only after the tail that covers it. Pairs with the kernel's release of the tail. */
    private int tail() {
        return ring.getI32Acquire(kTail);
    }

    /** Moves on to the next completion of the user before {@code end}; the ring's own are served on the way. */
    private boolean advance(int end) {
        Memory ring = this.ring;
        // A difference, and not an inequality: a handler that looks at ready() may have taken the ring's own beyond the
        // end.
        // The memory is gone when the handler has closed the ring.
        while (ring != null && end - (int) head > 0) {
            int at = cqes + ((int) head & mask) * stride;
            long userData = ring.getI64(at + IoUringCqe.USER_DATA);
            // Result and flags with one load: the lower half first, as on every machine this library runs on.
            long word = ring.getI64(at + IoUringCqe.RES);
            if (mixed || isUnusual(userData, word)) {
                int flags = (int) (word >>> Integer.SIZE);
                LentMemory.Place place =
                        LentMemory.isToken(userData) ? lent.completed(userData, (int) word, flags) : null;
                if (place != null) {
                    word += place.parts((int) word);
                    userData = place.userData();
                } else if (isOther(userData, flags)) {
                    pass(flags);
                    serveOwn(userData, (int) word);
                    continue;
                }
                if (mixed) {
                    takeSecondHalf(flags);
                }
                if (CqeFlags.hasMore(flags)) {
                    underWay.notLast(1);
                }
            }
            head++;
            current = at;
            this.userData = userData;
            resultAndFlags = word;
            hasCurrent = true;
            return true;
        }
        return false;
    }

    /** Returns whether the user data is negative, as the ring's own is, or MORE is set: with one test. */
    private static boolean isUnusual(long userData, long resultAndFlags) {
        return (userData | resultAndFlags << MORE_TO_SIGN) < 0;
    }

    private void takeSecondHalf(int flags) {
        currentIsLarge = CqeFlags.isLarge(flags);
        if (currentIsLarge) {
            underWay.notLast(1);
            head++;
        }
    }

    /** Moves on past a completion that is not for the user. */
    private void pass(int flags) {
        int places = mixed && CqeFlags.isLarge(flags) ? 2 : 1;
        underWay.notLast(places);
        head += places;
    }

    private void serveOwn(long userData, int result) {
        if (ReservedData.contains(userData)) {
            own.onCompletion(userData);
        } else if (LentMemory.isPart(userData)) {
            lent.part(userData, result);
        }
    }

    /** After a batch: tells the kernel how much has been taken, and forgets what was lent to it for that. */
    void release() {
        Memory ring = this.ring;
        if (released != head && ring != null) {
            released = head;
            // Release: the kernel may write over the entries once it sees the head, and we have read them by then.
            ring.putI32Release(kHead, (int) head);
            lent.forgetEnded();
        }
    }

    /**
     * Returns how many completions wait to be taken. Where the kernel has posted one more than the last of an
     * operation, that one is counted, and not handed over.
     */
    public int ready() {
        if (!door.check() || ring == null) {
            return 0;
        }
        int tail = tail();
        // After the tail: where one of the ring's own is counted in it, its cause is seen here.
        if (!holdsFillers && !own.areExpected()) {
            surplus = 0;
            return tail - (int) head;
        }
        takeOthersAtHead(tail);
        int ready = 0;
        for (int at = (int) head; tail - at > 0; at++) {
            int cqe = cqes + (at & mask) * stride;
            int flags = ring.getI32(cqe + IoUringCqe.FLAGS);
            if (mixed && CqeFlags.isLarge(flags)) {
                at++;
            }
            if (!isOther(ring.getI64(cqe + IoUringCqe.USER_DATA), flags)) {
                ready++;
            }
        }
        surplus = tail - (int) head - ready;
        return ready;
    }

    /** Returns whether {@code count} completions wait to be taken. */
    boolean has(int count) {
        if (holdsFillers || underWay.isOwnExpected()) {
            return ready() >= count;
        }
        return tail() - (int) head >= count;
    }

    /** Places of the queue that the kernel counts as completions and the last {@link #ready} did not. */
    int surplus() {
        return surplus;
    }

    private void takeOthersAtHead(int tail) {
        while (tail - (int) head > 0) {
            int at = cqes + ((int) head & mask) * stride;
            long userData = ring.getI64(at + IoUringCqe.USER_DATA);
            int flags = ring.getI32(at + IoUringCqe.FLAGS);
            if (!isOther(userData, flags)) {
                break;
            }
            pass(flags);
            serveOwn(userData, ring.getI32(at + IoUringCqe.RES));
        }
        // Not in a handler: it may still look at its completion.
        if (!draining) {
            release();
        }
    }

    /**
     * Returns whether a completion is not for the user: the ring's own, one that only fills the end of the queue, or
     * one more of an operation that has had its last one.
     */
    private boolean isOther(long userData, int flags) {
        return userData < 0 && (ReservedData.contains(userData) || isOfNoLoan(userData))
                || mixed && CqeFlags.isFiller(flags);
    }

    private boolean isOfNoLoan(long userData) {
        return LentMemory.isToken(userData) && !lent.isUnderWay(userData);
    }

    /** Refuses what a handler must not do. */
    void checkNotDraining(String call) {
        if (draining) {
            throw new IllegalStateException(call
                    + " inside a completion handler: the handler returns first; it may claim, submit, wake and close");
        }
    }

    /**
     * Returns how many completions have been lost for want of memory in the kernel since the ring was set up. Any
     * thread. Those that find the queue full are kept by the kernel, and are not lost.
     */
    public int lost() {
        return underWay.lost();
    }

    /** Completions found no room: looks whether the kernel has dropped some. */
    void countLost() {
        if (mixed) {
            // Linux 6.18 posts some of those that it has kept twice.
            underWay.estimate();
        }
        int lost = ring.getI32Opaque(kOverflow);
        if (lost != underWay.lost()) {
            underWay.lost(lost);
        }
    }

    /**
     * Sets whether the kernel signals a registered eventfd; it does until told otherwise. See
     * {@link Registrations#eventFd}.
     */
    public void signalEvents(boolean wanted) {
        door.require();
        signals = wanted;
        if (ring == null) {
            return;
        }
        ring.putI32Release(kFlags, wanted ? 0 : IoUring.IORING_CQ_EVENTFD_DISABLED);
    }

    /** Takes everything, for a ring that is being closed. */
    void discard() {
        Memory ring = this.ring;
        if (ring != null) {
            int end = tail();
            while (advance(end)) {
                undrained.tell(userData, (int) resultAndFlags, (int) (resultAndFlags >>> Integer.SIZE));
            }
            hasCurrent = false;
            release();
        }
    }
}
