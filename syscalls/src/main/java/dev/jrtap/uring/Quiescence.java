// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.Errno;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the kernel let go of all memory: cancels everything, and waits until nothing is under way.
 *
 * <p>How it is known that nothing is: two looks in a row find nothing to cancel, and as many operations have completed as were
 * submitted. Where completions can't be counted (an operation may be silent, or a notification comes when a peer has read), the two
 * looks alone must do: what they can't find has completed, but for pages of zero-copy sends, which the kernel holds by itself.
 */
final class Quiescence {

    private static final CompletionHandler DISCARD = (userData, result, flags) -> {};
    private static final int LOOKS = 2;
    private static final int EAGER_LOOKS = 4;
    private static final long PAUSE_NANOS = 500_000;
    private static final int UNKNOWN = Integer.MIN_VALUE;

    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private final RingEnter enter;
    private int cancelled;

    Quiescence(SubmissionQueue submission, CompletionQueue completion, RingEnter enter) {
        this.submission = submission;
        this.completion = completion;
        this.enter = enter;
    }

    /** The completion of a look. */
    void onCancelled(int result) {
        cancelled = result;
    }

    /** {@code false} if the kernel will not let go, and may still write. */
    boolean reach() {
        int emptyLooks = 0;
        for (int look = 1; ; look++) {
            if (!cancelEverything()) {
                return false;
            }
            emptyLooks = cancelled > 0 ? 0 : emptyLooks + 1;
            if (emptyLooks >= LOOKS) {
                if (!submission.isCountable() || enter.underWay() <= 0) {
                    return true;
                }
                // Not to be found and not over: it completes by itself, as a read that a worker has begun.
                if (!enter(1)) {
                    return false;
                }
            } else if (look > EAGER_LOOKS) {
                // A worker is inside an operation that does not heed the cancel at once.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private boolean cancelEverything() {
        Entry cancel = submission.claimEntry();
        while (cancel == null) {
            if (!enter(0)) {
                return false;
            }
            cancel = submission.claimEntry();
        }
        cancel.cancelAll();
        cancel.reserved(ReservedData.CANCEL);
        cancelled = UNKNOWN;
        while (cancelled == UNKNOWN) {
            if (!enter(1)) {
                return false;
            }
        }
        return true;
    }

    private boolean enter(int minComplete) {
        int result = enter.submitAndWait(minComplete);
        completion.drain(DISCARD, Integer.MAX_VALUE);
        return result >= 0
                || result == -Errno.EINTR
                || result == -Errno.EAGAIN
                || result == -Errno.EBUSY
                || result == -Errno.ENOMEM;
    }
}
