// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A group of no queue pairs: what ends its sleep, and what does not. */
@Timeout(30)
class QueueGroupTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void anInterruptEndsASleepAndItsFlagStaysSet() throws Exception {
        try (QueueGroup group = QueueGroup.open()) {
            Thread sleeper = Thread.currentThread();
            Thread.interrupted();
            sleeper.interrupt();
            assertThat(group.await(Long.MAX_VALUE)).as("interrupted before").isFalse();
            assertThat(Thread.interrupted()).isTrue();

            Thread other = new Thread(() -> {
                while (sleeper.getState() != Thread.State.RUNNABLE || !isInPoll(sleeper)) {
                    Thread.onSpinWait();
                }
                sleeper.interrupt();
            });
            other.start();
            assertThat(group.await(Long.MAX_VALUE)).as("interrupted meanwhile").isFalse();
            assertThat(Thread.interrupted()).isTrue();
            other.join();
            assertThat(group.await(0)).as("it is over").isFalse();
            group.wake();
            assertThat(group.await(Long.MAX_VALUE)).as("and a wake still works").isTrue();
        }
    }

    private static boolean isInPoll(Thread thread) {
        for (StackTraceElement element : thread.getStackTrace()) {
            if (element.getMethodName().equals("ppoll")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aSignalEndsNoSleep() throws Exception {
        AtomicInteger signals = new AtomicInteger(3);
        Syscalls sys = new DelegatingSyscalls(Syscalls.libc()) {
            @Override
            public int ppoll(long descriptors, int count, long timeout) {
                return signals.getAndDecrement() > 0 ? -Errno.EINTR : super.ppoll(descriptors, count, timeout);
            }
        };
        try (QueueGroup group = QueueGroup.open(sys)) {
            long start = System.nanoTime();
            assertThat(group.await(SECOND / 200)).isFalse();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SECOND / 200);
            assertThat(signals.get()).isNegative();

            signals.set(1);
            group.wake();
            assertThat(group.await(Long.MAX_VALUE)).isTrue();
        }
    }

    @Test
    void aFailedPollIsAnError() throws Exception {
        Syscalls sys = new DelegatingSyscalls(Syscalls.libc()) {
            @Override
            public int ppoll(long descriptors, int count, long timeout) {
                return -Errno.ENOMEM;
            }
        };
        try (QueueGroup group = QueueGroup.open(sys)) {
            assertThatThrownBy(() -> group.await(SECOND))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("ppoll(1 descriptors)");
        }
    }

    @Test
    void nullIsRefusedAndHarmsNothing() throws Exception {
        try (QueueGroup group = QueueGroup.open()) {
            assertThatNullPointerException().isThrownBy(() -> group.add(null)).withMessage("pair");
            group.remove(null);
            assertThat(group.await(0)).isFalse();
        }
    }

    /** Its descriptor may be another file's by then. */
    @Test
    void aClosedGroupSaysSo() throws Exception {
        QueueGroup group = QueueGroup.open();
        group.close();
        group.close();
        group.wake();
        String closed = "the queue group is closed";
        assertThatIllegalStateException().isThrownBy(() -> group.await(0)).withMessage(closed);
        assertThatIllegalStateException().isThrownBy(() -> group.add(null)).withMessage(closed);
        assertThatIllegalStateException().isThrownBy(() -> group.remove(null)).withMessage(closed);
    }
}
