// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import dev.jrtap.samples.Results;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares the CPU time and the latency of receivers that sleep between packets: this library, in a JVM of its own for
 * each run, and poll(2) and read(2) in C, alternately, each on processor 1 and warmed up in the same way. The first
 * seconds of a JVM, in which it compiles its receive path, are a line of their own.
 */
@Command(
        name = "asleep-comparison",
        description = "Packets to a sleeping receiver, by this library and by poll and read in C, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class AsleepComparison implements Callable<Integer> {

    private static final String PEER = "C, poll and read";
    private static final double FIRST_SECONDS = 10;
    private static final int FLOOD = 50_000;
    private static final int LEAST_FLOOD = 1_000;
    private static final String DEVICE = "asleep0";

    @Parameters(description = "The directory of asleep.c.")
    private Path sources;

    @Option(names = "--rounds", defaultValue = "5", description = "Runs of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm",
            defaultValue = "8",
            description = "Seconds of warm-up of every contender (default: ${DEFAULT-VALUE}).")
    private double warm;

    @Option(
            names = "--warm-rate",
            defaultValue = "20000",
            description = "Packets per second of the warm-up (default: ${DEFAULT-VALUE}).")
    private int warmRate;

    @Option(
            names = "--ramp",
            defaultValue = "2",
            description = "Seconds at the measured rate before each run (default: ${DEFAULT-VALUE}).")
    private double ramp;

    @Option(names = "--seconds", defaultValue = "4", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--rates", split = ",", defaultValue = "1000,20000", description = "Packets per second.")
    private List<Integer> rates;

    @Option(names = "--modes", split = ",", defaultValue = "AUTO", description = "Receive modes of this library.")
    private List<RxMode> modes;

    @Option(
            names = "--first",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether to measure the first ten seconds of a JVM, too, without a warm-up.")
    private boolean first;

    @Option(
            names = "--pings",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether to measure ping -f, too.")
    private boolean pings;

    @Option(names = "--jvm", split = ",", description = "Options of the measured JVM.")
    private List<String> options = List.of();

    @Option(names = "--here", hidden = true)
    private boolean here;

    @Mixin
    private Results results;

    private AsleepComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new AsleepComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            return OwnNamespace.run(AsleepComparison.class, innerArguments());
        }
        Map<String, Object> surroundings = Surroundings.read();
        results.tell(Report.text(surroundings), Report.members(surroundings));
        try (Peers peers = Peers.build(sources, "asleep")) {
            for (int rate : rates) {
                Pace pace = new Pace(warmRate, warm, rate, ramp, seconds);
                for (Comparison compared : compare(contenders(peers, pace), rounds)) {
                    results.tell(Report.text(compared), Report.members(compared));
                }
            }
            if (pings) {
                Comparison compared = pings(peers, modes, true, rounds, FLOOD);
                results.tell(Report.text(compared), Report.members(compared));
            }
        }
        return 0;
    }

    private List<String> innerArguments() {
        List<String> arguments = new ArrayList<>(
                List.of("--here", "--rounds=" + rounds, "--warm=" + warm, "--warm-rate=" + warmRate, "--ramp=" + ramp));
        arguments.add("--seconds=" + seconds);
        arguments.add(first ? "--first" : "--no-first");
        arguments.add("--rates="
                + String.join(",", rates.stream().map(Object::toString).toList()));
        arguments.add("--modes="
                + String.join(",", modes.stream().map(Object::toString).toList()));
        arguments.add(pings ? "--pings" : "--no-pings");
        if (!options.isEmpty()) {
            arguments.add("--jvm=" + String.join(",", options));
        }
        if (results.isJson()) {
            arguments.add("--json");
        }
        arguments.add(sources.toAbsolutePath().toString());
        return arguments;
    }

    private List<Contender> contenders(Peers peers, Pace pace) {
        List<Contender> contenders = new ArrayList<>();
        for (RxMode mode : modes) {
            contenders.add(new Contender("jrtap, " + mode, peers, ours(mode, options), pace));
        }
        contenders.add(new Contender(PEER, peers, peers.asleep("receive", DEVICE), pace));
        if (first) {
            for (RxMode mode : modes) {
                Pace fresh = Pace.fresh(pace.perSecond(), FIRST_SECONDS);
                contenders.add(new Contender("jrtap, " + mode + ", first 10 s", peers, ours(mode, options), fresh));
            }
        }
        return contenders;
    }

    /** Measures as {@code jrtap bench} does: the default mode, two rates, and the round trips of pings. */
    static List<Comparison> compare(Peers c, int rounds, double seconds) throws Exception {
        List<Comparison> compared = new ArrayList<>();
        for (int rate : List.of(1_000, 20_000)) {
            Pace pace = new Pace(20_000, 8 * seconds, rate, seconds, 2 * seconds);
            compared.addAll(compare(
                    List.of(
                            new Contender("jrtap", c, ours(RxMode.AUTO, List.of()), pace),
                            new Contender(PEER, c, c.asleep("receive", DEVICE), pace)),
                    rounds));
        }
        for (boolean sleeps : List.of(true, false)) {
            int count = (int) Math.max(LEAST_FLOOD, FLOOD * seconds);
            compared.add(pings(c, List.of(RxMode.AUTO), sleeps, rounds, count));
        }
        return compared;
    }

    private static List<Comparison> compare(List<Contender> contenders, int rounds) throws Exception {
        String title = "Packets to a receiver that sleeps between them, "
                + contenders.get(0).pace().perSecond() + " per second";
        return Comparison.runFresh(
                rounds,
                List.of(
                        new Comparison.Column(title, "us of CPU per packet", true),
                        new Comparison.Column(title, "us of latency, median", true),
                        new Comparison.Column(title, "us of latency, 99th percentile", true),
                        new Comparison.Column(title, "us of latency, 99.9th percentile", true),
                        new Comparison.Column(title, "us of latency, maximum", true)),
                contenders.stream()
                        .map(each -> new Comparison.Side(each.name(), each::measure))
                        .toList());
    }

    /** Measures {@code count} round trips to responders that sleep in the kernel, or that poll all the time. */
    private static Comparison pings(Peers c, List<RxMode> modes, boolean sleeps, int rounds, int count)
            throws Exception {
        Pings.Run flood = () -> Pings.flood(count);
        List<Comparison.Side> sides = new ArrayList<>();
        for (RxMode mode : modes) {
            sides.add(new Comparison.Side(
                    "jrtap, " + mode, () -> Pings.ours(mode, sleeps, flood).micros()));
        }
        sides.add(
                sleeps
                        ? new Comparison.Side(
                                PEER, () -> Pings.sleepingPeer(c, flood).micros())
                        : new Comparison.Side(
                                "C, multishot", () -> Pings.peer(c, flood).micros()));
        String title = "Round trips of ping -f to a responder that " + (sleeps ? "sleeps" : "polls");
        return Comparison.run(title, "us", true, rounds, sides);
    }

    private static List<String> ours(RxMode mode, List<String> options) {
        List<String> program = new ArrayList<>(options);
        program.addAll(List.of(AsleepReceiver.class.getName(), mode.toString(), DEVICE));
        return JavaPeers.jvm(System.getProperty("java.class.path"), program.toArray(String[]::new));
    }

    /** A way to receive: a command that is started for each run. */
    private record Contender(String name, Peers peers, List<String> command, Pace pace) {

        /** Returns, in microseconds, the CPU time per packet, and the latency's median, percentiles and maximum. */
        double[] measure() throws IOException, InterruptedException {
            Process measured = Peers.onMeasuredCpu(command);
            try (BufferedReader output = measured.inputReader()) {
                String device = output.readLine();
                if (device == null) {
                    throw new IOException(String.join(" ", command) + " opened no device");
                }
                double[] cpu = peers.sendPaced(device, pace, measured.pid());
                String line = output.readLine();
                if (measured.waitFor() != 0 || line == null) {
                    throw new IOException(String.join(" ", command) + " failed");
                }
                String[] late = line.split(" ");
                double[] values =
                        Arrays.stream(late).mapToDouble(Double::parseDouble).toArray();
                // The first is the number of packets.
                values[0] = 1e6 * cpu[0] / values[0];
                return values;
            } finally {
                Peers.end(measured);
            }
        }
    }
}
