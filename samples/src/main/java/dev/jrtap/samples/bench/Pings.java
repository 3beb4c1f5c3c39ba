// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.jrtap.netlink.IpPrefix;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.EchoResponder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Round trips of {@code ping -f}, and what it costs to wait. */
final class Pings {

    private static final int RESPONDER = 0x0a2d0002;
    private static final long MAC = 0x02_00_00_00_00_07L;
    private static final String HOST = "10.45.0.1";
    private static final String TARGET = "10.45.0.2";
    private static final int COUNT = 20_000;
    private static final Pattern AVERAGE = Pattern.compile("= [0-9.]+/([0-9.]+)/");
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Pings() {}

    private static double ping() throws IOException, InterruptedException {
        Process ping = new ProcessBuilder(
                        "taskset", "-c", "0", "ping", "-f", "-q", "-c", Integer.toString(COUNT), TARGET)
                .redirectErrorStream(true)
                .start();
        String output = new String(ping.getInputStream().readAllBytes());
        Matcher average = AVERAGE.matcher(output);
        if (ping.waitFor() != 0 || !average.find()) {
            throw new IOException("ping failed: " + output);
        }
        return Double.parseDouble(average.group(1));
    }

    /** Milliseconds of a round trip to a responder of this library that never sleeps. */
    static double ours(RxMode mode) throws IOException, InterruptedException {
        try (PacketPool pool = PacketPool.forMtu(1024, 1500)) {
            Thread responder;
            double average;
            try (Rtap rtap = Rtap.open(RtapConfig.named("ours%d").withRxMode(mode))) {
                QueuePair queue = rtap.openQueue(0, pool);
                rtap.control().addAddress(IpPrefix.of(HOST + "/24"));
                rtap.up();
                EchoResponder echo = new EchoResponder(queue, pool, MAC, RESPONDER);
                responder = new Thread(() -> {
                    while (queue.isOpen()) {
                        echo.serve();
                    }
                });
                responder.start();
                average = ping();
            }
            responder.join();
            return average;
        }
    }

    /** The same to the peer that reads by multishot. */
    static double peer(Peers peers) throws IOException, InterruptedException {
        Process peer = peers.start(new Figure(Figure.Direction.ECHO, 64, 64), "multishot", 600);
        peer.getInputStream().read();
        run(List.of("ip", "address", "add", HOST + "/24", "dev", Peers.DEVICE));
        try {
            return ping();
        } finally {
            Peers.end(peer);
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    /** The share of a processor that a receiver takes which sleeps between packets, {@code perSecond} of them. */
    static double asleep(Peers peers, RxMode mode, int perSecond, double seconds)
            throws IOException, InterruptedException {
        try (PacketPool pool = PacketPool.forMtu(1024, 1500);
                Rtap rtap = Rtap.open(RtapConfig.named("ours%d").withRxMode(mode))) {
            QueuePair queue = rtap.openQueue(0, pool);
            Burst burst = new Burst(pool, 64);
            rtap.up();
            Process generator = peers.flood(rtap.name(), 64, perSecond);
            try {
                receive(queue, burst, 1);
                long cpu = PROCESS.getProcessCpuTime();
                long start = System.nanoTime();
                long packets = receive(queue, burst, seconds);
                double share = (double) (PROCESS.getProcessCpuTime() - cpu) / (System.nanoTime() - start);
                System.out.printf("%s, %.0f packets a second", mode, packets / seconds);
                return share;
            } finally {
                Peers.end(generator);
            }
        }
    }

    private static long receive(QueuePair queue, Burst burst, double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long packets = 0;
        while (System.nanoTime() < end) {
            queue.rx().await(100_000_000);
            packets += queue.rx().receive(burst);
            burst.release();
        }
        return packets;
    }
}
