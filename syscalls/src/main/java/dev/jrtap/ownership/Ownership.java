// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.ownership;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * What one thread drives and any may close: a ring, or a queue without one. It belongs to the first thread that drives it. Only that
 * one can make the kernel let go, so it does the closing; another thread asks and waits.
 *
 * <p>Threads: any.
 */
public final class Ownership {

    private static final System.Logger LOG = System.getLogger(Ownership.class.getName());
    private static final long LOOK_MILLIS = 5;
    private static final long WARN_MILLIS = 5_000;

    private final String owned;
    private final OwnerThread owner;
    private final Runnable wakeOwner;
    private final BooleanSupplier tearDown;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean requested;
    private volatile Runnable afterwards = () -> {};

    /**
     * Open, and nobody's yet.
     *
     * @param owned what it is, for messages: "ring"
     * @param wakeOwner ends the owner's sleep
     * @param tearDown closes, on the owner's thread or when that has ended; answers whether the kernel has let go of all memory
     */
    public Ownership(String owned, Runnable wakeOwner, BooleanSupplier tearDown) {
        this.owned = owned;
        this.owner = new OwnerThread(owned);
        this.wakeOwner = wakeOwner;
        this.tearDown = tearDown;
    }

    /**
     * Makes the calling thread the owner, or sees that it is.
     *
     * @throws IllegalStateException if another thread is, or it is closed, or the thread is a virtual one
     */
    public void own() {
        if (owner.isCaller()) {
            // A close that is asked for and not yet done waits: entries may point to what the caller still has in hand.
            if (!begun.get()) {
                return;
            }
        } else if (isOpen()) {
            owner.checkMayClaim();
            if (owner.claim()) {
                return;
            }
            owner.checkMayClaim();
        }
        throw closed();
    }

    /**
     * Refuses a call after the close, and one of another thread than the owner if there is one. As in {@link #own}, a close that is
     * asked for waits until the owner looks.
     */
    public void checkMayCall() {
        if (begun.get()) {
            throw closed();
        }
        if (!owner.isNobody() && !owner.isCaller()) {
            owner.checkMayClaim();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException("the " + owned + " is closed");
    }

    /** Whether the calling thread is the owner. */
    public boolean isOwner() {
        return owner.isCaller();
    }

    /** Runs {@code action} when it has been closed and the kernel has let go. */
    public void afterwards(Runnable action) {
        afterwards = action;
    }

    /** {@code false} once a close is asked for; on the owner's thread the close is then also done. */
    public boolean isOpen() {
        if (!requested) {
            return true;
        }
        if (owner.isCaller()) {
            perform();
        }
        return false;
    }

    /** Closes, or has the owner do it and waits for that. */
    public void close() {
        requested = true;
        // What nobody has driven yet is claimed by the closing thread, so that nobody can begin to drive it now.
        if (owner.isCaller() || owner.claim()) {
            perform();
            return;
        }
        wakeOwner.run();
        awaitOwner();
    }

    private void awaitOwner() {
        boolean interrupted = false;
        long waited = 0;
        while (done.getCount() > 0) {
            if (owner.hasEnded()) {
                perform();
            }
            try {
                done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                // The kernel may write to the memory until it is closed: returning early is no choice.
                interrupted = true;
            }
            waited += LOOK_MILLIS;
            if (waited % WARN_MILLIS == 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "close() waits for thread {0}, which drives the {1} and must call it once more or end",
                        owner,
                        owned);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void perform() {
        if (begun.compareAndSet(false, true)) {
            try {
                if (tearDown.getAsBoolean()) {
                    afterwards.run();
                } else {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "the kernel would not cancel what is in flight: it may still write, so the memory stays mapped");
                }
            } finally {
                done.countDown();
            }
        }
    }

    /** The name of the owner. */
    @Override
    public String toString() {
        return owner.toString();
    }
}
