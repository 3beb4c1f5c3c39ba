// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** What it costs to wait for packets. */
final class Asleep {

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Asleep() {}

    /** The share of a processor that a receiver takes which sleeps between packets, {@code perSecond} of them. */
    static double share(Peers peers, RxMode mode, int perSecond, double seconds)
            throws IOException, InterruptedException {
        try (PacketPool pool = PacketPool.forMtu(1024, 1500);
                Rtap rtap = Rtap.open(RtapConfig.named("ours%d").withRxMode(mode))) {
            QueuePair queue = rtap.openQueue(0, pool);
            Burst burst = new Burst(pool, 64);
            rtap.up();
            Process generator = peers.flood(rtap.name(), 64, perSecond);
            try {
                receive(queue, burst, 1);
                long cpu = PROCESS.getProcessCpuTime();
                long start = System.nanoTime();
                receive(queue, burst, seconds);
                return (double) (PROCESS.getProcessCpuTime() - cpu) / (System.nanoTime() - start);
            } finally {
                Peers.end(generator);
            }
        }
    }

    private static void receive(QueuePair queue, Burst burst, double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            queue.rx().await(100_000_000);
            queue.rx().receive(burst);
            burst.release();
        }
    }
}
