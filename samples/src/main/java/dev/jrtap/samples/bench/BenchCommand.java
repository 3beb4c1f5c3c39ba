// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.samples.Ending;
import dev.jrtap.samples.OwnNamespace;
import dev.jrtap.samples.Results;
import dev.jrtap.samples.Version;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares this library with peers on this machine: equal work, in the same run, alternately. */
@Command(
        name = "bench",
        description =
                "Compares this library with peers in C and Java: equal work, alternately; prints medians and ratios.",
        footer = "At ratios above 1, jrtap is ahead. Parts that cannot run here are listed, and the others run.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
public final class BenchCommand implements Callable<Integer> {

    /** The comparisons. */
    private enum Part {
        NOP,
        FILES,
        TCP,
        PACKETS,
        MAPPED,
        STREAM,
        COALESCE
    }

    private static final int BURST = 32;
    private static final int BATCH = 64;
    private static final int BYTES = 64;
    private static final int MTU = 1500;
    private static final int WARM_UP = 10;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = {
                "Parts to compare: ${COMPLETION-CANDIDATES} (default: all).",
                "NOP: io_uring without I/O; TCP: an echo server; PACKETS: a TAP device under XDP's flood; MAPPED: packets"
                        + " received by BPF; STREAM: iperf3 through jrtap forward; COALESCE: datagrams merged as by GRO."
            })
    private Set<Part> parts = EnumSet.allOf(Part.class);

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Runs of each contender (default: ${DEFAULT-VALUE}).",
            defaultValue = "7")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            description = "Length of a run (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private double seconds;

    @Option(
            names = "--directory",
            paramLabel = "DIRECTORY",
            description =
                    "Directory for the file of 128 MiB that FILES reads (default: the directory of temporary files).")
    private Path directory = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--peers",
            paramLabel = "DIRECTORY",
            description = "Directory with sources and libraries of the peers (default: peers beside the jar).")
    private Path peers = besideTheJar();

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a report with pictures to this file.")
    private Path html;

    @Option(
            names = "--pictures",
            paramLabel = "DIRECTORY",
            description = "With --html: also write each picture of the report to a file of its own there.")
    private Path pictures;

    @Mixin
    private OwnNamespace namespace;

    @Mixin
    private Results results;

    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    private static Path besideTheJar() {
        try {
            Path classes = Path.of(BenchCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return classes.resolveSibling("peers");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Integer call() throws Exception {
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds must be at least 1: " + rounds);
        }
        if (!(seconds > 0)) {
            throw new IllegalArgumentException("--seconds must be positive: " + seconds);
        }
        if (pictures != null && html == null) {
            throw new IllegalArgumentException("--pictures needs --html: they are those of the report");
        }
        return namespace.run(this::bench);
    }

    private int bench() throws Exception {
        Thread self = Thread.currentThread();
        try (Ending end = Ending.begin(() -> interrupt(self))) {
            Map<String, Object> surroundings = Surroundings.read();
            HtmlReport report = html == null ? null : new HtmlReport(new JavaPeers(peers), pictures);
            if (report != null) {
                // Reports a failure to write before the measurements, which take long.
                report.write(html, surroundings, comparisons, missing);
            }
            results.tell(Report.text(surroundings), Report.members(surroundings));
            for (Part part : parts) {
                if (!end.isAsked()) {
                    measure(part, end);
                }
            }
            for (String each : missing) {
                results.tell("not measured: " + each, Map.of("event", "missing", "what", each));
            }
            Thread.interrupted();
            if (report != null) {
                report.write(html, surroundings, comparisons, missing);
                results.say("the report is in %s", html);
            }
            results.tell(
                    comparisons.size() + " comparisons" + (end.isAsked() ? ", interrupted" : ""),
                    Map.of("event", "summary", "comparisons", comparisons.size(), "interrupted", end.isAsked()));
        }
        return 0;
    }

    /** Ends the peers first, so that a thread that waits for one of them continues. */
    private void interrupt(Thread self) {
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
        self.interrupt();
    }

    private void measure(Part part, Ending end) throws IOException {
        int before = comparisons.size();
        try {
            switch (part) {
                case NOP -> noOps();
                case FILES -> files();
                case TCP -> tcp();
                case PACKETS -> packets();
                case MAPPED -> mapped();
                case STREAM -> stream();
                case COALESCE -> coalesce();
            }
        } catch (Exception e) {
            // A part that cannot run here does not keep the others from running.
            missing.add(part + ": " + (end.isAsked() ? "interrupted" : e.getMessage()));
        }
        for (Comparison each : comparisons.subList(before, comparisons.size())) {
            results.tell(Report.text(each), Report.members(each));
        }
    }

    private Peers build(String... names) throws IOException, InterruptedException {
        return Peers.build(peers, names);
    }

    private void noOps() throws Exception {
        NopBenchmark ours = new NopBenchmark();
        ours.batch = BATCH;
        ours.open();
        List<Comparison.Side> sides = new ArrayList<>(List.of(new Comparison.Side("jrtap", () -> nanos(ours))));
        try (Peers nop = orMissing("NOP by liburing", "nop")) {
            if (nop != null) {
                sides.add(new Comparison.Side("liburing", () -> nop.nop(BATCH, seconds)));
            }
            comparisons.add(Comparison.run(
                    "No-ops through a ring, " + BATCH + " at a time", "ns per no-op", true, rounds, sides));
        } finally {
            ours.close();
        }
    }

    private double nanos(NopBenchmark benchmark) {
        long start = System.nanoTime();
        long elapsed = 0;
        long count = 0;
        while (elapsed < seconds * 1e9) {
            benchmark.roundTrip();
            count += BATCH;
            elapsed = System.nanoTime() - start;
        }
        return (double) elapsed / count;
    }

    /** Returns the peers of these names, or notes the reason and returns {@code null} if they cannot be built. */
    private Peers orMissing(String what, String... names) throws InterruptedException {
        try {
            return build(names);
        } catch (IOException e) {
            missing.add(what + ": " + e.getMessage());
            return null;
        }
    }

    private void files() throws Exception {
        try (FileReads reads = new FileReads(directory, seconds)) {
            comparisons.add(reads.compare(rounds));
        }
    }

    private void tcp() throws Exception {
        JavaPeers java = new JavaPeers(peers);
        try (EchoServers servers = new EchoServers(seconds);
                Peers c = orMissing("TCP echo by liburing", "echoserver")) {
            servers.ours();
            if (c != null) {
                servers.add("liburing", List.of(c.path("echoserver")));
            }
            if (Files.isDirectory(peers)) {
                servers.add("Netty, io_uring", java.source("NettyEcho", "io_uring"))
                        .add("Netty, epoll", java.source("NettyEcho", "epoll"))
                        .add("NIO", java.source("NioEcho"));
            }
            missing.addAll(servers.missing());
            comparisons.add(servers.compare(rounds));
        }
    }

    private void packets() throws Exception {
        RtapConfig config = RtapConfig.named("ours%d");
        try (Peers c = build("peer");
                Flood flood = Flood.start()) {
            for (Figure.Direction direction : Figure.Direction.values()) {
                Figure figure = new Figure(direction, BURST, BYTES);
                List<Comparison.Side> sides = new ArrayList<>();
                sides.add(new Comparison.Side(
                        "jrtap",
                        () -> TapLoop.run(flood, config, figure, seconds).perCpuSecond() / 1e6));
                for (String way : direction.strategies()) {
                    sides.add(new Comparison.Side(
                            "C, " + way,
                            () -> c.run(flood, figure, way, seconds).perCpuSecond() / 1e6));
                }
                comparisons.add(Comparison.run(
                        "Packets through a TAP device: " + figure, "millions per CPU second", false, rounds, sides));
            }
        }
    }

    private void mapped() throws Exception {
        List<StackPeer> peers = new ArrayList<>();
        try (Peers c = build("stack")) {
            List<Comparison.Side> sides = new ArrayList<>();
            for (RxMode mode : List.of(RxMode.MAPPED, RxMode.ONE_SHOT)) {
                side(sides, peers, "jrtap, " + mode, StackPeer.ours(mode, BATCH, BYTES, StackLoop.SLOT, false));
            }
            for (String way : List.of("mapped", "read")) {
                side(sides, peers, "C, " + way, c.stack(way, BATCH, BYTES, false));
            }
            comparisons.add(Comparison.run(
                    "Packets from the stack, sent and received by one thread, " + BYTES + " B",
                    "ns of CPU per packet",
                    true,
                    rounds,
                    sides));
        } finally {
            peers.forEach(StackPeer::close);
        }
    }

    private void side(List<Comparison.Side> sides, List<StackPeer> peers, String name, StackPeer peer) {
        peers.add(peer);
        sides.add(new Comparison.Side(name, () -> peer.turn(seconds).whole()));
    }

    private void stream() throws Exception {
        try (Peers c = orMissing("STREAM in C", "forward")) {
            int warmUp = (int) Math.ceil(WARM_UP * seconds);
            for (boolean offloads : List.of(true, false)) {
                comparisons.addAll(
                        ForwardComparison.compare(c, List.of(RxMode.AUTO), MTU, offloads, rounds, seconds, warmUp));
            }
        }
    }

    private void coalesce() throws Exception {
        try (Peers c = orMissing("COALESCE in C", "coalesce")) {
            comparisons.addAll(CoalesceComparison.compare(c, rounds, seconds));
        }
    }
}
