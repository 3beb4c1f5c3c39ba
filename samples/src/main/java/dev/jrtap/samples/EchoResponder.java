// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import java.util.List;

/**
 * A host in user space with one address, which answers ARP and ICMP echo requests, and other protocols on request.
 *
 * <p>Read it from {@link #run} downwards, then {@link Ipv4Echo}. {@code receive} fills a burst; packets to be answered
 * are changed in place and moved to a second burst; {@code send} passes that burst to the kernel with one system call.
 * Nothing is copied or allocated: packets are numbers, and the flyweights are fields, which are wrapped around each
 * packet in turn.
 */
public final class EchoResponder implements Runnable {

    private static final int BURST = 64;
    private static final long SECOND = 1_000_000_000L;

    private final QueuePair queue;
    private final Burst in;
    private final Burst out;
    private final List<Answer> answers;
    private long answered;

    /**
     * Makes a responder for one queue pair that answers ARP and ICMP echo requests.
     *
     * @param mac the responder's MAC address: 48 bits, first byte highest
     * @param address the responder's IPv4 address, first byte highest
     * @param prefixLength the length of the subnet's prefix in bits, 0..32
     */
    public EchoResponder(QueuePair queue, PacketPool pool, long mac, int address, int prefixLength) {
        this(queue, pool, List.of(new Ipv4Echo(new Ipv4Station(mac, address, prefixLength))));
    }

    /** Makes a responder that offers each packet to {@code answers}, in this order, until one answers it. */
    public EchoResponder(QueuePair queue, PacketPool pool, List<Answer> answers) {
        this.queue = queue;
        this.in = new Burst(pool, BURST);
        this.out = new Burst(pool, BURST);
        this.answers = List.copyOf(answers);
    }

    /** Answers until any thread closes the queue pair, or the device is gone; sleeps while there is nothing to do. */
    @Override
    public void run() {
        while (queue.isOpen() && !queue.isGone()) {
            if (serve() == 0) {
                queue.rx().await(SECOND);
            }
        }
    }

    /** Answers one burst and returns the number of received packets. */
    public int serve() {
        int received = queue.rx().receive(in);
        for (int i = 0; i < received; i++) {
            if (answer(i)) {
                out.take(in, i);
            }
        }
        in.release(); // packets that no protocol answers
        answered += queue.tx().send(out);
        out.release(); // no room: a late echo is useless
        return received;
    }

    private boolean answer(int i) {
        for (int each = 0; each < answers.size(); each++) {
            if (answers.get(each).answer(in, i)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the number of answered packets. */
    public long answered() {
        return answered;
    }
}
