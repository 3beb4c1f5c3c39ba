// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * The added delay of single packets, from the system call that sends to the one that receives, beside a thread that
 * parks until a time, as often as packets come: how late the machine itself is.
 */
final class AccuracyOfDelay {

    private static final int PORT = 7000;
    private static final double MICRO = 1e3;
    private static final long MILLI = 1_000_000;
    private static final long MEDIAN = 500_000;
    private static final long MOST = 2 * MILLI;
    private static final long GAP = 2 * MILLI;

    private AccuracyOfDelay() {}

    static void measure(double seconds) throws Exception {
        int packets = (int) (seconds * 200);
        try (Network network = Network.create()) {
            Host client = network.addHost("client");
            Host server = network.addHost("server");
            Link link = network.link(client, server);
            oneWay(client, server, 2000, MILLI / 10);
            double plain = Accuracy.quantile(oneWay(client, server, packets, MILLI), 0.5);
            Accuracy.unjudged("one way without delay, median", "", "%.0f us", plain / MICRO);
            for (int millis : new int[] {1, 2, 5, 10, 20, 50, 100, 200}) {
                link.impair(Impairment.none().withDelay(Duration.ofMillis(millis)));
                AtomicBoolean done = new AtomicBoolean();
                Future<long[]> parker = network.host("server").executor().submit(() -> lateness(done));
                long[] sorted = oneWay(client, server, packets, GAP);
                done.set(true);
                double added = millis * MILLI + plain;
                report(
                        millis,
                        Accuracy.quantile(sorted, 0.5) - added,
                        Accuracy.quantile(sorted, 0.99) - added,
                        parker.get());
            }
        }
    }

    private static void report(int millis, double median, double most, long[] parked) {
        double timer = Accuracy.quantile(parked, 0.99);
        String what = "delay of " + millis + " ms, median and 99 % off by";
        String wanted = "< 500 us, < 2000 us";
        String measured = "%.0f us, %.0f us (timer %.0f us)";
        if (timer > MILLI) {
            Accuracy.unjudged(what, wanted, measured, median / MICRO, most / MICRO, timer / MICRO);
        } else {
            boolean isKept = Math.abs(median) < MEDIAN && Math.abs(most) < MOST;
            Accuracy.row(isKept, what, wanted, measured, median / MICRO, most / MICRO, timer / MICRO);
        }
    }

    /**
     * How late a parked thread is at times that are fixed beforehand, sorted. A stall of the machine makes all of its
     * times late, as it does all packets that are due meanwhile; a thread that parked anew after each would see one.
     */
    private static long[] lateness(AtomicBoolean done) {
        LongStream.Builder late = LongStream.builder();
        long due = System.nanoTime();
        do {
            due += GAP;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            late.add(System.nanoTime() - due);
        } while (!done.get());
        return late.build().sorted().toArray();
    }

    /** The times that packets take, sorted. */
    static long[] oneWay(Host from, Host to, int packets, long gapNanos) throws Exception {
        try (DatagramChannel receiver =
                        to.call(() -> DatagramChannel.open().bind(new InetSocketAddress(to.address(), PORT)));
                DatagramChannel sender =
                        from.call(() -> DatagramChannel.open().connect(new InetSocketAddress(to.address(), PORT)))) {
            Future<long[]> times = to.executor().submit(() -> {
                long[] nanos = new long[packets];
                ByteBuffer buffer = ByteBuffer.allocateDirect(Long.BYTES);
                for (int i = 0; i < packets; i++) {
                    receiver.receive(buffer.clear());
                    nanos[i] = System.nanoTime() - buffer.getLong(0);
                }
                return nanos;
            });
            ByteBuffer buffer = ByteBuffer.allocateDirect(Long.BYTES);
            for (int i = 0; i < packets; i++) {
                sender.write(buffer.clear().putLong(0, System.nanoTime()));
                LockSupport.parkNanos(gapNanos);
            }
            return Accuracy.sorted(times.get());
        }
    }
}
