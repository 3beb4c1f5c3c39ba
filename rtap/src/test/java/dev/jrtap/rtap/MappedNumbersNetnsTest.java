// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindings.IfTun;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel's numbers of queues are those by which a device in {@link RxMode#MAPPED} finds their programs. */
@Timeout(120)
class MappedNumbersNetnsTest {

    private static final TapProfile PROFILE = TapProfile.PLAIN_MAPPED;

    /** Long for an opening that does not wait, and what the test takes where it does. */
    private static final long OPENING_MILLIS = 500;

    @BeforeEach
    void needsTheRights() {
        PROFILE.syscalls();
    }

    private final AtomicReference<Runnable> beforeDetaching = new AtomicReference<>();

    private TapLink open() throws IOException {
        Syscalls sys = new DelegatingSyscalls(PROFILE.syscalls()) {
            @Override
            public int ioctl(int fd, long request, long argument) {
                Runnable action = request == IfTun.TUNSETQUEUE ? beforeDetaching.getAndSet(null) : null;
                if (action != null) {
                    action.run();
                }
                return super.ioctl(fd, request, argument);
            }
        };
        return new TapLink(sys, PROFILE.config().withQueues(3).withRingSize(64), PacketPool.shared(512, 2048));
    }

    /** What passes the filter for a queue that is not driven yet waits in that queue, and in no other. */
    @Test
    void aQueueThatOpensWhileAnotherGoesHasItsOwnPackets() throws Exception {
        try (TapLink port = open()) {
            QueuePair first = port.pairs.get(0);
            QueuePair second = port.pairs.get(1);
            port.pairs.get(2).close();
            first.rx().await(0);
            second.rx().await(0);
            CompletableFuture<QueuePair> opening = new CompletableFuture<>();
            beforeDetaching.set(() -> openMeanwhile(port, opening));
            first.close();
            QueuePair third = opening.get();

            Flows.inject(port);
            int ofSecond = Flows.receive(port, second, Flows.COUNT);
            int ofThird = Flows.receive(port, third, Flows.COUNT - ofSecond);
            assertThat(ofSecond + ofThird).isEqualTo(Flows.COUNT);
            assertThat(ofSecond).isPositive();
            assertThat(ofThird).isPositive();
        }
    }

    /** Its packets pass until the other one is gone; then it has them in its slots. */
    @Test
    void aFirstReceiveDoesNotWaitForAQueueThatGoes() throws Exception {
        try (TapLink port = open()) {
            QueuePair first = port.pairs.get(0);
            QueuePair third = port.pairs.get(2);
            port.pairs.get(1).close();
            CountDownLatch detaching = new CountDownLatch(1);
            CountDownLatch received = new CountDownLatch(1);
            AtomicBoolean hasReceived = new AtomicBoolean();
            beforeDetaching.set(() -> {
                detaching.countDown();
                hasReceived.set(await(received));
            });
            Thread closer = new Thread(() -> {
                first.rx().await(0);
                first.close();
            });
            closer.start();
            assertThat(await(detaching)).isTrue();
            assertThat(third.rx().receive(port.burst)).isZero();
            received.countDown();
            closer.join();
            assertThat(hasReceived).isTrue();
            Flows.inject(port);
            assertThat(Flows.receive(port, third, Flows.COUNT)).isEqualTo(Flows.COUNT);
        }
    }

    /** Opens the third queue, and returns when it is open, or waits for somebody. */
    private static void openMeanwhile(TapLink port, CompletableFuture<QueuePair> opened) {
        new Thread(() -> {
                    try {
                        opened.complete(port.rtap.openQueue(2, port.pool));
                    } catch (Throwable e) {
                        opened.completeExceptionally(e);
                    }
                })
                .start();
        try {
            opened.get(OPENING_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // It waits until the other one is gone.
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(OPENING_MILLIS * 20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
