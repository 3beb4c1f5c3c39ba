// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Delays the end of the JVM after Ctrl-C or SIGTERM until {@link #close}, so that a command can print a summary and
 * release its resources.
 *
 * <p>Threads: any.
 */
public final class Ending implements AutoCloseable {

    /** The longest time that the JVM waits for a command, in seconds. */
    private static final int PATIENCE_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean asked;

    private Ending(Runnable onSignal) {
        hook = new Thread(
                () -> {
                    asked = true;
                    onSignal.run();
                    await();
                },
                "signalled");
    }

    /** Begins: from now on, a signal runs {@code onSignal} on a thread of its own, which must make the command end. */
    public static Ending begin(Runnable onSignal) {
        Ending ending = new Ending(onSignal);
        Runtime.getRuntime().addShutdownHook(ending.hook);
        return ending;
    }

    /** Returns whether a signal has been received. */
    public boolean isAsked() {
        return asked;
    }

    private void await() {
        try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the JVM end, after the command has released its resources. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is already ending, after a signal.
        }
    }
}
