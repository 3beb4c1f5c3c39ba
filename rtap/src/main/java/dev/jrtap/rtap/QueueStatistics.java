// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * What a queue pair has counted since the last reset.
 *
 * @param rxPackets packets received
 * @param rxBytes bytes of the frames received
 * @param rxErrors reads that failed, brought less than an Ethernet header, or more than a slot holds
 * @param rxNoBuffer how often the pool was empty when the kernel wanted a slot
 * @param txPackets packets that the kernel has taken
 * @param txBytes bytes of the frames that the kernel has taken
 * @param txErrors packets that the kernel has refused, in whole or in part
 */
public record QueueStatistics(
        long rxPackets, long rxBytes, long rxErrors, long rxNoBuffer, long txPackets, long txBytes, long txErrors) {

    static final QueueStatistics ZERO = new QueueStatistics(0, 0, 0, 0, 0, 0, 0);

    static QueueStatistics of(RxCounts rx, TxCounts tx) {
        return new QueueStatistics(
                rx.frames().frames(),
                rx.frames().get(FrameCounter.BYTES),
                rx.get(RxCounter.ERRORS) + rx.get(RxCounter.TRUNCATED),
                rx.get(RxCounter.NO_BUFFER),
                tx.frames().frames(),
                tx.frames().get(FrameCounter.BYTES),
                tx.get(TxCounter.ERRORS));
    }

    QueueStatistics plus(QueueStatistics that) {
        return new QueueStatistics(
                rxPackets + that.rxPackets,
                rxBytes + that.rxBytes,
                rxErrors + that.rxErrors,
                rxNoBuffer + that.rxNoBuffer,
                txPackets + that.txPackets,
                txBytes + that.txBytes,
                txErrors + that.txErrors);
    }
}
