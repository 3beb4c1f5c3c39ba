// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.io.IOException;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/**
 * Starts the threads that the JDK starts when somebody first needs them, and that stay: begun by a thread of a host,
 * they would be of that host.
 */
final class Prestart {

    private static final long PATIENCE_MILLIS = 1000;

    private Prestart() {}

    /** Starts them, in the network namespace of the caller. */
    static void run() throws IOException {
        AsynchronousSocketChannel.open().close();
        try {
            HostProcesses.prestart();
            startCommonPool();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while threads were started", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As many tasks as it has threads, none of which ends before all have begun. */
    private static void startCommonPool() throws InterruptedException {
        int threads = ForkJoinPool.getCommonPoolParallelism();
        CountDownLatch begun = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                begun.countDown();
                try {
                    begun.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        begun.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
