// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

    private static final String PEER = "poll+read in C";
    private static final String[] COLUMNS = {"CPU %", "us/packet", "p50 us", "p99 us", "p99.9 us", "max us"};
    private static final int P99 = 3;
    private static final double FIRST_SECONDS = 10;
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;
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

    private AsleepComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new AsleepComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            return OwnNamespace.run(AsleepComparison.class, innerArguments());
        }
        System.out.println("JDK " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version"));
        try (Peers peers = Peers.build(sources, "asleep")) {
            for (int rate : rates) {
                compare(peers, rate);
            }
            if (pings) {
                pings(peers);
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
        arguments.add(sources.toAbsolutePath().toString());
        return arguments;
    }

    private List<Contender> contenders(Peers peers, int rate) {
        Pace warmed = new Pace(warmRate, warm, rate, ramp, seconds);
        List<Contender> contenders = new ArrayList<>();
        for (RxMode mode : modes) {
            contenders.add(new Contender(mode.toString(), ours(mode), warmed));
        }
        contenders.add(new Contender(PEER, peers.asleep("receive", DEVICE), warmed));
        if (first) {
            for (RxMode mode : modes) {
                contenders.add(new Contender(mode + ", first 10 s", ours(mode), Pace.fresh(rate, FIRST_SECONDS)));
            }
        }
        return contenders;
    }

    private void compare(Peers peers, int rate) throws IOException, InterruptedException {
        List<Contender> contenders = contenders(peers, rate);
        List<Contender> order = new ArrayList<>(contenders);
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : order) {
                contender.runs.add(measure(peers, contender.command, contender.pace));
            }
            Collections.reverse(order);
        }
        System.out.printf(
                "%d packets per second, medians of %d runs of %s s, after %s s of warm-up at %d and %s s of ramp%n",
                rate, rounds, seconds, warm, warmRate, ramp);
        System.out.printf("  %-24s", "");
        for (String column : COLUMNS) {
            System.out.printf(" %10s", column);
        }
        System.out.println("  range of p99");
        for (Contender contender : contenders) {
            System.out.printf("  %-24s", contender.name);
            for (int column = 0; column < COLUMNS.length; column++) {
                System.out.printf(" %10.2f", Medians.of(contender.column(column)));
            }
            double[] p99 = contender.column(P99);
            Arrays.sort(p99);
            System.out.printf("  %.0f..%.0f%n", p99[0], p99[p99.length - 1]);
        }
    }

    /** A way to receive, and the measurements of its runs. */
    private static final class Contender {

        private final String name;
        private final List<String> command;
        private final Pace pace;
        private final List<double[]> runs = new ArrayList<>();

        Contender(String name, List<String> command, Pace pace) {
            this.name = name;
            this.command = command;
            this.pace = pace;
        }

        double[] column(int column) {
            return runs.stream().mapToDouble(run -> run[column]).toArray();
        }
    }

    private void pings(Peers peers) throws IOException, InterruptedException {
        for (RxMode mode : modes) {
            double[] ours = new double[rounds];
            double[] theirs = new double[rounds];
            Pings.ours(mode, true, Pings::flood);
            for (int round = 0; round < rounds; round++) {
                ours[round] = Pings.ours(mode, true, Pings::flood).micros();
                theirs[round] = Pings.sleepingPeer(peers, Pings::flood).micros();
            }
            System.out.printf(
                    "ping -f, us per round trip: %s %.1f, %s %.1f, ratio %.3f%n",
                    mode, Medians.of(ours), PEER, Medians.of(theirs), Medians.ofRatios(ours, theirs));
        }
    }

    private List<String> ours(RxMode mode) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        if (Runtime.version().feature() >= FIRST_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), AsleepReceiver.class.getName()));
        command.addAll(List.of(mode.toString(), DEVICE));
        return command;
    }

    /** Runs a receiver and sends packets to it; returns a value for each of {@link #COLUMNS}. */
    private double[] measure(Peers peers, List<String> receiver, Pace pace) throws IOException, InterruptedException {
        Process measured = Peers.onMeasuredCpu(receiver);
        try (BufferedReader output = new BufferedReader(new InputStreamReader(measured.getInputStream()))) {
            String device = output.readLine();
            if (device == null) {
                throw new IOException(String.join(" ", receiver) + " opened no device");
            }
            double[] cpu = peers.sendPaced(device, pace, measured.pid());
            String[] late = output.readLine().split(" ");
            if (measured.waitFor() != 0) {
                throw new IOException(String.join(" ", receiver) + " failed");
            }
            return new double[] {
                100 * cpu[0] / cpu[1],
                1e6 * cpu[0] / Double.parseDouble(late[0]),
                Double.parseDouble(late[1]),
                Double.parseDouble(late[2]),
                Double.parseDouble(late[3]),
                Double.parseDouble(late[4])
            };
        } finally {
            Peers.end(measured);
        }
    }
}
