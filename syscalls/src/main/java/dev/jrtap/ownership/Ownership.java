// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The rule of an object that one thread drives and any thread may close: a ring, or a queue without one.
 *
 * <p>It belongs to the first thread that drives it. Only that thread can stop the kernel's work, so it does the
 * closing; another thread requests it and waits. Until the owner has seen such a close, by {@link #isOpen}, its calls
 * find nothing to do; afterwards, and after a close of its own, they throw.
 *
 * <p>Threads: any.
 */
public final class Ownership {

    private static final System.Logger LOG = System.getLogger(Ownership.class.getName());
    private static final long LOOK_MILLIS = 5;
    private static final long WARN_MILLIS = 5_000;

    /** What the thread drives: while it waits for another owner, that one may wait for it. */
    private static final ThreadLocal<Set<Ownership>> DRIVEN =
            ThreadLocal.withInitial(() -> Collections.newSetFromMap(new WeakHashMap<>()));

    private final String name;
    private final OwnerThread owner;
    private final Runnable wakeOwner;
    private final Teardown teardown;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean requested;
    private volatile CloseListener listener = free -> {};
    // Does both halves of the teardown, and nobody else the second: what the listener releases may be the owner's.
    private volatile @Nullable Thread closer;
    private final AtomicBoolean released = new AtomicBoolean();
    private final AtomicBoolean asked = new AtomicBoolean();

    // The owner, from its first call to the close, null otherwise. Plain: a thread finds itself here only if it wrote
    // that.
    private @Nullable Thread driver;
    private boolean seen;

    // Who has used it before there was an owner: one thread, or several.
    private final AtomicReference<Thread> guest = new AtomicReference<>();
    private volatile boolean guests;
    private volatile boolean driven;

    /**
     * Open, and nobody's yet.
     *
     * @param name what it is, for messages: "ring fd=7"
     * @param wakeOwner ends the owner's sleep
     */
    public Ownership(String name, Runnable wakeOwner, Teardown teardown) {
        this.name = name;
        this.owner = new OwnerThread(name);
        this.wakeOwner = wakeOwner;
        this.teardown = teardown;
    }

    /**
     * Checks that the calling thread may use the object: it is the owner, or there is none yet. Makes no owner.
     *
     * @return {@code false} if another thread has closed it and the owner has not seen that yet: there is nothing to do
     * @throws NotOwnerException if another thread is the owner
     * @throws ClosedException if it is closed
     */
    public boolean check() {
        return driver == Thread.currentThread() || mayPass();
    }

    /** Returns whether the calling thread is the owner, and it is not closed. */
    public boolean isDriver() {
        return driver == Thread.currentThread();
    }

    /** Like {@link #check}, where there is nothing to do but to refuse. */
    public void require() {
        if (!check()) {
            throw closed();
        }
    }

    private boolean mayPass() {
        if (begun.get()) {
            if (owner.isCaller() && !seen) {
                return false;
            }
            throw closed();
        }
        if (owner.isNobody()) {
            Thread first = guest.compareAndExchange(null, Thread.currentThread());
            if (first != null && first != Thread.currentThread()) {
                guests = true;
            }
        } else if (!owner.isCaller()) {
            owner.checkMayClaim();
        }
        return true;
    }

    /**
     * Like {@link #check}, and makes the calling thread the owner if there is none.
     *
     * @throws NotOwnerException if another thread is the owner, or the thread is a virtual one
     */
    public boolean own() {
        return driver == Thread.currentThread() || claim();
    }

    private boolean claim() {
        if (!mayPass()) {
            return false;
        }
        if (!owner.isCaller()) {
            if (requested) {
                throw closed();
            }
            owner.checkMayClaim();
            if (!owner.claim()) {
                owner.checkMayClaim();
            }
        }
        driver = Thread.currentThread();
        driven = true;
        DRIVEN.get().add(this);
        return true;
    }

    /** Returns whether no other thread than the one that closes can be in the middle of a use. */
    public boolean isAlone() {
        Thread first = guest.get();
        return driven || !guests && (first == null || first == Thread.currentThread());
    }

    /** Returns the exception of every use after the close. */
    public ClosedException closed() {
        return new ClosedException(name);
    }

    /** Returns whether the calling thread is the owner. */
    public boolean isOwner() {
        return owner.isCaller();
    }

    /** Tells {@code listener} when it has been closed. To be set before it is driven. */
    public void onClosed(CloseListener listener) {
        this.listener = listener;
    }

    /** Returns {@code false} once a close is asked for; on the owner's thread the close is then also done. */
    public boolean isOpen() {
        if (!requested) {
            return true;
        }
        if (owner.isCaller()) {
            finish();
            seen = true;
        }
        return false;
    }

    /** Does on the owner's thread what another thread has asked for, and returns whether it may go on. */
    public boolean goOn() {
        if (requested && owner.isCaller()) {
            finish();
            return false;
        }
        return true;
    }

    /** Returns whether a close has been asked for. */
    public boolean isRequested() {
        return requested;
    }

    /**
     * Closes, or has the owner do it, and returns when that is done. Not interruptible: the kernel may write until
     * then.
     */
    public void close() {
        try {
            beginClose();
        } finally {
            // Even after an Error: other threads wait for the end, and a close that stopped half-way is reported.
            awaitClosed();
        }
    }

    /** The first half of {@link #close}: asks the owner, or does on this thread what needs no waiting. */
    public void beginClose() {
        requested = true;
        // What nobody has driven yet is claimed by the closing thread, so that nobody can begin to drive it now.
        if (owner.isCaller() || owner.claim() || owner.hasEnded()) {
            stop();
            seen |= owner.isCaller();
        } else {
            wake();
        }
    }

    private void wake() {
        // Once: what is run may itself close, and the wake-up stays until the owner has taken it.
        if (!asked.compareAndSet(false, true)) {
            return;
        }
        try {
            wakeOwner.run();
        } catch (RuntimeException | Error e) {
            // The owner will look by itself, sooner or later: a close does not fail.
            LOG.log(System.Logger.Level.WARNING, "close() of " + name + " could not wake thread " + owner, e);
        }
    }

    /** The second half of {@link #close}. Does nothing on the thread that is in the middle of the first. */
    public void awaitClosed() {
        if (closer == Thread.currentThread() && stopped.getCount() > 0) {
            return;
        }
        boolean interrupted = false;
        long waited = 0;
        while (stopped.getCount() > 0) {
            if (owner.hasEnded()) {
                stop();
            }
            interrupted |= pause(stopped);
            closeWhatIsAsked();
            waited += LOOK_MILLIS;
            if (waited % WARN_MILLIS == 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "close() of {0} waits for thread {1}, which drives it and must call it once more or end",
                        name,
                        owner);
            }
        }
        if (closer == Thread.currentThread()) {
            release();
        }
        while (done.getCount() > 0 && closer != Thread.currentThread()) {
            interrupted |= pause(done);
            Thread other = closer;
            if (other != null && !other.isAlive()) {
                // It was thrown out half-way.
                release();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Two owners may close what the other one drives at once. */
    private void closeWhatIsAsked() {
        for (Ownership other : List.copyOf(DRIVEN.get())) {
            if (other != this) {
                other.goOn();
            }
        }
    }

    private static boolean pause(CountDownLatch latch) {
        try {
            latch.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void finish() {
        try {
            stop();
        } finally {
            awaitClosed();
        }
    }

    private void stop() {
        if (begun.compareAndSet(false, true)) {
            closer = Thread.currentThread();
            driver = null;
            DRIVEN.get().remove(this);
            try {
                teardown.begin();
            } finally {
                stopped.countDown();
            }
        }
    }

    private void release() {
        // A listener may close what it is told the end of.
        if (released.compareAndSet(false, true)) {
            boolean free = false;
            try {
                free = teardown.await();
            } finally {
                tell(free);
            }
        }
    }

    private void tell(boolean free) {
        try {
            listener.closed(free);
        } finally {
            done.countDown();
        }
    }

    /** Returns the name of the owner. */
    @Override
    public String toString() {
        return owner.toString();
    }
}
