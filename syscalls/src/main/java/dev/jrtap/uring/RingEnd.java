// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.ownership.Ownership;
import dev.jrtap.ownership.Teardown;
import dev.jrtap.syscall.ErrnoException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The end of a ring: afterwards the kernel uses none of its memory, and that is certain.
 *
 * <p>Counting proves it quickly where it is proof, see {@link UnderWay}: everything is canceled, and as many operations
 * have completed as were submitted. Otherwise the kernel's own end of the ring proves it, see {@link ContextEnd}:
 * closing the descriptor cancels what can be canceled, whatever waits for whatever, and the context is freed after the
 * last operation.
 *
 * <p>That also releases registered files that the closing thread cannot unregister, because it is not the owner.
 *
 * <p>Entries that were not submitted are dropped.
 */
final class RingEnd implements Teardown {

    private static final System.Logger LOG = System.getLogger(RingEnd.class.getName());
    private static final AtomicLong LEAKED = new AtomicLong();

    // What a worker has begun heeds a cancel within some hundred microseconds; closing the descriptor takes 40 ms and
    // more.
    private static final int ROUNDS = 10;
    private static final int EAGER_ROUNDS = 2;
    private static final long PAUSE_NANOS = 100_000;

    private static final long MILLIS = 1_000_000L;
    private static final long LOOK_NANOS = 5 * MILLIS;
    private static final long OTHERS_NANOS = 1_500 * MILLIS;
    private static final long WARN_NANOS = 5_000 * MILLIS;

    private final RingParts parts;
    private final UnderWay underWay;
    private Ownership ownership;
    private SubmissionQueue submission;
    private CompletionQueue completion;
    private RingEnter enter;
    private FixedFiles files;
    private FixedBuffers buffers;
    private boolean over;
    private boolean holdsFiles;
    private boolean provable;
    private OtherReferences others;

    RingEnd(RingParts parts, UnderWay underWay) {
        this.parts = parts;
        this.underWay = underWay;
    }

    /** What it ends, which knows of it. */
    void of(
            Ownership ownership,
            SubmissionQueue submission,
            CompletionQueue completion,
            RingEnter enter,
            FixedFiles files,
            FixedBuffers buffers) {
        this.ownership = ownership;
        this.submission = submission;
        this.completion = completion;
        this.enter = enter;
        this.files = files;
        this.buffers = buffers;
    }

    /** Returns how many rings the kernel may still use the memory of, although they are closed. */
    static long leaked() {
        return LEAKED.get();
    }

    @Override
    public void begin() {
        // Even if an Error comes between: where the count is lost, the kernel's own end is still proof.
        try {
            over = nothingIsUnderWay();
        } finally {
            try {
                takeBack();
            } finally {
                leave();
            }
        }
    }

    private void takeBack() {
        try {
            boolean nameable = parts.fd().isCallers();
            if (over && nameable) {
                buffers.close();
                holdsFiles = !files.tryClose();
            } else if (nameable) {
                files.empty();
            }
        } finally {
            if (!over || holdsFiles) {
                watch();
            }
        }
    }

    private void leave() {
        try {
            if (ownership.isOwner()) {
                parts.fd().unregisterFromThread();
            }
        } finally {
            submission.unmap();
            completion.unmap();
            parts.close(ownership.isAlone());
        }
    }

    private boolean nothingIsUnderWay() {
        if (!underWay.everSubmitted()) {
            return true;
        }
        completion.discard();
        if (isNone()) {
            return true;
        }
        if (!ownership.isOwner()) {
            // The kernel asks who calls.
            return false;
        }
        // Even where counting is no proof: an operation that waits for the ring itself holds it, and would keep it from
        // ending.
        return cancelEverything();
    }

    private boolean isNone() {
        return underWay.isCertainlyNone(submission.outstanding() == 0);
    }

    private boolean cancelEverything() {
        for (int round = 0; round < ROUNDS; round++) {
            if (round >= EAGER_ROUNDS) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (!Cancellation.tryEverything(parts.fd()) || enter.reap() < 0) {
                return false;
            }
            if (discardEverything()) {
                return true;
            }
            if (underWay.isEstimated() && underWay.count() == 0) {
                return false;
            }
        }
        return false;
    }

    /** Goes on as long as completions come: the kernel keeps those that find the queue full, and posts them later. */
    private boolean discardEverything() {
        int before;
        do {
            before = underWay.count();
            completion.discard();
            if (isNone()) {
                return true;
            }
        } while (underWay.count() < before && enter.reap() >= 0);
        return false;
    }

    private void watch() {
        // A ring without a descriptor may have ended with its owner.
        boolean held = parts.end().letGo() || !parts.fd().isCallers();
        provable = files.isGuarded() && held;
        try {
            others = OtherReferences.of(parts.fd().syscalls(), parts.fd());
        } catch (ErrnoException e) {
            // No descriptor or memory for it: waits as if there were none.
            others = null;
        }
    }

    @Override
    public boolean await() {
        boolean ended = (!over || holdsFiles) && provable && awaitContext();
        boolean free = over || ended;
        if (others != null) {
            others.close();
        }
        parts.end().close();
        if (free) {
            parts.lent().end();
        } else {
            parts.lent().keepForEver();
            LEAKED.incrementAndGet();
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is closed, and lives on: {1}. The kernel may still write to the memory of its operations; what they were"
                            + " given by address must stay allocated",
                    parts.fd().name(),
                    provable
                            ? "another descriptor, ring or process holds it"
                            : "its place in the table of registered files was taken");
        }
        return free;
    }

    /** {@code false} if somebody else holds the ring. */
    private boolean awaitContext() {
        long start = System.nanoTime();
        long warned = start;
        while (!parts.end().await(LOOK_NANOS)) {
            long now = System.nanoTime();
            if (others != null && now - start > OTHERS_NANOS && others.exist()) {
                return false;
            }
            if (now - warned > WARN_NANOS) {
                warned = now;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "close() of {0} waits for an operation that the kernel cannot cancel: block I/O under way, or a zero-copy"
                                + " send that its peer has not read",
                        parts.fd().name());
            }
        }
        return true;
    }
}
