// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * The counts of a queue pair since the last reset.
 *
 * @param rxPackets packets received
 * @param rxBytes bytes of the frames received
 * @param rxErrors reads that failed, or brought less than an Ethernet header, more than the slots hold, or an invalid
 *     vnet header
 * @param rxNoBuffer how often the pool was empty when the kernel wanted a slot
 * @param txPackets packets that the kernel has accepted
 * @param txBytes bytes of the frames that the kernel has accepted
 * @param txErrors packets that the kernel has refused, in whole or in part
 * @param kernelEntries system calls made for these packets
 */
public record QueueStatistics(
        long rxPackets,
        long rxBytes,
        long rxErrors,
        long rxNoBuffer,
        long txPackets,
        long txBytes,
        long txErrors,
        long kernelEntries) {

    static final QueueStatistics ZERO = new QueueStatistics(0, 0, 0, 0, 0, 0, 0, 0);

    /** Returns packets moved, in both directions, per entry into the kernel; 0 if there was none. */
    public double packetsPerEntry() {
        return kernelEntries == 0 ? 0 : (double) (rxPackets + txPackets) / kernelEntries;
    }

    QueueStatistics plus(QueueStatistics that) {
        return new QueueStatistics(
                rxPackets + that.rxPackets,
                rxBytes + that.rxBytes,
                rxErrors + that.rxErrors,
                rxNoBuffer + that.rxNoBuffer,
                txPackets + that.txPackets,
                txBytes + that.txBytes,
                txErrors + that.txErrors,
                kernelEntries + that.kernelEntries);
    }
}
