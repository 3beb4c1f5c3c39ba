// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** What a bandwidth lets through: of UDP that is sent at 1.5 times the rate, and of TCP. */
final class AccuracyOfBandwidth {

    private static final int PORT = 7000;
    private static final int PAYLOAD = 1400;
    private static final int HEADERS = 42;
    private static final double TOO_MUCH = 1.5;
    private static final double OFF = 0.02;
    private static final double GOODPUT = 0.93;
    private static final double NANOS = 1e9;
    private static final int BITS = 8;
    private static final long MEGA = 1_000_000;

    private AccuracyOfBandwidth() {}

    static void measure(double seconds) throws Exception {
        for (long megabits : new long[] {1, 10, 100, 500}) {
            long rate = megabits * MEGA;
            try (Network network = Network.create()) {
                Host client = network.addHost("client");
                Host server = network.addHost("server");
                // 20 ms, and not less than the default.
                network.link(client, server)
                        .impair(Impairment.none().withBandwidth(rate, Math.max(64 * 1024, rate / 400), 1000));
                double udp = udp(client, server, rate, seconds) / rate;
                Accuracy.row(
                        Math.abs(udp - 1) <= OFF,
                        megabits + " Mbit/s: UDP at 1.5 times the rate",
                        "1 +- 0.02",
                        "%.4f",
                        udp);
                double tcp = Streams.bitsPerSecond(client, server, server.address(), seconds) / rate;
                Accuracy.row(tcp >= GOODPUT, megabits + " Mbit/s: goodput of TCP", ">= 0.93", "%.4f", tcp);
            }
        }
    }

    /** Bits of frames per second that arrive, after the first. */
    private static double udp(Host from, Host to, long rate, double seconds) throws Exception {
        try (DatagramChannel receiver =
                to.call(() -> DatagramChannel.open().bind(new InetSocketAddress(to.address(), PORT)))) {
            receiver.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 22);
            Future<Long> sending;
            double rateOfArrivals;
            try (DatagramChannel sender =
                    from.call(() -> DatagramChannel.open().connect(new InetSocketAddress(to.address(), PORT)))) {
                sending = from.executor().submit(() -> send(sender, rate * TOO_MUCH));
                rateOfArrivals = receive(receiver, seconds);
            }
            sending.get();
            return rateOfArrivals;
        }
    }

    private static double receive(DatagramChannel receiver, double seconds) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PAYLOAD);
        receiver.receive(buffer);
        long start = System.nanoTime();
        long bytes = 0;
        long now = start;
        while (now - start < seconds * NANOS) {
            receiver.receive(buffer.clear());
            now = System.nanoTime();
            bytes += buffer.position() + HEADERS;
        }
        return bytes * BITS * NANOS / (now - start);
    }

    /** Sends so many bits of frames per second, until the socket is closed. */
    private static long send(DatagramChannel sender, double bitsPerSecond) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PAYLOAD);
        double nanosPerFrame = (PAYLOAD + HEADERS) * BITS * NANOS / bitsPerSecond;
        long start = System.nanoTime();
        long sent = 0;
        try {
            while (true) {
                while (sent * nanosPerFrame < System.nanoTime() - start) {
                    sender.write(buffer.clear());
                    sent++;
                }
                LockSupport.parkNanos(MEGA / 2);
            }
        } catch (ClosedChannelException e) {
            return sent;
        }
    }
}
