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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Platform threads of a host, which enter its namespace before anything else and stay there.
 *
 * <p>Threads: any.
 */
final class HostThreads {

    private final String host;
    private final NetworkNamespace namespace;
    private final AtomicInteger count = new AtomicInteger();
    // Nobody else than the end shuts it down, which may come after a call has looked whether the host is open.
    private final ExecutorService calls = pool(this::closed);
    // For callers, who may shut it down.
    private final ExecutorService executor = pool(this::rejected);
    private volatile boolean isEnded;

    HostThreads(String host, NetworkNamespace namespace) {
        this.host = host;
        this.namespace = namespace;
    }

    private ExecutorService pool(Supplier<RuntimeException> rejection) {
        ThreadPoolExecutor pool = (ThreadPoolExecutor) Executors.newCachedThreadPool(this::newThread);
        pool.setRejectedExecutionHandler((task, rejecting) -> {
            throw rejection.get();
        });
        return pool;
    }

    private RuntimeException closed() {
        return new IllegalStateException("host " + host + " is closed: its network was closed");
    }

    private RuntimeException rejected() {
        String reason = isEnded ? closed().getMessage() : "the executor of host " + host + " was shut down";
        return new RejectedExecutionException(reason);
    }

    void requireOpen() {
        if (isEnded) {
            throw closed();
        }
    }

    ThreadFactory factory() {
        return this::newThread;
    }

    ExecutorService executor() {
        return executor;
    }

    private Thread newThread(Runnable task) {
        requireOpen();
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
        requireOpen();
        Future<T> future = calls.submit(action);
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception thrown) {
                throw thrown;
            }
            throw (Error) e.getCause();
        } finally {
            // Has no effect unless the caller was interrupted.
            future.cancel(true);
        }
    }

    /** Refuses further calls. */
    void refuse() {
        isEnded = true;
    }

    /** Interrupts running threads. */
    void interrupt() {
        calls.shutdownNow();
        executor.shutdownNow();
    }

    /** Waits until interrupted threads have ended; returns {@code false} if some run at {@code deadline}. */
    boolean awaitEnd(long deadline) {
        try {
            return calls.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
                    && executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
