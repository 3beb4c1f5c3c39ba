// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.samples.OwnNamespace;
import dev.jrtap.samples.Results;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares datagrams of one flow that this library and peers in C send, alternately: merged into super-packets, and
 * each by itself. The sending thread does the kernel's work up to the socket, so its CPU time is that of the whole
 * path.
 */
@Command(
        name = "coalesce-comparison",
        description = "Datagrams of one flow, merged and not, by this library and in C, alternately.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class CoalesceComparison implements Callable<Integer> {

    private static final List<String> WAYS = List.of("ring", "write");

    @Parameters(description = "The directory of coalesce.c.")
    private Path sources;

    @Option(names = "--rounds", defaultValue = "21", description = "Runs of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "1",
            description = "Length of a run, merged and not (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--here", hidden = true)
    private boolean here;

    @Mixin
    private Results results;

    private CoalesceComparison() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new CoalesceComparison()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!here) {
            List<String> arguments = new ArrayList<>(List.of("--here", "--rounds=" + rounds, "--seconds=" + seconds));
            if (results.isJson()) {
                arguments.add("--json");
            }
            arguments.add(sources.toAbsolutePath().toString());
            return OwnNamespace.run(CoalesceComparison.class, arguments);
        }
        Map<String, Object> surroundings = Surroundings.read();
        results.tell(Report.text(surroundings), Report.members(surroundings));
        try (Peers peers = Peers.build(sources, "coalesce")) {
            for (Comparison compared : compare(peers, rounds, seconds)) {
                results.tell(Report.text(compared), Report.members(compared));
            }
        }
        return 0;
    }

    /**
     * Measures merged datagrams, those by themselves, and the ratio.
     *
     * @param c the peers in C, or {@code null} to measure this library alone
     */
    static List<Comparison> compare(Peers c, int rounds, double seconds) throws Exception {
        List<CoalescePeer> peers = new ArrayList<>();
        List<Comparison.Side> sides = new ArrayList<>();
        try {
            add(sides, peers, "jrtap", CoalescePeer.ours(), seconds);
            for (String way : c == null ? List.<String>of() : WAYS) {
                add(sides, peers, "C, " + way, CoalescePeer.c(c, way), seconds);
            }
            String title = "Datagrams of one flow in frames of " + Coalescing.BYTES + " B, ";
            String unit = "millions per CPU second";
            return Comparison.run(
                    rounds,
                    List.of(
                            new Comparison.Column(title + "merged", unit, false),
                            new Comparison.Column(title + "each by itself", unit, false),
                            new Comparison.Column(title + "merged against by itself", "times", false)),
                    sides);
        } finally {
            peers.forEach(CoalescePeer::close);
        }
    }

    private static void add(
            List<Comparison.Side> sides, List<CoalescePeer> peers, String name, CoalescePeer peer, double seconds) {
        peers.add(peer);
        sides.add(new Comparison.Side(name, () -> peer.measure(seconds)));
    }
}
