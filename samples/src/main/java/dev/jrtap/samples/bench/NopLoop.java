// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.SubmissionQueue;

/** Submits batches of no-ops and reaps them, as nop.c does; every completion is checked. One thread. */
final class NopLoop implements CompletionHandler, AutoCloseable {

    private static final int ENTRIES = 128;
    private static final int ROUNDS_BETWEEN_LOOKS = 256;

    private final Ring ring;
    private final int batch;
    private long expected;
    private long operations;

    NopLoop(int batch) throws ErrnoException {
        this.ring = Ring.builder().entries(ENTRIES).build();
        this.batch = batch;
    }

    /** Runs for {@code nanos}, or a little longer; returns the nanoseconds that one no-op took. */
    double measure(long nanos) {
        long before = operations;
        long start = System.nanoTime();
        long elapsed = 0;
        while (elapsed < nanos) {
            for (int i = 0; i < ROUNDS_BETWEEN_LOOKS; i++) {
                roundTrip();
            }
            elapsed = System.nanoTime() - start;
        }
        return (double) elapsed / (operations - before);
    }

    /** No-ops completed since the ring was made. */
    long operations() {
        return operations;
    }

    private void roundTrip() {
        SubmissionQueue submission = ring.submission();
        for (int i = 0; i < batch; i++) {
            submission.claim().nop().userData(i);
        }
        expected = 0;
        int submitted = ring.submitAndWait(batch);
        int handed = ring.completion().drain(this, ENTRIES);
        if (submitted != batch || handed != batch) {
            throw new IllegalStateException(submitted + " submitted and " + handed + " completed of " + batch);
        }
        operations += batch;
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        if (userData != expected++ || result < 0) {
            throw new IllegalStateException("completion of " + userData + " with " + result);
        }
    }

    @Override
    public void close() {
        ring.close();
    }
}
