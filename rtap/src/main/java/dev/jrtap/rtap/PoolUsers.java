// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.TunMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The users of a pool: the thread that it belongs to, and the open queues whose packets the kernel writes into it.
 *
 * <p>A pool that is not shared belongs to the first thread that takes or releases a packet, until that thread has
 * ended. A second thread would hand out slots twice.
 *
 * <p>Threads: any.
 */
final class PoolUsers {

    /** One open queue. */
    final class Queue {

        private final String name;

        private Queue(String name) {
            this.name = name;
        }

        /** Names the queue in messages: {@code "queue 0 of rtap0"}. */
        String name() {
            return name;
        }

        /** The kernel writes for this queue no more. Further calls do nothing. */
        void leave() {
            synchronized (PoolUsers.this) {
                queues.remove(this);
                count = queues.size();
            }
        }
    }

    private final List<Queue> queues = new ArrayList<>();

    private volatile int count;

    /** What closed queues have left, for an owner that lives to release. */
    private final List<Runnable> owed = new ArrayList<>();

    private volatile boolean owing;

    /** What queues over this pool carry or have carried. */
    private volatile Set<TunMode> modes = Set.of();

    /**
     * Read without a lock: a thread that sees itself here is right, because nobody replaces a live thread; any other
     * value is looked at again in {@link #claim}.
     */
    private @Nullable Thread owner;

    private boolean closed;

    /** Refuses a thread other than the owner; the first one becomes the owner. */
    void checkThread() {
        if (owner != Thread.currentThread()) {
            claim();
        }
    }

    private synchronized void claim() {
        Thread present = owner;
        // A dead owner has left everything behind: isAlive() orders its writes before what comes now.
        if (present != null && isOthers()) {
            throw new IllegalStateException("the pool belongs to thread " + present.getName() + ", and thread "
                    + Thread.currentThread().getName()
                    + " called: use it from one thread only, or make it with PacketPool.shared");
        }
        owner = Thread.currentThread();
    }

    /**
     * Has what a closed queue has left released. The thread that closes does so for an owner that has ended, and does
     * not take the pool over; an owner that lives does it itself, when it next runs out of slots.
     */
    synchronized void release(Runnable left) {
        owed.add(left);
        owing = true;
        releaseOwed();
    }

    /** Returns whether {@link #releaseOwed} has something to do. */
    boolean isOwing() {
        return owing;
    }

    /** Releases what closed queues have left, unless that is for another thread to do. */
    synchronized void releaseOwed() {
        if (!isOthers()) {
            releaseAllOwed();
        }
    }

    /** Releases what closed queues have left, for a pool that nobody uses any more. */
    synchronized void releaseAllOwed() {
        List<Runnable> all = List.copyOf(owed);
        owed.clear();
        owing = false;
        Thread present = owner;
        owner = Thread.currentThread();
        try {
            all.forEach(Runnable::run);
        } finally {
            owner = present;
        }
    }

    /** Returns whether another thread owns the pool, and lives. */
    private boolean isOthers() {
        Thread present = owner;
        return present != null && present != Thread.currentThread() && present.isAlive();
    }

    /**
     * Registers a queue, whose packets the kernel writes into the pool until {@link Queue#leave}.
     *
     * @param name of the queue, for messages
     * @param mode what it carries
     * @throws IllegalStateException if the pool is closed
     */
    synchronized Queue join(String name, TunMode mode) {
        checkOpen();
        if (!modes.contains(mode)) {
            modes = modes.isEmpty() ? Set.of(mode) : Set.of(TunMode.values());
        }
        Queue queue = new Queue(name);
        queues.add(queue);
        count = queues.size();
        return queue;
    }

    /** How many queues are open. */
    int count() {
        return count;
    }

    /** Refuses a pool over which more than one queue is open. */
    synchronized void checkSole() {
        if (queues.size() > 1) {
            throw new IllegalStateException("the pool is in use by " + queues.get(0).name
                    + ", whose ring knows its memory: open the queue with RxMode.MAPPED first, or over another pool");
        }
    }

    /** Refuses helpers that were made for what no queue over this pool carries. */
    void checkMode(TunMode mode) {
        Set<TunMode> carried = modes;
        if (!carried.isEmpty() && !carried.contains(mode)) {
            throw new IllegalStateException("packets of this pool are those of " + carried
                    + " devices, and this object was made for " + mode + ": make it with Rtap.mode()");
        }
    }

    /** Refuses a call on a closed pool. */
    synchronized void checkOpen() {
        if (closed) {
            throw closedPool();
        }
    }

    static IllegalStateException closedPool() {
        return new IllegalStateException("the packet pool is closed");
    }

    /**
     * Lets nobody join any more.
     *
     * @throws IllegalStateException if a queue is open, whose packets the kernel may still write
     */
    synchronized void close() {
        if (!queues.isEmpty()) {
            throw new IllegalStateException("the pool is in use by " + queues.get(0).name
                    + (queues.size() > 1 ? " and " + (queues.size() - 1) + " more queues" : "")
                    + ", and the kernel may write into it: close the queue, or the device, before the pool");
        }
        closed = true;
    }
}
