// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("any-kernel")
@Tag("any-user")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadEndTest {

    @Test
    void anInterruptDoesNotEndTheWait() {
        Thread waiter = Thread.currentThread();
        Thread helper = new Thread(() -> {
            awaitWaiting(waiter);
            waiter.interrupt();
            while (waiter.isInterrupted()) {
                Thread.onSpinWait();
            }
            // Caught; and it goes on waiting.
            awaitWaiting(waiter);
        });
        helper.start();
        ThreadEnd.await(helper);
        assertThat(helper.isAlive()).isFalse();
        assertThat(Thread.interrupted()).as("the interrupt stays").isTrue();
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void doesNotWaitForItselfNorForWhatHasNotBegun() throws InterruptedException {
        ThreadEnd.await(new Thread(() -> {}));
        Thread own = new Thread(() -> ThreadEnd.await(Thread.currentThread()));
        own.start();
        own.join();
        assertThat(own.isAlive()).isFalse();
    }
}
