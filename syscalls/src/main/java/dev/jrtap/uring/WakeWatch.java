// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Poll;
import dev.jrtap.syscall.EventFd;

/**
 * The eventfd by which other threads wake the owner of a ring, watched in the ring whenever the owner sleeps there.
 *
 * <p>A poll of the eventfd, armed at the first sleep, so that a ring that never sleeps never pays. One more completion
 * would not end a sleep for many, but a timeout that fires does, in every kernel: so the poll is linked to a TIMEOUT of
 * no time at all.
 *
 * <p>Threads: {@link #wake} and {@link #isWoken} any, the rest the ring's owner.
 */
final class WakeWatch implements OwnCompletions {

    private static final int OWN_ENTRIES = 2;
    private static final int NONE = -1;

    private final EventFd event;
    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private final RingEnter enter;
    private final UnderWay underWay;
    private volatile boolean woken;
    private int armed;
    private int slot = NONE;

    WakeWatch(
            EventFd event, SubmissionQueue submission, CompletionQueue completion, RingEnter enter, UnderWay underWay) {
        this.event = event;
        this.submission = submission;
        this.completion = completion;
        this.enter = enter;
        this.underWay = underWay;
        completion.ownTo(this);
        submission.onDrain(this::yieldToDrain);
    }

    EventFd event() {
        return event;
    }

    /**
     * The eventfd is to be named by its slot among the registered files: the ring's restrictions require it of all
     * files.
     */
    void useFixedFile(int registered) {
        slot = registered;
    }

    /** Ends the present or the next sleep early. Any thread. */
    void wake() {
        woken = true;
        signal();
    }

    private void signal() {
        // Before the signal: where its completion is seen, this is too.
        underWay.expectOwn();
        event.signal();
    }

    /** Returns whether {@link #wake} has been called and no sleep has ended by it. */
    boolean isWoken() {
        return woken;
    }

    /** Returns whether {@link #wake} has been called since this was last asked. */
    boolean takeWake() {
        if (!woken) {
            return false;
        }
        woken = false;
        return true;
    }

    /** Returns whether the poll is under way, or half of the pair is left for a moment after a signal. */
    boolean isArmed() {
        return armed > 0;
    }

    /**
     * A timeout ends a sleep only if it fires after the kernel has begun that. For a wake just before it there are
     * still the ring's own completions, but if more are waited for, the sleep would go on.
     */
    boolean mayMissWake(int count, int surplus) {
        return count > armed - surplus;
    }

    /**
     * Sees to it that a signal of the eventfd ends a sleep in the ring.
     *
     * @return {@code false} if the kernel might not start the poll
     */
    boolean arm() {
        if (submission.drains()) {
            return armAfterDrain();
        }
        if (armed > 0) {
            // The sleep ends even where only half of the pair is left.
            return true;
        }
        if (submission.capacity() - submission.outstanding() < OWN_ENTRIES || submission.isInChain()) {
            return false;
        }
        if (submission.outstanding() == 0 && completion.surplus() == 0) {
            // Otherwise a cancel may be among the entries, or a part of one among the completions.
            underWay.expectNoOwn();
        }
        // Signals of the past are in `woken` already, and must not end a sleep a second time.
        event.clear();
        if (woken) {
            return false;
        }
        claimPair();
        return true;
    }

    /**
     * Linked: what has a successor wakes its waiter at once, even with DEFER_TASKRUN, which otherwise waits until as
     * many events have come as are waited for.
     */
    private void claimPair() {
        int file = slot == NONE ? event.fd() : slot;
        Entry poll = submission.claimEntry();
        poll.pollAdd(file, Poll.POLLIN).link();
        poll.reserved(ReservedData.WAKE);
        Entry end = submission.claimEntry();
        end.timeout(0, 0);
        end.reserved(ReservedData.WAKE_TIMEOUT);
        enter.own(OWN_ENTRIES);
        armed = OWN_ENTRIES;
    }

    /** After an entry that drains the kernel would not start the poll. */
    private boolean armAfterDrain() {
        // What is claimed and not taken is under way, too: the entry that drains may be among it.
        if (armed == 0 && submission.outstanding() == 0 && underWay.isCertainlyNone(true)) {
            submission.endDrain();
            return arm();
        }
        return false;
    }

    /** An entry that drains waits for the poll, too: lets that complete. */
    private void yieldToDrain() {
        if (armed > 0 && !underWay.isOwnExpected()) {
            signal();
        }
    }

    @Override
    public void onCompletion(long userData) {
        if (userData == ReservedData.WAKE || userData == ReservedData.WAKE_TIMEOUT) {
            armed--;
        }
    }

    @Override
    public boolean areExpected() {
        return armed > 0 || underWay.isOwnExpected();
    }
}
