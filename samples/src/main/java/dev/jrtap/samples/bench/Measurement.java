// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

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

    /** What a packet costs does not depend on what else the machine does, as far as anything does not. */
    double perCpuSecond() {
        return packets / cpuSeconds;
    }

    double perSecond() {
        return packets / seconds;
    }
}
