// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.memory.Memory;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Receives the packets of asleep.c and sleeps between them. It is a program of its own, because its whole CPU time
 * counts.
 */
final class AsleepReceiver {

    private static final int MOST = 4_000_000;
    private static final int FRAME = 64;
    private static final int STAMP = 16;
    private static final int TYPE = 12;
    private static final int EXPERIMENTAL = 0x88b5;
    private static final long WAIT_NANOS = 100_000_000;

    private final long[] stamps = new long[MOST];
    private final long[] latencies = new long[MOST];
    private int recorded;
    private long last;
    private boolean over;

    private AsleepReceiver() {}

    /** Takes the receive mode and the name of the device. */
    public static void main(String[] args) throws IOException {
        new AsleepReceiver().run(RxMode.valueOf(args[0]), args[1]);
    }

    private void run(RxMode mode, String device) throws IOException {
        // Touches every page before the measurement.
        Arrays.fill(stamps, 1);
        Arrays.fill(latencies, 1);
        try (PacketPool pool = PacketPool.forMtu(1024, 1500);
                Rtap rtap = Rtap.open(RtapConfig.named(device).withRxMode(mode))) {
            QueuePair queue = rtap.openQueue(0, pool);
            Burst burst = new Burst(pool, 64);
            rtap.up();
            System.out.println(rtap.name());
            while (!over) {
                if (queue.rx().await(WAIT_NANOS)) {
                    queue.rx().receive(burst);
                    record(burst);
                    burst.release();
                }
            }
        }
        long[] sorted = measured();
        System.out.printf(
                "%d %.1f %.1f %.1f %.1f%n",
                sorted.length, micros(sorted, 0.5), micros(sorted, 0.99), micros(sorted, 0.999), micros(sorted, 1));
    }

    private void record(Burst burst) {
        Memory memory = burst.memory();
        for (int i = 0; i < burst.size(); i++) {
            int at = burst.offset(i);
            if (burst.length(i) < FRAME || memory.getU16Be(at + TYPE) != EXPERIMENTAL) {
                continue;
            }
            long stamp = memory.getI64(at + STAMP);
            if (stamp > 0 && recorded < MOST) {
                stamps[recorded] = stamp;
                // nanoTime() is CLOCK_MONOTONIC, which is the sender's clock, too.
                latencies[recorded++] = System.nanoTime() - stamp;
            }
            last = stamp;
            over |= stamp < 0;
        }
    }

    /** Those of the packets that were sent after the ramp, whose end the last packet carries, negated. */
    private long[] measured() {
        return IntStream.range(0, recorded)
                .filter(i -> stamps[i] >= -last)
                .mapToLong(i -> latencies[i])
                .sorted()
                .toArray();
    }

    private static double micros(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length - 1) * part)] / 1e3;
    }
}
