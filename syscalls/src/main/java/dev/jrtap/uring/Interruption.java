// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;

/**
 * Lets {@link Thread#interrupt} end a sleep in a system call. The JDK tells a thread that sleeps in a channel of its
 * interruption by closing the channel; this one has nothing to close but the sleep.
 *
 * <p>Threads: the one that sleeps, except that {@code onInterrupt} runs on the thread that interrupts.
 */
public final class Interruption {

    private final Runnable onInterrupt;
    private Sleep sleep;

    /** @param onInterrupt ends the sleep */
    public Interruption(Runnable onInterrupt) {
        this.onInterrupt = onInterrupt;
        this.sleep = new Sleep(onInterrupt);
    }

    /** Has an interrupt end the sleep that follows; one that came before ends it at once. */
    public void begin() {
        sleep.enter();
    }

    /** The sleep is over. The flag of an interrupt stays set. */
    public void end() {
        sleep.leave();
        if (!sleep.isOpen()) {
            sleep = new Sleep(onInterrupt);
        }
    }

    private static final class Sleep extends AbstractInterruptibleChannel {

        private final Runnable onInterrupt;

        Sleep(Runnable onInterrupt) {
            this.onInterrupt = onInterrupt;
        }

        void enter() {
            begin();
        }

        void leave() {
            try {
                end(true);
            } catch (AsynchronousCloseException e) {
                // Interrupted: the flag stays set, and the caller looks at it.
            }
        }

        @Override
        protected void implCloseChannel() {
            onInterrupt.run();
        }
    }
}
