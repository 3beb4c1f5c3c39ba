// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A host's interface, seen from the wire: packets that its kernel sends go to a direction, and packets that a direction
 * delivers go to its kernel.
 *
 * <p>Threads: the wire's, except {@link #connect} before it has the interface, and {@link #unsent}.
 */
final class Nic implements LinkEnd {

    private static final int BURST = 64;

    private final QueuePair pair;
    private final Burst in;
    private final Burst out;
    private final AtomicLong unsent = new AtomicLong();

    @SuppressWarnings("NullAway.Init") // by connect
    private Direction egress;

    private @Nullable List<Nic> delivered;
    private boolean isListed;

    Nic(QueuePair pair, PacketPool pool) {
        this.pair = pair;
        this.in = new Burst(pool, BURST);
        this.out = new Burst(pool, BURST);
    }

    @Override
    public void connect(Direction egress) {
        this.egress = egress;
    }

    /** Adds itself to {@code delivered} from now on whenever it has packets for its kernel. */
    void begin(List<Nic> delivered) {
        this.delivered = delivered;
        list();
    }

    QueuePair pair() {
        return pair;
    }

    /** Receives packets from the kernel and returns their number. */
    int receive() {
        int received = pair.rx().receive(in);
        // Read after the packets: with a time from before, one that came while this thread waited for a processor would
        // be passed on too early.
        long now = System.nanoTime();
        for (int i = 0; i < received; i++) {
            egress.accept(in, i, now);
        }
        in.release();
        return received;
    }

    @Override
    public void deliver(Burst from, int i, long now) {
        if (out.size() == out.capacity()) {
            send();
        }
        if (out.size() == out.capacity()) {
            unsent.incrementAndGet();
        } else {
            out.take(from, i);
            list();
        }
    }

    private void list() {
        if (delivered != null && !isListed && out.size() > 0) {
            isListed = delivered.add(this);
        }
    }

    private void send() {
        while (out.size() > 0 && pair.tx().send(out) > 0) {
            // Repeats as long as the kernel accepts some.
        }
    }

    /** Sends delivered packets to the kernel; returns whether it accepted all, so that this is no longer listed. */
    boolean flush() {
        send();
        isListed = out.size() > 0;
        return !isListed;
    }

    /** Returns the number of delivered packets that the kernel did not accept. */
    long unsent() {
        return unsent.get();
    }

    void close() {
        in.release();
        out.release();
        pair.close();
    }
}
