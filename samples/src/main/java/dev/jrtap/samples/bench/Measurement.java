// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.QueuePair;
import java.util.function.IntSupplier;

/**
 * What one run has moved.
 *
 * @param packets moved
 * @param seconds it took
 * @param cpuSeconds of the measured process
 * @param entries how often it entered the kernel
 * @param errors packets that the kernel refused
 */
record Measurement(long packets, double seconds, double cpuSeconds, long entries, long errors) {

    private static final int ROUNDS_BETWEEN_LOOKS = 64;

    /**
     * Runs {@code round}, which returns how many packets it has moved, for so long.
     *
     * @param queue the one that it moves them by
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

    /** What a packet costs does not depend on what else the machine does, as far as anything does not. */
    double perCpuSecond() {
        return packets / cpuSeconds;
    }

    double perSecond() {
        return packets / seconds;
    }
}
