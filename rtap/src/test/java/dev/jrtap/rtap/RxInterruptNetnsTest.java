// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.syscall.PollSet;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.CountDownLatch;
import jnr.enxio.channels.NativeSelectorProvider;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

@Timeout(60)
class RxInterruptNetnsTest {

    private static final int PATIENCE_MILLIS = 10_000;

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void wakesASelector(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile);
                Selector selector = NativeSelectorProvider.getInstance().openSelector();
                SelectableChannel channel = port.queue.interrupt().channel()) {
            RxInterrupt interrupt = port.queue.interrupt();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            for (int round = 0; round < 20; round++) {
                assertThat(interrupt.enable()).isTrue();
                port.wire.inject(Frames.experimental(78));
                assertThat(selector.select(PATIENCE_MILLIS)).isEqualTo(1);
                selector.selectedKeys().clear();
                interrupt.disable();
                assertThat(port.receive()).isEqualTo(Frames.experimental(78));
            }
        }
    }

    /** Waits that sleep may leave no read in the kernel; the descriptor tells of the next packet all the same. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void wakesAfterWaitsThatSlept(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile)) {
            PollSet polls = new PollSet(1);
            polls.add(port.queue.interrupt().fd());
            for (int round = 0; round < 5; round++) {
                Sleeper owner = Sleeper.here();
                Thread sender = new Thread(() -> {
                    owner.await();
                    port.wire.inject(Frames.experimental(78));
                });
                sender.start();
                assertThat(port.queue.rx().await(20 * TapLink.SECOND)).isTrue();
                sender.join();
                assertThat(port.receive()).isEqualTo(Frames.experimental(78));
            }
            assertThat(port.queue.interrupt().enable()).isTrue();
            port.wire.inject(Frames.experimental(60));
            assertThat(polls.await(10 * TapLink.SECOND)).isEqualTo(1);
            port.queue.interrupt().disable();
            assertThat(port.receive()).isEqualTo(Frames.experimental(60));
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void doesNotSleepOverAPacketThatIsThere(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile)) {
            port.queue.rx().await(0);
            port.wire.inject(Frames.experimental(78));
            while (port.queue.interrupt().enable()) {
                // The kernel may take a moment to bring it; then it is signalled, and the next look finds it.
                Stress.spin();
            }
            assertThat(port.receive()).isEqualTo(Frames.experimental(78));
        }
    }

    /** A thread that wakes cannot know how far the owner has come on its way to sleep. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void doesNotSleepOverAWakeThatCameBefore(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile)) {
            port.queue.wake();
            assertThat(port.queue.interrupt().enable()).isFalse();
            assertThat(port.queue.interrupt().enable()).isTrue();
            port.queue.interrupt().disable();
            port.queue.wake();
            assertThat(port.queue.interrupt().enable()).isFalse();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void saysNothingWhileDisabled(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile);
                Selector selector = NativeSelectorProvider.getInstance().openSelector();
                SelectableChannel channel = port.queue.interrupt().channel()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            assertThat(port.queue.interrupt().enable()).isTrue();
            port.queue.interrupt().disable();
            port.wire.inject(Frames.experimental(78));
            port.send(Frames.experimental(60));
            assertThat(port.receive()).isEqualTo(Frames.experimental(78));
            assertThat(selector.selectNow()).isZero();
        }
    }

    /** Who polls pays nothing: no descriptor is made. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void makesNoDescriptorUnasked(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile)) {
            long before = Resources.now().descriptors();
            port.wire.inject(Frames.experimental(78));
            port.receive();
            assertThat(Resources.now().descriptors()).isEqualTo(before);
            port.queue.interrupt().fd();
            assertThat(Resources.now().descriptors()).isEqualTo(before + (profile.hasRing() ? 1 : 2));
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void closingWakesAnOwnerThatSleepsInASelector(TapProfile profile) throws Exception {
        CountDownLatch sleeps = new CountDownLatch(1);
        Exception[] failure = new Exception[1];
        Thread owner;
        QueuePair pair;
        try (TapLink port = new TapLink(profile)) {
            pair = port.queue;
            owner = new Thread(() -> {
                try {
                    sleepUntilClosed(port.queue, sleeps);
                } catch (Exception e) {
                    failure[0] = e;
                }
            });
            owner.start();
            sleeps.await();
        }
        owner.join();
        assertThat(failure[0]).isNull();
        assertThat(pair.isOpen()).isFalse();
        assertThatThrownBy(() -> pair.interrupt().fd()).isInstanceOf(IllegalStateException.class);
    }

    /** The descriptor of a device that is gone stays in error: that is reported, but only once. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void sleepsOnWhenTheDeviceIsGone(TapProfile profile) throws Exception {
        try (TapLink port = new TapLink(profile);
                Selector selector = NativeSelectorProvider.getInstance().openSelector();
                SelectableChannel channel = port.queue.interrupt().channel()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            port.queue.rx().await(0);
            Shell.run("ip", "link", "delete", port.rtap.name());
            for (int wakeUps = 0; sleeps(port, selector); wakeUps++) {
                assertThat(wakeUps).isLessThan(100);
            }
        }
    }

    /** One turn of the loop; whether it was ended by a signal. */
    private static boolean sleeps(TapLink port, Selector selector) throws Exception {
        boolean signalled = !port.queue.interrupt().enable() || selector.select(200) > 0;
        selector.selectedKeys().clear();
        port.queue.interrupt().disable();
        port.burst.release();
        port.queue.rx().receive(port.burst);
        return signalled;
    }

    private static void sleepUntilClosed(QueuePair pair, CountDownLatch sleeps) throws Exception {
        try (Selector selector = NativeSelectorProvider.getInstance().openSelector();
                SelectableChannel channel = pair.interrupt().channel()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            while (pair.isOpen()) {
                if (pair.interrupt().enable()) {
                    sleeps.countDown();
                    selector.select();
                    selector.selectedKeys().clear();
                }
                pair.interrupt().disable();
            }
        }
    }
}
