// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

/** Waits for the end of a helper thread where an interrupt must not end the wait. */
public final class ThreadEnd {

    private ThreadEnd() {}

    /**
     * Returns when {@code thread} has ended, or at once if it has not been started, or is the caller. Not
     * interruptible: an interrupt stays set.
     */
    public static void await(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
