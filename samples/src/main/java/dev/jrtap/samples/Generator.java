// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends numbered UDP datagrams into the kernel at a given rate, alternating between several flows and several frame
 * sizes.
 *
 * <p>Read it from {@link #run} downwards. All datagrams that are due by the clock are sent as one burst, which
 * compensates for a late wake-up. A flow is a source port.
 */
final class Generator implements Runnable {

    /** The shortest frame with room for all headers and the number, in bytes. */
    static final int MIN_FRAME = EthernetFrame.HEADER_LENGTH
            + Ipv4Packet.MIN_HEADER_LENGTH
            + UdpDatagram.HEADER_LENGTH
            + NumberedDatagram.LENGTH;

    /**
     * The traffic to send.
     *
     * @param from the sender's address, first byte highest
     * @param to the receiver's address, first byte highest
     * @param port the receiver's port
     * @param flows the number of flows, 1 or more
     * @param sizes the frame sizes in bytes
     * @param rate packets per second; 0 for as many as possible
     * @param count the number of packets in total
     */
    record Plan(int from, int to, int port, int flows, int[] sizes, long rate, long count) {}

    private static final int BURST = 64;
    private static final int FIRST_PORT = 10_000;
    private static final int TTL = 64;
    private static final long SENDER_MAC = 0x02_00_0a_2b_00_02L;
    private static final long PAUSE_NANOS = 50_000;

    private final QueuePair queue;
    private final Plan plan;
    private final long kernelMac;
    private final Burst in;
    private final Burst out;
    private final long[] sequences;
    private final EthernetFrame ethernet = new EthernetFrame();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final UdpDatagram udp = new UdpDatagram();
    private long made;

    /** Makes a generator that sends to the kernel's side of a device, which has {@code kernelMac}. */
    Generator(QueuePair queue, PacketPool pool, long kernelMac, Plan plan) {
        this.queue = queue;
        this.plan = plan;
        this.kernelMac = kernelMac;
        this.in = new Burst(pool, BURST);
        this.out = new Burst(pool, BURST);
        this.sequences = new long[plan.flows];
    }

    /** Sends until all packets are sent or the queue pair is closed. */
    @Override
    public void run() {
        long start = System.nanoTime();
        while (queue.isOpen() && !queue.isGone() && (made < plan.count || out.size() > 0)) {
            fill(due(System.nanoTime() - start));
            if (out.size() == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            queue.tx().send(out); // packets that were not sent go first the next time
            queue.rx().receive(in); // the kernel's own packets, such as neighbor discovery
            in.release();
        }
        out.release();
    }

    /** Returns the number of packets that are due after {@code nanos} nanoseconds. */
    private long due(long nanos) {
        long due = plan.rate == 0 ? Long.MAX_VALUE : (long) (nanos * 1e-9 * plan.rate) + 1;
        return Math.min(due, plan.count);
    }

    private void fill(long due) {
        while (made < due && out.size() < out.capacity() && out.add()) {
            build(out.size() - 1);
            made++;
        }
    }

    /** Writes a whole frame, without a UDP checksum, as IPv4 allows (RFC 768). */
    private void build(int i) {
        int size = plan.sizes[(int) (made % plan.sizes.length)];
        int flow = (int) (made % plan.flows);
        Memory memory = out.memory();
        out.length(i, size);
        ethernet.wrap(memory, out.offset(i), size)
                .destination(kernelMac)
                .source(SENDER_MAC)
                .type(EthernetFrame.IPV4);
        ipv4.wrap(memory, ethernet.payloadOffset(), size - EthernetFrame.HEADER_LENGTH)
                .headerLength(Ipv4Packet.MIN_HEADER_LENGTH)
                .dscp(0)
                .ecn(0)
                .totalLength(size - EthernetFrame.HEADER_LENGTH)
                .identification(0)
                .dontFragment(true)
                .ttl(TTL)
                .protocol(Ipv4Packet.UDP)
                .source(plan.from)
                .destination(plan.to)
                .updateChecksum();
        int length = size - EthernetFrame.HEADER_LENGTH - Ipv4Packet.MIN_HEADER_LENGTH;
        udp.wrap(memory, ipv4.payloadOffset(), length)
                .sourcePort(FIRST_PORT + flow)
                .destinationPort(plan.port)
                .datagramLength(length)
                .checksum(0);
        NumberedDatagram.write(memory, udp.payloadOffset(), flow, sequences[flow]++, System.nanoTime());
    }
}
