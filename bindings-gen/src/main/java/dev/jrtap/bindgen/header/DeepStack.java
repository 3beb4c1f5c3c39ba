// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** A thread with a stack for deeply nested headers, because the parser and the readers of its tree are recursive. */
public final class DeepStack extends Thread {

    private static final long BYTES = 256L << 20;

    private DeepStack(Runnable work) {
        super(null, work, "bindings-gen", BYTES);
        setDaemon(true);
    }

    /**
     * Runs {@code work} on a thread with a large stack, or on this thread if it is one, and returns or throws what
     * {@code work} does. Not interruptible.
     */
    public static <T> T call(Supplier<T> work) {
        if (Thread.currentThread() instanceof DeepStack) {
            return work.get();
        }
        FutureTask<T> task = new FutureTask<>(work::get);
        // A semaphore, because the task's own get() is interruptible.
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
            throw new AssertionError("the task has ended", e);
        }
    }
}
