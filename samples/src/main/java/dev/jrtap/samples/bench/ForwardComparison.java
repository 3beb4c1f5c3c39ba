// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.OwnNamespace;
import dev.jrtap.samples.Results;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares a TCP stream through the forwarder of this library and through forwarders in C, alternately: bits per CPU
 * second of all threads of the forwarder, and bits per second. Each has hosts of its own, and runs for the whole
 * comparison on processor 1, while the hosts are on processor 0.
 */
@Command(
        name = "forward-comparison",
        description = "A TCP stream through forwarders, of this library and in C, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ForwardComparison implements Callable<Integer> {

    private static final List<String> WAYS = List.of("rounds", "read");

    /** Work that is left to the receiving kernel. */
    private enum Offloads {
        ALL,
        NONE
    }

    @Parameters(description = "The directory of forward.c.")
    private Path sources;

    @Option(names = "--rounds", defaultValue = "21", description = "Runs of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "2", description = "Length of a run (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "20",
            description = "Seconds of small datagrams for each JVM to compile (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--mtus", split = ",", defaultValue = "1280,1500,9000", description = "MTUs of the devices.")
    private List<Integer> mtus;

    @Option(names = "--offloads", split = ",", defaultValue = "NONE,ALL", description = "Offloads of the devices.")
    private List<Offloads> offloads;

    @Option(names = "--modes", split = ",", defaultValue = "AUTO", description = "Receive modes of this library.")
    private List<RxMode> modes;

    @Option(names = "--here", hidden = true)
    private boolean here;

    @Mixin
    private Results results;

    private ForwardComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new ForwardComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            return OwnNamespace.run(ForwardComparison.class, innerArguments());
        }
        Map<String, Object> surroundings = Surroundings.read();
        results.tell(Report.text(surroundings), Report.members(surroundings));
        try (Peers peers = Peers.build(sources, "forward")) {
            for (Offloads each : offloads) {
                for (int mtu : mtus) {
                    for (Comparison compared :
                            compare(peers, modes, mtu, each == Offloads.ALL, rounds, seconds, warmUp)) {
                        results.tell(Report.text(compared), Report.members(compared));
                    }
                }
            }
        }
        return 0;
    }

    private List<String> innerArguments() {
        List<String> arguments = new ArrayList<>(List.of("--here", "--rounds=" + rounds, "--seconds=" + seconds));
        arguments.add("--warm-up=" + warmUp);
        arguments.add("--mtus=" + join(mtus));
        arguments.add("--offloads=" + join(offloads));
        arguments.add("--modes=" + join(modes));
        if (results.isJson()) {
            arguments.add("--json");
        }
        arguments.add(sources.toAbsolutePath().toString());
        return arguments;
    }

    private static String join(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /**
     * Measures with devices of this MTU.
     *
     * @param c the peers in C, or {@code null} to measure this library alone
     * @throws IOException if a forwarder has lost packets
     */
    static List<Comparison> compare(
            Peers c, List<RxMode> modes, int mtu, boolean offloads, int rounds, double seconds, int warmUp)
            throws Exception {
        List<ForwardPeer> peers = new ArrayList<>();
        List<Comparison.Side> sides = new ArrayList<>();
        try {
            for (RxMode mode : modes) {
                add(sides, peers, "jrtap, " + mode, ForwardPeer.ours(mode, mtu, offloads, warmUp), seconds);
            }
            for (String way : c == null ? List.<String>of() : WAYS) {
                add(sides, peers, "C, " + way, ForwardPeer.c(c, way, mtu, offloads), seconds);
            }
            String title = "A TCP stream through a forwarder, MTU " + mtu + ", "
                    + (offloads ? "all offloads" : "no offloads") + ", " + Streams.CONGESTION_CONTROL;
            List<Comparison> compared = Comparison.run(
                    rounds,
                    List.of(
                            new Comparison.Column(title, "Gbit per CPU second of the forwarder", false),
                            new Comparison.Column(title, "Gbit/s", false),
                            new Comparison.Column(title, "% of the segments sent once", false)),
                    sides);
            for (ForwardPeer peer : peers) {
                peer.end();
            }
            return compared;
        } finally {
            peers.forEach(ForwardPeer::close);
        }
    }

    private static void add(
            List<Comparison.Side> sides, List<ForwardPeer> peers, String name, ForwardPeer peer, double seconds) {
        peers.add(peer);
        sides.add(new Comparison.Side(name, () -> {
            Streams.Rate rate = peer.stream(seconds);
            return new double[] {rate.perCpuSecond() / 1e9, rate.perSecond() / 1e9, 100 * (1 - rate.retransmits())};
        }));
    }
}
