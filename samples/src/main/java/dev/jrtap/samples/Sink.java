// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.rtap.Burst;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Measures received numbered datagrams: loss, reordering and duplicates of each flow, and latency. It answers nothing,
 * and leaves other packets to other protocols.
 *
 * <p>Threads: one thread receives and another reads the counts, under a lock that is rarely contended.
 */
final class Sink implements Answer {

    private static final int DIGITS = 3;

    private final int address;
    private final EthernetFrame ethernet = new EthernetFrame();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final UdpDatagram udp = new UdpDatagram();
    private final Map<Long, SequenceCheck> flows = new HashMap<>();
    private final Histogram latency = new Histogram(DIGITS);
    private long other;

    /** Makes a sink for datagrams to {@code address}, first byte highest. */
    Sink(int address) {
        this.address = address;
    }

    @Override
    public synchronized boolean answer(Burst burst, int i) {
        ethernet.wrap(burst.memory(), burst.offset(i), burst.firstLength(i));
        if (!ethernet.isComplete() || ethernet.type() != EthernetFrame.IPV4) {
            return false;
        }
        ipv4.wrap(ethernet.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        if (!ipv4.isComplete() || ipv4.protocol() != Ipv4Packet.UDP || ipv4.destination() != address) {
            return false;
        }
        udp.wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
        if (udp.isComplete() && NumberedDatagram.isOne(udp.memory(), udp.payloadOffset(), udp.payloadLength())) {
            arrived(NumberedDatagram.flow(udp.memory(), udp.payloadOffset()));
        } else {
            other++;
        }
        return false;
    }

    private void arrived(long flow) {
        SequenceCheck check = flows.get(flow);
        if (check == null) {
            check = new SequenceCheck();
            flows.put(flow, check);
        }
        check.arrived(NumberedDatagram.sequence(udp.memory(), udp.payloadOffset()) & Long.MAX_VALUE);
        long nanos = System.nanoTime() - NumberedDatagram.nanos(udp.memory(), udp.payloadOffset());
        // A timestamp from another source may be meaningless.
        if (nanos >= 0 && nanos < Long.MAX_VALUE / 2) {
            latency.recordValue(nanos);
        }
    }

    /** Adds the counts to {@code total}. */
    synchronized void addTo(Total total) {
        total.flows += flows.size();
        total.other += other;
        for (SequenceCheck check : flows.values()) {
            total.received += check.received();
            total.lost += check.lost();
            total.reordered += check.reordered();
            total.duplicates += check.duplicates();
        }
        total.latency.add(latency);
    }

    /** The sum over the sinks of a device. */
    static final class Total {
        long flows;
        long received;
        long lost;
        long reordered;
        long duplicates;
        /** The number of datagrams without a sequence number. */
        long other;

        final Histogram latency = new Histogram(DIGITS);
    }
}
