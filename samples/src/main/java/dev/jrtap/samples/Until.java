// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/**
 * Determines the end of a command: Ctrl-C, SIGTERM, or the time given by {@code --seconds}. After a signal, the JVM
 * ends when {@link #close} has been called.
 *
 * <p>Threads: the thread that runs the command, except for {@link #end}.
 */
final class Until implements AutoCloseable {

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description = "End after this time (default: at Ctrl-C).",
            defaultValue = "Infinity",
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER)
    private double seconds;

    private final CountDownLatch asked = new CountDownLatch(1);
    private Ending ending;
    private long start;
    private long steps;

    /** Begins: from now on, signals end the work, not the JVM. */
    Until begin() {
        if (!(seconds > 0)) {
            throw new IllegalArgumentException("--seconds must be positive: " + seconds);
        }
        ending = Ending.begin(asked::countDown);
        start = System.nanoTime();
        return this;
    }

    /** Waits until the next whole second since its first call; returns {@code false} if the work must end. */
    boolean nextSecond() throws InterruptedException {
        if (steps == 0) {
            // Time starts here, after the preparations.
            start = System.nanoTime();
        }
        double next = Math.min(++steps, seconds);
        long nanos = start + (long) (next * 1e9) - System.nanoTime();
        return !asked.await(Math.max(0, nanos), TimeUnit.NANOSECONDS) && next < seconds;
    }

    /** Ends the work, as Ctrl-C does. Any thread may call this. */
    void end() {
        asked.countDown();
    }

    /** Returns the seconds since the first call of {@link #nextSecond}; before it, since {@link #begin}. */
    double elapsed() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Lets the JVM end, after the command has released its resources. */
    @Override
    public void close() {
        ending.close();
    }
}
