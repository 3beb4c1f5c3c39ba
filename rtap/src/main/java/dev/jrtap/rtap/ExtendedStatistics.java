// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every counter by name: those of the device, of each queue, then in detail of all receive queues and all transmit
 * queues, in the order and by the names of DPDK's drivers; and at the end what only rings have.
 */
final class ExtendedStatistics {

    private final Map<String, Long> values = new LinkedHashMap<>();

    private ExtendedStatistics() {}

    static Map<String, Long> of(RtapStatistics statistics, List<QueueCounts> queues) {
        ExtendedStatistics extended = new ExtendedStatistics();
        extended.addTotals(statistics);
        for (int i = 0; i < queues.size(); i++) {
            extended.addQueue(i, statistics.queues().get(i));
        }
        for (int i = 0; i < queues.size(); i++) {
            extended.addReceive("rx_q" + i + "_", queues.get(i).rx());
        }
        for (int i = 0; i < queues.size(); i++) {
            extended.addTransmit("tx_q" + i + "_", queues.get(i).tx());
        }
        for (int i = 0; i < queues.size(); i++) {
            extended.addRing("ring_q" + i + "_", queues.get(i).ring());
        }
        extended.values.put("rx_filtered_packets", statistics.filtered());
        extended.values.put("tx_refused_packets", statistics.refused());
        extended.values.put("iowq_workers", (long) WorkerThreads.count());
        return extended.values;
    }

    private void addTotals(RtapStatistics statistics) {
        QueueStatistics total = statistics.total();
        values.put("rx_good_packets", total.rxPackets());
        values.put("tx_good_packets", total.txPackets());
        values.put("rx_good_bytes", total.rxBytes());
        values.put("tx_good_bytes", total.txBytes());
        values.put("rx_missed_errors", statistics.missed());
        values.put("rx_errors", total.rxErrors());
        values.put("tx_errors", total.txErrors());
        values.put("rx_mbuf_allocation_errors", total.rxNoBuffer());
    }

    private void addQueue(int index, QueueStatistics queue) {
        values.put("rx_q" + index + "_packets", queue.rxPackets());
        values.put("rx_q" + index + "_bytes", queue.rxBytes());
        values.put("rx_q" + index + "_errors", queue.rxErrors());
        values.put("tx_q" + index + "_packets", queue.txPackets());
        values.put("tx_q" + index + "_bytes", queue.txBytes());
    }

    private void addReceive(String prefix, RxCounts counts) {
        addFrames(prefix, counts.frames());
        for (RxCounter counter : RxCounter.values()) {
            values.put(prefix + counter.label(), counts.get(counter));
        }
    }

    private void addTransmit(String prefix, TxCounts counts) {
        addFrames(prefix, counts.frames());
        for (TxCounter counter : TxCounter.values()) {
            values.put(prefix + counter.label(), counts.get(counter));
        }
    }

    private void addFrames(String prefix, FrameCounts frames) {
        for (FrameCounter counter : FrameCounter.values()) {
            values.put(prefix + counter.label(), frames.get(counter));
        }
    }

    private void addRing(String prefix, RingCounts ring) {
        values.put(prefix + "kernel_entries", ring.kernelEntries());
        values.put(prefix + "overflows", ring.overflows());
    }
}
