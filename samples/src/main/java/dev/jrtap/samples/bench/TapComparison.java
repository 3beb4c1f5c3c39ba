// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares packets through a TAP device by this library and by peers in C, alternately in one run, each on one
 * processor; prints the medians of the ratios between neighbors.
 */
@Command(
        name = "tap-comparison",
        description = "Packets through a TAP device, by this library and by peers in C, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class TapComparison implements Callable<Integer> {

    /** The parts of the comparison. */
    private enum Part {
        PACKETS,
        PINGS,
        LOW_RATE
    }

    /** The number of packets after which the JIT compiler is done, even on a busy machine. */
    private static final long WARM_UP_PACKETS = 1_000_000;

    private static final int LOW_RATE = 1000;

    @Parameters(description = "The directory of peer.c.")
    private Path sources;

    @Option(names = "--pairs", defaultValue = "7", description = "Runs of each side (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(names = "--seconds", defaultValue = "0.5", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--bursts", split = ",", defaultValue = "1,8,32,64", description = "Packets at a time.")
    private List<Integer> bursts;

    @Option(names = "--bytes", split = ",", defaultValue = "64,1514", description = "Bytes of the frames.")
    private List<Integer> sizes;

    @Option(names = "--directions", split = ",", defaultValue = "TX,RX,ECHO", description = "What to measure.")
    private List<Figure.Direction> directions;

    @Option(names = "--mode", defaultValue = "AUTO", description = "Receive mode of this library.")
    private RxMode mode;

    @Option(
            names = "--figures",
            split = ",",
            defaultValue = "PACKETS,PINGS,LOW_RATE",
            description = "Parts to run: ${COMPLETION-CANDIDATES}.")
    private List<Part> parts;

    @Option(names = "--here", hidden = true)
    private boolean here;

    private TapComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new TapComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            return OwnNamespace.run(TapComparison.class, innerArguments());
        }
        System.out.println("JDK " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version"));
        try (Peers peers = Peers.build(sources, "peer");
                Flood flood = Flood.start()) {
            for (Part part : parts) {
                switch (part) {
                    case PACKETS -> packets(peers, flood);
                    case PINGS -> pings(peers);
                    case LOW_RATE -> lowRate(peers);
                }
            }
        }
        return 0;
    }

    private void packets(Peers peers, Flood flood) throws Exception {
        System.out.println(
                "Millions of packets per CPU second, ours and the peers': medians, and medians of ratios; then, for ours,"
                        + " millions per second of wall-clock time, and packets per entry into the kernel");
        for (Figure figure : figures()) {
            compare(peers, flood, figure);
        }
    }

    private void pings(Peers peers) throws Exception {
        double[] ours = new double[pairs];
        double[] theirs = new double[pairs];
        Pings.ours(mode, false, Pings::flood);
        for (int pair = 0; pair < pairs; pair++) {
            ours[pair] = Pings.ours(mode, false, Pings::flood).micros();
            theirs[pair] = Pings.peer(peers, Pings::flood).micros();
        }
        System.out.printf(
                "ping -f, us per round trip: ours %.2f, multishot %.2f, ratio %.2f%n",
                Medians.of(ours), Medians.of(theirs), Medians.ofRatios(ours, theirs));
    }

    private void lowRate(Peers peers) throws Exception {
        System.out.println("At " + LOW_RATE + " packets per second: us per round trip, and the share of a processor");
        print("peer, never sleeps", Pings.peer(peers, Pings::paced));
        print("ours, never sleeps", Pings.ours(mode, false, Pings::paced));
        for (RxMode each : List.of(RxMode.ONE_SHOT, RxMode.MULTISHOT, RxMode.POLL)) {
            print(each + ", sleeps", Pings.ours(each, true, Pings::paced));
        }
    }

    private static void print(String who, Pings.Result result) {
        System.out.printf("%s: %.0f us, %.1f %%%n", who, result.micros(), result.share() * 100);
    }

    private List<String> innerArguments() {
        List<String> arguments = new ArrayList<>(List.of("--here", "--pairs=" + pairs, "--seconds=" + seconds));
        arguments.add("--bursts=" + join(bursts));
        arguments.add("--bytes=" + join(sizes));
        arguments.add("--directions=" + join(directions));
        arguments.add("--mode=" + mode);
        arguments.add("--figures=" + join(parts));
        arguments.add(sources.toAbsolutePath().toString());
        return arguments;
    }

    private static String join(List<?> values) {
        return String.join(",", values.stream().map(Object::toString).toList());
    }

    /** Returns the figures: small frames in all bursts, others in one. */
    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        for (Figure.Direction direction : directions) {
            for (int bytes : sizes) {
                for (int burst : bytes == sizes.get(0) ? bursts : List.of(32)) {
                    figures.add(new Figure(direction, burst, bytes));
                }
            }
        }
        return figures;
    }

    private void compare(Peers peers, Flood flood, Figure figure) throws Exception {
        String[] strategies = figure.direction().strategies();
        RtapConfig config = RtapConfig.named("ours%d").withRxMode(mode);
        double[] ours = new double[pairs];
        double[] byTheClock = new double[pairs];
        double[][] theirs = new double[strategies.length][pairs];
        for (long packets = 0; packets < WARM_UP_PACKETS; ) {
            packets += TapLoop.run(flood, config, figure, seconds).packets();
        }
        long entries = 0;
        long packets = 0;
        for (int pair = 0; pair < pairs; pair++) {
            Measurement measured = TapLoop.run(flood, config, figure, seconds);
            ours[pair] = measured.perCpuSecond();
            byTheClock[pair] = measured.perSecond();
            entries += measured.entries();
            packets += measured.packets();
            for (int i = 0; i < strategies.length; i++) {
                theirs[i][pair] =
                        peers.run(flood, figure, strategies[i], seconds).perCpuSecond();
            }
        }
        StringBuilder line = new StringBuilder(String.format("%s: %.3f", figure, Medians.of(ours) / 1e6));
        for (int i = 0; i < strategies.length; i++) {
            line.append(String.format(
                    "; %s %.3f, ratio %.2f",
                    strategies[i], Medians.of(theirs[i]) / 1e6, Medians.ofRatios(ours, theirs[i])));
        }
        System.out.println(line
                + String.format(
                        "; by the clock %.3f, an entry %.1f",
                        Medians.of(byTheClock) / 1e6, (double) packets / entries));
    }
}
