// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What a receiver costs that sleeps between packets, and how late it reads them: by this library, in a fresh JVM for
 * each run, and by poll(2) and read(2) in C, alternately, each on processor 1.
 */
@Command(
        name = "asleep-comparison",
        description = "Packets to a sleeping receiver, by this library and by poll and read in C, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class AsleepComparison implements Callable<Integer> {

    private static final String PEER = "poll+read in C";
    private static final String[] COLUMNS = {"CPU %", "us/packet", "p50 us", "p99 us", "p99.9 us", "max us"};
    private static final int FIRST_WITH_NATIVE_ACCESS = 22;
    private static final String DEVICE = "asleep0";

    @Parameters(description = "Where asleep.c is.")
    private Path sources;

    @Option(names = "--rounds", defaultValue = "5", description = "Runs of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--ramp", defaultValue = "2", description = "Seconds before each run (default: ${DEFAULT-VALUE}).")
    private double ramp;

    @Option(names = "--seconds", defaultValue = "4", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--rates", split = ",", defaultValue = "1000,20000", description = "Packets a second.")
    private List<Integer> rates;

    @Option(names = "--modes", split = ",", defaultValue = "AUTO", description = "How this library receives.")
    private List<RxMode> modes;

    @Option(
            names = "--pings",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether to ping -f, too.")
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
        List<String> arguments =
                new ArrayList<>(List.of("--here", "--rounds=" + rounds, "--ramp=" + ramp, "--seconds=" + seconds));
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

    private void compare(Peers peers, int rate) throws IOException, InterruptedException {
        List<String> names =
                new ArrayList<>(modes.stream().map(RxMode::toString).toList());
        names.add(PEER);
        List<List<double[]>> runs = new ArrayList<>();
        names.forEach(name -> runs.add(new ArrayList<>()));
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            order.add(i);
        }
        for (int round = 0; round < rounds; round++) {
            for (int i : order) {
                runs.get(i)
                        .add(measure(
                                peers, i < modes.size() ? ours(modes.get(i)) : peers.asleep("receive", DEVICE), rate));
            }
            Collections.reverse(order);
        }
        System.out.println(rate + " packets a second, medians of " + rounds + " runs of " + seconds + " s");
        System.out.printf("  %-16s", "");
        for (String column : COLUMNS) {
            System.out.printf(" %10s", column);
        }
        System.out.println();
        for (int i = 0; i < names.size(); i++) {
            System.out.printf("  %-16s", names.get(i));
            for (int column = 0; column < COLUMNS.length; column++) {
                System.out.printf(" %10.2f", median(runs.get(i), column));
            }
            System.out.println();
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
                    "ping -f, us a round trip: %s %.1f, %s %.1f, ratio %.3f%n",
                    mode, Medians.of(ours), PEER, Medians.of(theirs), Medians.ofRatios(ours, theirs));
        }
    }

    private static double median(List<double[]> runs, int column) {
        return Medians.of(runs.stream().mapToDouble(run -> run[column]).toArray());
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

    /** Runs a receiver, and has packets sent to it; what it costs, and how late it was. */
    private double[] measure(Peers peers, List<String> receiver, int rate) throws IOException, InterruptedException {
        Process measured = Peers.onMeasuredCpu(receiver);
        try (BufferedReader output = new BufferedReader(new InputStreamReader(measured.getInputStream()))) {
            String device = output.readLine();
            if (device == null) {
                throw new IOException(String.join(" ", receiver) + " opened no device");
            }
            double[] cpu = peers.sendPaced(device, rate, ramp, seconds, measured.pid());
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
