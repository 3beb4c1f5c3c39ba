// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Loss: how much, and of which packets. */
final class AccuracyOfChance {

    private static final int PORT = 7000;
    private static final int PACKETS = 100_000;
    private static final double LOSS = 0.02;
    private static final int SIGMAS = 3;
    private static final int RUNS = 20;
    private static final long PAUSE = 20_000;

    private AccuracyOfChance() {}

    static void measure(double seconds) throws Exception {
        int packets = seconds < 1 ? PACKETS / 10 : PACKETS;
        BitSet arrived = arrived(1, packets, LOSS);
        int lost = packets - arrived.cardinality();
        double bound = SIGMAS * Math.sqrt(packets * LOSS * (1 - LOSS));
        Accuracy.row(
                Math.abs(lost - packets * LOSS) <= bound,
                "2 % loss of " + packets + " datagrams",
                String.format("%.0f +- %.0f", packets * LOSS, bound),
                "%d",
                lost);
        Set<BitSet> runs = new HashSet<>();
        for (int run = 0; run < RUNS; run++) {
            runs.add(arrived(7, 2000, 0.1));
        }
        Accuracy.row(runs.size() == 1, "lost indices of a seed in " + RUNS + " runs", "1 set", "%d sets", runs.size());
    }

    /** The numbers of the datagrams that arrive, in a network of their own. */
    private static BitSet arrived(long seed, int packets, double loss) throws Exception {
        try (Network network = Network.create(NetworkConfig.standard().withSeed(seed))) {
            Host client = network.addHost("client");
            Host server = network.addHost("server");
            Direction direction = network.link(client, server).from(client);
            direction.impair(Impairment.none().withLoss(loss));
            try (DatagramChannel receiver =
                            server.call(() -> DatagramChannel.open().bind(new InetSocketAddress(PORT)));
                    DatagramChannel sender = client.call(
                            () -> DatagramChannel.open().connect(new InetSocketAddress(server.address(), PORT)))) {
                receiver.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 22).configureBlocking(false);
                return exchange(sender, receiver, direction, packets);
            }
        }
    }

    /** Sends each when the preceding one has been decided on, so that only the link loses any. */
    private static BitSet exchange(DatagramChannel sender, DatagramChannel receiver, Direction direction, int packets)
            throws Exception {
        BitSet arrived = new BitSet();
        ByteBuffer buffer = ByteBuffer.allocateDirect(Integer.BYTES);
        for (int i = 0; i < packets; i++) {
            sender.write(buffer.clear().putInt(0, i));
            // Those that wait for an answer of ARP can be overtaken by later ones.
            int pending = i == 0 ? 0 : 64;
            while (i + 1 - arrived.cardinality() - direction.count(Fate.LOST) > pending) {
                receive(receiver, arrived);
            }
        }
        while (arrived.cardinality() + direction.count(Fate.LOST) < packets) {
            receive(receiver, arrived);
        }
        return arrived;
    }

    private static void receive(DatagramChannel receiver, BitSet arrived) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES);
        if (receiver.receive(buffer) == null) {
            LockSupport.parkNanos(PAUSE);
        } else {
            arrived.set(buffer.getInt(0));
        }
    }
}
