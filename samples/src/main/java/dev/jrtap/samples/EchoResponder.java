// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import java.util.List;

/**
 * A host in user space with one address: answers ARP for it, and ICMP echo requests; more only where it is asked for.
 *
 * <p>Read it from {@link #run} downwards, then {@link Ipv4Echo}. A burst is filled by {@code receive}; what is to be
 * answered is changed where it lies and moved to a second burst; {@code send} hands that to the kernel, with one system
 * call for all. Nothing is copied and nothing allocated: packets are numbers, and the flyweights are fields, wrapped
 * around one packet after the other.
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
     * Makes a responder for one queue pair, that answers ARP and ICMP echo.
     *
     * @param mac its MAC address: 48 bits, first byte highest
     * @param address its IPv4 address, first byte highest
     * @param prefixLength bits of its subnet's prefix, 0..32
     */
    public EchoResponder(QueuePair queue, PacketPool pool, long mac, int address, int prefixLength) {
        this(queue, pool, List.of(new Ipv4Echo(new Ipv4Station(mac, address, prefixLength))));
    }

    /** Makes a responder that answers whatever one of {@code answers} does, asked in this order. */
    public EchoResponder(QueuePair queue, PacketPool pool, List<Answer> answers) {
        this.queue = queue;
        this.in = new Burst(pool, BURST);
        this.out = new Burst(pool, BURST);
        this.answers = List.copyOf(answers);
    }

    /**
     * Answers until the queue pair is closed, from whatever thread, or the device is gone; sleeps while there is
     * nothing to do.
     */
    @Override
    public void run() {
        while (queue.isOpen() && !queue.isGone()) {
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

    private boolean answer(int i) {
        for (int each = 0; each < answers.size(); each++) {
            if (answers.get(each).answer(in, i)) {
                return true;
            }
        }
        return false;
    }

    /** Packets answered. */
    public long answered() {
        return answered;
    }
}
