// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Closing, from any thread, what one thread drives: a ring, or what does its work by system calls. Only the owner can make the
 * kernel let go, so it does the work; another thread asks and waits.
 */
public final class RingClose {

    private static final System.Logger LOG = System.getLogger(RingClose.class.getName());
    private static final long LOOK_MILLIS = 5;
    private static final long WARN_MILLIS = 5_000;

    private final RingOwner owner;
    private final Runnable wakeOwner;
    private final BooleanSupplier tearDown;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean requested;
    private volatile Runnable afterwards = () -> {};

    /**
     * Nothing is closed yet.
     *
     * @param wakeOwner ends the owner's sleep
     * @param tearDown closes, on the owner's thread or when that has ended; answers whether the kernel has let go of all memory
     */
    public RingClose(RingOwner owner, Runnable wakeOwner, BooleanSupplier tearDown) {
        this.owner = owner;
        this.wakeOwner = wakeOwner;
        this.tearDown = tearDown;
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

    /** Whether the ring is closed, as opposed to asked to close. */
    public boolean isDone() {
        return begun.get();
    }

    /** Closes, or has the owner do it and waits for that. */
    public void request() {
        requested = true;
        // A ring that nobody has driven yet is claimed by the closing thread, so that nobody can begin to drive it now.
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
                // The kernel may write to the memory until the ring is closed: returning early is no choice.
                interrupted = true;
            }
            waited += LOOK_MILLIS;
            if (waited % WARN_MILLIS == 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "close() waits for thread {0}, which drives the ring and must call it once more or end",
                        owner);
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
}
