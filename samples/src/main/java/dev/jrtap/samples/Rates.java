// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.QueueStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes rates of queue pairs in packets and bits: since the last call, or since the beginning. */
final class Rates {

    private final List<QueuePair> queues;
    private long rxPackets;
    private long rxBytes;
    private long txPackets;
    private long txBytes;
    private double last;

    Rates(List<QueuePair> queues) {
        this.queues = List.copyOf(queues);
    }

    /**
     * Returns the rates since the last call.
     *
     * @param seconds the time since the beginning, in seconds
     */
    Map<String, Object> since(double seconds) {
        long[] before = {rxPackets, rxBytes, txPackets, txBytes};
        count();
        Map<String, Object> rates = rates("rates", before, Math.max(1e-9, seconds - last));
        last = seconds;
        rates.put("seconds", seconds);
        return rates;
    }

    /** Returns the totals and the mean rates. */
    Map<String, Object> total(double seconds) {
        count();
        Map<String, Object> total = rates("summary", new long[4], Math.max(1e-9, seconds));
        total.put("rx_packets", rxPackets);
        total.put("tx_packets", txPackets);
        total.put("seconds", seconds);
        return total;
    }

    private void count() {
        rxPackets = rxBytes = txPackets = txBytes = 0;
        for (QueuePair queue : queues) {
            QueueStatistics counts = queue.statistics();
            rxPackets += counts.rxPackets();
            rxBytes += counts.rxBytes();
            txPackets += counts.txPackets();
            txBytes += counts.txBytes();
        }
    }

    private Map<String, Object> rates(String event, long[] before, double seconds) {
        Map<String, Object> rates = new LinkedHashMap<>();
        rates.put("event", event);
        rates.put("rx_packets_per_second", Math.round((rxPackets - before[0]) / seconds));
        rates.put("rx_bits_per_second", Math.round(8 * (rxBytes - before[1]) / seconds));
        rates.put("tx_packets_per_second", Math.round((txPackets - before[2]) / seconds));
        rates.put("tx_bits_per_second", Math.round(8 * (txBytes - before[3]) / seconds));
        return rates;
    }

    /** Returns rates as a line of text. */
    static String text(Map<String, Object> rates) {
        return String.format(
                "%4.0f s: received %d packets/s, %.3f Mbit/s; sent %d packets/s, %.3f Mbit/s",
                rates.get("seconds"),
                rates.get("rx_packets_per_second"),
                (long) rates.get("rx_bits_per_second") / 1e6,
                rates.get("tx_packets_per_second"),
                (long) rates.get("tx_bits_per_second") / 1e6);
    }
}
