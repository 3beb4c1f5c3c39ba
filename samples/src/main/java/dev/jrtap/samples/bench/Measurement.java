// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.QueuePair;
import java.util.function.IntSupplier;

/**
 * The results of one run.
 *
 * @param packets the packets moved
 * @param seconds the wall-clock time
 * @param cpuSeconds the CPU time of the measured process
 * @param entries the number of entries into the kernel
 * @param errors the packets that the kernel refused
 */
record Measurement(long packets, double seconds, double cpuSeconds, long entries, long errors) {

    private static final int ROUNDS_BETWEEN_LOOKS = 64;

    /**
     * Runs {@code round}, which returns the number of packets it has moved, for {@code seconds}.
     *
     * @param queue the queue pair that moves the packets
     */
    static Measurement of(QueuePair queue, double seconds, IntSupplier round) {
        long packets = 0;
        long entries = queue.kernelEntries();
        long errors = queue.tx().errors();
        long cpu = CpuTime.nanos();
        long start = System.nanoTime();
        long elapsed = 0;
        while (elapsed < seconds * 1e9) {
            for (int i = 0; i < ROUNDS_BETWEEN_LOOKS; i++) {
                packets += round.getAsInt();
            }
            elapsed = System.nanoTime() - start;
        }
        return new Measurement(
                packets,
                elapsed / 1e9,
                (CpuTime.nanos() - cpu) / 1e9,
                queue.kernelEntries() - entries,
                queue.tx().errors() - errors);
    }

    /** Returns packets per CPU second, which depends on other load of the machine less than {@link #perSecond}. */
    double perCpuSecond() {
        return packets / cpuSeconds;
    }

    double perSecond() {
        return packets / seconds;
    }
}
