// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.NetworkNamespace;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Platform threads of a host, which enter its namespace before anything else and stay there.
 *
 * <p>Threads: any.
 */
final class HostThreads {

    private static final long PATIENCE_MILLIS = 200;

    private final String host;
    private final NetworkNamespace namespace;
    private final AtomicInteger count = new AtomicInteger();
    private final ExecutorService executor = Executors.newCachedThreadPool(this::newThread);

    HostThreads(String host, NetworkNamespace namespace) {
        this.host = host;
        this.namespace = namespace;
    }

    ThreadFactory factory() {
        return this::newThread;
    }

    ExecutorService executor() {
        return executor;
    }

    private Thread newThread(Runnable task) {
        if (executor.isShutdown()) {
            throw new IllegalStateException("host " + host + " is closed: its network was closed");
        }
        Thread thread = new Thread(
                () -> {
                    enter();
                    task.run();
                },
                "host-" + host + "-" + count.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    private void enter() {
        try {
            namespace.enter();
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Calls {@code action} on a thread of the host, waits for it, and throws what it throws. */
    <T> T call(Callable<T> action) throws Exception {
        Future<T> future = executor.submit(action);
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception thrown) {
                throw thrown;
            }
            throw (Error) e.getCause();
        } finally {
            // Does nothing unless the caller was interrupted.
            future.cancel(true);
        }
    }

    /** Interrupts what still runs; returns whether it has ended. */
    boolean end() {
        executor.shutdownNow();
        try {
            return executor.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
