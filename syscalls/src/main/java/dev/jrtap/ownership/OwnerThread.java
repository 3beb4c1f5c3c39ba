// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The first thread that claims, and no other after it.
 *
 * <p>The kernel binds a ring with SINGLE_ISSUER to a kernel thread. A virtual thread may change its kernel thread
 * between two calls, so it cannot be an owner.
 */
final class OwnerThread {

    private static final Path SELF = Path.of("/proc/thread-self");

    private final String owned;
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private volatile @Nullable Path task;

    OwnerThread(String owned) {
        this.owned = owned;
    }

    /** Returns whether the calling thread is the owner. */
    boolean isCaller() {
        return thread.getAcquire() == Thread.currentThread();
    }

    boolean isNobody() {
        return thread.get() == null;
    }

    /** Makes the calling thread the owner, if nobody is. */
    boolean claim() {
        if (!thread.compareAndSet(null, Thread.currentThread())) {
            return false;
        }
        try {
            // "4711/task/4712": under /proc for as long as the kernel thread lives.
            task = Path.of("/proc").resolve(Files.readSymbolicLink(SELF));
        } catch (IOException e) {
            // No /proc: then the end of the Java thread has to do.
            task = null;
        }
        return true;
    }

    /** Refuses a thread that cannot be the owner. */
    void checkMayClaim() {
        Thread caller = Thread.currentThread();
        if (caller.getClass().getSimpleName().equals("VirtualThread")) {
            throw new NotOwnerException(owned + " needs a platform thread, and " + caller + " is a virtual one");
        }
        Thread owner = thread.get();
        if (owner != null) {
            throw new NotOwnerException(owned + " belongs to thread " + owner.getName() + ", and thread "
                    + caller.getName() + " called: drive it from one thread only");
        }
    }

    /**
     * Returns whether the owner's kernel thread is gone. A kernel thread that ends cancels what it has in flight and
     * waits for it, before it disappears from /proc; the Java thread is over a moment earlier.
     */
    boolean hasEnded() {
        Thread owner = thread.get();
        return owner != null && !owner.isAlive() && (task == null || Files.notExists(task));
    }

    @Override
    public String toString() {
        Thread owner = thread.get();
        return owner == null ? "nobody" : owner.getName();
    }
}
