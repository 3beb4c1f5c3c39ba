// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.ownership.Ownership;
import dev.jrtap.syscall.ErrnoException;
import java.io.UncheckedIOException;

/** The beginning of a ring: the first thread that drives it becomes its owner, and the ring is enabled there. */
final class RingStart {

    private final Ownership ownership;
    private final RingParts parts;
    private final SubmissionQueue submission;
    private final CompletionQueue completion;
    private boolean enabled;

    RingStart(Ownership ownership, RingParts parts, SubmissionQueue submission, CompletionQueue completion) {
        this.ownership = ownership;
        this.parts = parts;
        this.submission = submission;
        this.completion = completion;
    }

    /** {@code false} if another thread has closed the ring, and the owner has not seen that yet. */
    boolean drive() {
        if (!ownership.own()) {
            return false;
        }
        if (!enabled) {
            enable();
        }
        return true;
    }

    /** Once, on the owner's thread: with SINGLE_ISSUER the kernel binds the ring to the thread that enables it. */
    private void enable() {
        RingFd fd = parts.fd();
        try {
            fd.register(RegisterOperation.ENABLE_RINGS, "", null, 0);
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
        fd.registerWithThread();
        submission.begin(parts.maps());
        completion.begin(parts.maps());
        enabled = true;
    }
}
