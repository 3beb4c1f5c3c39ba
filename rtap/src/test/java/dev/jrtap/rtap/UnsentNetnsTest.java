// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** What a queue has accepted and a close has overtaken: counted as sent exactly if the kernel has it. */
@Timeout(60)
class UnsentNetnsTest {

    private static final int PACKETS = 5;

    /** What the owner does between the moment when a close is asked for and the one when its ring is told. */
    private enum Meanwhile {
        NOTHING,
        FLUSH,
        LOOK,
        /** Hands over, and does not see what has become of it. */
        ENTER
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aCloseThatHasBegunCountsWhatTheKernelTakes(TapProfile profile) throws Exception {
        for (Meanwhile meanwhile : Meanwhile.values()) {
            check(profile, meanwhile);
        }
    }

    private static void check(TapProfile profile, Meanwhile meanwhile) throws Exception {
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config().withRingSize(16).withDeferredFlush();
        try (PacketPool pool = PacketPool.create(sys, 64, 2048);
                TapQueue queue = TapQueue.open(sys, new TapRequest("u%d", TunMode.TAP, config.hasNapi()));
                RouteSocket route = RouteSocket.open(sys)) {
            Links links = new Links(route);
            int index = links.get(queue.name()).ifIndex();
            links.up(index);
            long before = links.statistics(index).rxPackets();
            Driver driver = Drivers.open(sys, queue, "queue", pool, config, null);
            QueueCounts counts = new QueueCounts(TunMode.TAP, () -> {}, RingCounts.of(driver, driver));
            RxQueue rx = RxQueue.over(driver, pool, TunMode.TAP, counts.rx(), 16, 1514);
            TxQueue tx = TxQueue.over(driver, pool, TunMode.TAP, counts.tx(), config);
            driver.onClosed(free -> {
                rx.releaseAll();
                tx.releaseAll();
            });
            Burst burst = new Burst(pool, PACKETS);
            for (int i = 0; i < PACKETS; i++) {
                Frames.add(burst, Numbered.toKernel(TunMode.TAP, 1, i, 100), 200);
            }
            assertThat(tx.send(burst)).isEqualTo(PACKETS);
            driver.beginClose();
            // Without a ring nothing is left to be done: the owner has closed.
            if (profile.hasRing()) {
                switch (meanwhile) {
                    case FLUSH -> tx.flush();
                    case LOOK -> rx.receive(burst);
                    case ENTER -> driver.enter();
                    default -> {}
                }
            }
            driver.close();
            assertThat(tx.packets())
                    .as("%s", meanwhile)
                    .isEqualTo(links.statistics(index).rxPackets() - before);
            assertThat(tx.packets() + tx.count(TxCounter.UNSENT)).isEqualTo(PACKETS);
        }
    }
}
