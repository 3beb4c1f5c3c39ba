// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** A thread whose stack has room for all that headers may nest: the parser and what reads its tree are recursive. */
public final class DeepStack extends Thread {

    private static final long BYTES = 256L << 20;

    private DeepStack(Runnable work) {
        super(null, work, "bindings-gen", BYTES);
        setDaemon(true);
    }

    /**
     * Returns what {@code work} returns, or throws what it throws, on a thread of its own, or on this one if it is one.
     * Not interruptible.
     */
    public static <T> T call(Supplier<T> work) {
        if (Thread.currentThread() instanceof DeepStack) {
            return work.get();
        }
        FutureTask<T> task = new FutureTask<>(work::get);
        // Not the task itself: a wait for that is interruptible.
        Semaphore over = new Semaphore(0);
        new DeepStack(() -> {
                    task.run();
                    over.release();
                })
                .start();
        over.acquireUninterruptibly();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        } catch (InterruptedException e) {
            throw new AssertionError("what is over is not waited for", e);
        }
    }
}
