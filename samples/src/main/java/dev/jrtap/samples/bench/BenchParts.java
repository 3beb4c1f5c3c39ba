// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The comparisons of {@code jrtap bench}, and a list of what could not be measured. */
final class BenchParts {

    /** A part of the comparison, which can be left out. */
    enum Part {
        NOP,
        FILES,
        TCP,
        PACKETS,
        MAPPED,
        ASLEEP,
        STREAM,
        COALESCE
    }

    private static final int BURST = 32;
    private static final int BATCH = 64;
    private static final int BYTES = 64;
    private static final int MTU = 1500;
    private static final int WARM_UP = 10;

    private final Path peers;
    private final Path directory;
    private final int rounds;
    private final double seconds;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    /**
     * Makes no measurement yet.
     *
     * @param peers the directory of the peers' sources and libraries
     * @param directory the directory for files to read
     * @param rounds the runs of each contender
     * @param seconds the length of a run
     */
    BenchParts(Path peers, Path directory, int rounds, double seconds) {
        this.peers = peers;
        this.directory = directory;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Returns the comparisons that have been measured. */
    List<Comparison> comparisons() {
        return comparisons;
    }

    /** Returns what could not be measured, and why. */
    List<String> missing() {
        return missing;
    }

    /** Measures a part. */
    void measure(Part part) throws Exception {
        switch (part) {
            case NOP -> noOps();
            case FILES -> files();
            case TCP -> tcp();
            case PACKETS -> packets();
            case MAPPED -> mapped();
            case ASLEEP -> asleep();
            case STREAM -> stream();
            case COALESCE -> coalesce();
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

    private void asleep() throws Exception {
        try (Peers c = build("asleep", "peer")) {
            comparisons.addAll(AsleepComparison.compare(c, rounds, seconds));
        }
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
