// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.io.IOException;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/**
 * Starts threads that the JDK starts on first use and keeps: if a host's thread started them, they would belong to that
 * host.
 */
final class Prestart {

    private static final long PATIENCE_MILLIS = 1000;

    private Prestart() {}

    /** Starts the threads in the network namespace of the caller. */
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

    /** Runs as many tasks as the common pool has threads; none ends before all have begun. */
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
