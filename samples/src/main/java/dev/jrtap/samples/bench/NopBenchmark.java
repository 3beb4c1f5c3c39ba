// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.SubmissionQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Submits a batch of no-ops and reaps it, like nop.c; every completion is checked. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NopBenchmark implements CompletionHandler {

    private static final int ENTRIES = 128;

    /** The number of no-ops per entry into the kernel. */
    @Param({"1", "64"})
    int batch;

    private Ring ring;
    private long expected;

    /** Opens the ring, which belongs to the thread that uses it first, the measuring one. */
    @Setup
    public void open() throws ErrnoException {
        ring = Ring.builder().entries(ENTRIES).build();
    }

    @TearDown
    public void close() {
        ring.close();
    }

    /** Submits and reaps a batch by one entry into the kernel. */
    @Benchmark
    public void roundTrip() {
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
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        if (userData != expected++ || result < 0) {
            throw new IllegalStateException("completion of " + userData + " with " + result);
        }
    }
}
