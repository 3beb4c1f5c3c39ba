// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.net.ArpPacket;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;

/**
 * A host in user space with one address: answers ARP for it, and every ICMP echo request.
 *
 * <p>Read it from {@link #run} downwards. A burst is filled by {@code receive}; what is to be answered is changed where it lies and
 * moved to a second burst; {@code send} hands that to the kernel, with one system call for all. Nothing is copied and nothing
 * allocated: packets are numbers, and the flyweights are fields, wrapped around one packet after the other.
 */
public final class EchoResponder implements Runnable {

    private static final int BURST = 64;
    private static final long SECOND = 1_000_000_000L;

    private final QueuePair queue;
    private final long mac;
    private final int address;
    private final Burst in;
    private final Burst out;
    private final EthernetFrame ethernet = new EthernetFrame();
    private final ArpPacket arp = new ArpPacket();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final IcmpMessage icmp = new IcmpMessage();
    private long answered;

    /**
     * A responder for one queue pair.
     *
     * @param mac its MAC address: 48 bits, first byte highest
     * @param address its IPv4 address, first byte highest
     */
    public EchoResponder(QueuePair queue, PacketPool pool, long mac, int address) {
        this.queue = queue;
        this.mac = mac;
        this.address = address;
        this.in = new Burst(pool, BURST);
        this.out = new Burst(pool, BURST);
    }

    /** Answers until the queue pair is closed, from whatever thread; sleeps while there is nothing to do. */
    @Override
    public void run() {
        while (queue.isOpen()) {
            if (serve() == 0) {
                queue.rx().await(SECOND);
            }
        }
    }

    /** Answers one burst; returns how many packets there were. */
    public int serve() {
        int received = queue.rx().receive(in);
        for (int i = 0; i < received; i++) {
            if (answer(i)) {
                out.take(in, i);
            }
        }
        in.release(); // nobody wanted these
        answered += queue.tx().send(out);
        out.release(); // no room: late echoes help nobody
        return received;
    }

    /** Packets answered. */
    public long answered() {
        return answered;
    }

    private boolean answer(int i) {
        ethernet.wrap(in.memory(), in.offset(i), in.length(i));
        return ethernet.isComplete()
                && switch (ethernet.type()) {
                    case EthernetFrame.ARP -> answerArp();
                    case EthernetFrame.IPV4 -> answerEcho();
                    default -> false;
                };
    }

    private boolean answerArp() {
        arp.wrap(ethernet.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        if (!arp.isComplete() || arp.operation() != ArpPacket.REQUEST || arp.targetIp() != address) {
            return false;
        }
        ethernet.destination(ethernet.source()).source(mac);
        arp.answer(mac);
        return true;
    }

    private boolean answerEcho() {
        ipv4.wrap(ethernet.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        if (!ipv4.isComplete()
                || ipv4.isFragment()
                || ipv4.protocol() != Ipv4Packet.ICMP
                || ipv4.destination() != address) {
            return false;
        }
        icmp.wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
        if (!icmp.isComplete() || icmp.type() != IcmpMessage.ECHO_REQUEST) {
            return false;
        }
        ethernet.swapAddresses();
        ipv4.swapAddresses();
        icmp.answer();
        return true;
    }
}
