// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.EchoResponder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Measures round trips of ping(8): in sequence, and a millisecond apart. */
final class Pings {

    private static final int RESPONDER = 0x0a2d0002;
    private static final long MAC = 0x02_00_00_00_00_07L;
    private static final String HOST = "10.45.0.1";
    private static final String TARGET = "10.45.0.2";
    private static final int FLOOD = 50_000;
    private static final int PACED = 2_000;
    /** The time of a whole flood, which is more exact than the mean of round trips in whole microseconds. */
    private static final Pattern TIME = Pattern.compile("time ([0-9]+)ms");

    private static final Pattern MEAN = Pattern.compile("= [0-9.]+/([0-9.]+)/");

    private Pings() {}

    /** Returns the microseconds per round trip of a flood, which sends the next request after a reply. */
    static double flood() throws IOException, InterruptedException {
        return flood(FLOOD);
    }

    /** Like {@link #flood()}, of {@code count} round trips. */
    static double flood(int count) throws IOException, InterruptedException {
        return number(TIME, ping("-f", "-c", Integer.toString(count))) * 1000 / count;
    }

    /** Returns the mean round trip in microseconds of requests a millisecond apart. */
    static double paced() throws IOException, InterruptedException {
        return number(MEAN, ping("-i", "0.001", "-c", Integer.toString(PACED))) * 1000;
    }

    private static String ping(String... how) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "0", "ping", "-q"));
        command.addAll(List.of(how));
        command.add(TARGET);
        Process ping = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(ping.getInputStream().readAllBytes());
        if (ping.waitFor() != 0) {
            throw new IOException("ping failed: " + output);
        }
        return output;
    }

    private static double number(Pattern pattern, String output) throws IOException {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IOException("ping printed no times: " + output);
        }
        return Double.parseDouble(matcher.group(1));
    }

    /** A way to ping. */
    interface Run {
        double measure() throws IOException, InterruptedException;
    }

    /**
     * The result of a run.
     *
     * @param micros the round trip in microseconds
     * @param share the share of a processor that the responder used
     */
    record Result(double micros, double share) {

        static Result of(Run run, Supplier<Duration> cpuOfResponder) throws IOException, InterruptedException {
            long start = System.nanoTime();
            Duration cpu = cpuOfResponder.get();
            double micros = run.measure();
            double busy = cpuOfResponder.get().minus(cpu).toNanos();
            return new Result(micros, busy / (System.nanoTime() - start));
        }
    }

    /** Pings a responder of this library that sleeps while there is nothing to do, or that never sleeps. */
    static Result ours(RxMode mode, boolean sleeps, Run run) throws IOException, InterruptedException {
        try (PacketPool pool = PacketPool.forMtu(1024, 1500)) {
            Thread responder;
            Result result;
            try (Rtap rtap = Rtap.open(RtapConfig.named("ours%d").withRxMode(mode))) {
                QueuePair queue = rtap.openQueue(0, pool);
                rtap.control().addAddress(IpPrefix.parse(HOST + "/24"));
                rtap.up();
                EchoResponder echo = new EchoResponder(queue, pool, MAC, RESPONDER, 24);
                responder = new Thread(sleeps ? echo : () -> spin(queue, echo));
                responder.start();
                result = Result.of(run, () -> Duration.ofNanos(CpuTime.nanos()));
            }
            responder.join();
            return result;
        }
    }

    private static void spin(QueuePair queue, EchoResponder echo) {
        while (queue.isOpen()) {
            echo.serve();
        }
    }

    /** Pings the peer that reads by multishot and never sleeps. */
    static Result peer(Peers peers, Run run) throws IOException, InterruptedException {
        return peer(peers.start(new Figure(Figure.Direction.ECHO, 64, 64), "multishot", 600), run);
    }

    /** Pings the peer that sleeps in poll(2) between packets. */
    static Result sleepingPeer(Peers peers, Run run) throws IOException, InterruptedException {
        return peer(Peers.onMeasuredCpu(peers.asleep("echo", Peers.DEVICE)), run);
    }

    private static Result peer(Process peer, Run run) throws IOException, InterruptedException {
        peer.getInputStream().read();
        // The previous run's device may still exist, because a ring releases it after its process has ended.
        setAddress();
        try {
            return Result.of(run, () -> peer.info().totalCpuDuration().orElseThrow());
        } finally {
            Peers.end(peer);
        }
    }

    private static void setAddress() throws IOException, InterruptedException {
        String[] command = {"ip", "address", "replace", HOST + "/24", "dev", Peers.DEVICE};
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }
}
