// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.address.MacAddress;
import dev.jrtap.bindings.IfEther;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import java.io.IOException;

/** Does the work of peer.c through this library: one thread that never sleeps. */
final class TapLoop implements AutoCloseable {

    /** An EtherType for experiments (IEEE 802), which the kernel's stack drops at once. */
    private static final int EXPERIMENTAL = IfEther.ETH_P_802_EX1;

    private static final long SOURCE = 0x02_00_00_00_00_09L;
    private static final int SLOTS = 1024;
    private final PacketPool pool;
    private final Rtap rtap;
    private final QueuePair queue;
    private final Burst burst;
    private final Figure figure;
    private final EthernetFrame ethernet = new EthernetFrame();

    TapLoop(RtapConfig config, Figure figure) throws IOException {
        this.figure = figure;
        pool = PacketPool.forMtu(SLOTS, 1500);
        rtap = Rtap.open(config);
        queue = rtap.openQueue(0, pool);
        burst = new Burst(pool, figure.burst());
        rtap.up();
    }

    String device() {
        return rtap.name();
    }

    /** Opens a device according to {@code config}, floods it unless it sends, and measures. */
    static Measurement run(Flood flood, RtapConfig config, Figure figure, double seconds)
            throws IOException, InterruptedException {
        try (TapLoop loop = new TapLoop(config, figure)) {
            if (figure.direction() == Figure.Direction.TX) {
                return loop.measure(seconds);
            }
            return flood.during(loop.device(), figure.bytes(), () -> loop.measure(seconds));
        }
    }

    /** Waits for the first packet, then measures for {@code seconds}. */
    Measurement measure(double seconds) {
        while (round() == 0) {
            Thread.onSpinWait();
        }
        return Measurement.of(queue, seconds, this::round);
    }

    private int round() {
        return switch (figure.direction()) {
            case TX -> transmit();
            case RX -> receive();
            case ECHO -> echo();
        };
    }

    private int transmit() {
        while (burst.add()) {
            int last = burst.size() - 1;
            burst.length(last, figure.bytes());
            ethernet.wrap(burst.memory(), burst.offset(last), figure.bytes());
            ethernet.destination(MacAddress.BROADCAST).source(SOURCE).type(EXPERIMENTAL);
        }
        return queue.tx().send(burst);
    }

    private int receive() {
        int received = queue.rx().receive(burst);
        burst.release();
        return received;
    }

    private int echo() {
        int received = queue.rx().receive(burst);
        for (int i = 0; i < received; i++) {
            ethernet.wrap(burst.memory(), burst.offset(i), burst.length(i)).swapAddresses();
        }
        queue.tx().send(burst);
        burst.release();
        return received;
    }

    @Override
    public void close() {
        rtap.close();
        burst.release();
        pool.close();
    }
}
