// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

    private static final String REPEATED = "--repeated";

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = {
                "Parts to compare: ${COMPLETION-CANDIDATES} (default: all).",
                "NOP: io_uring without I/O; TCP: an echo server; PACKETS: a TAP device under XDP's flood; MAPPED: packets"
                        + " received by BPF; ASLEEP: latency and CPU time of a receiver that sleeps between packets, and"
                        + " of pings; STREAM: iperf3 through jrtap forward; COALESCE: datagrams merged as by GRO."
            })
    private Set<BenchParts.Part> parts = EnumSet.allOf(BenchParts.Part.class);

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

    @Option(
            names = "--java",
            paramLabel = "HOME",
            split = ",",
            description = "Homes of other JDKs, on which everything is repeated; --html has a section for each.")
    private List<Path> homes = List.of();

    /** Tells a run on another JDK that it is one. */
    @Option(names = REPEATED, hidden = true)
    private boolean isRepeated;

    @Spec
    private CommandSpec command;

    @Mixin
    private OwnNamespace namespace;

    @Mixin
    private Results results;

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
        List<OtherJdk> others =
                isRepeated ? List.of() : homes.stream().map(OtherJdk::at).toList();
        return namespace.run(() -> bench(others));
    }

    private int bench(List<OtherJdk> others) throws Exception {
        Thread self = Thread.currentThread();
        try (Ending end = Ending.begin(() -> interrupt(self))) {
            Map<String, Object> surroundings = Surroundings.read();
            HtmlReport report = html == null ? null : new HtmlReport(new JavaPeers(peers), pictures, before());
            BenchParts measured = new BenchParts(peers, directory, rounds, seconds);
            if (report != null) {
                // Reports a failure to write before the measurements, which take long.
                report.write(html, surroundings, measured);
            }
            results.tell(Report.text(surroundings), Report.members(surroundings));
            for (BenchParts.Part part : parts) {
                if (!end.isAsked()) {
                    measure(measured, part, end);
                }
            }
            for (String each : measured.missing()) {
                results.tell("not measured: " + each, Map.of("event", "missing", "what", each));
            }
            Thread.interrupted();
            if (report != null) {
                report.write(html, surroundings, measured);
                results.say("the report is in %s", html);
            }
            int count = measured.comparisons().size();
            results.tell(
                    count + " comparisons" + (end.isAsked() ? ", interrupted" : ""),
                    Map.of("event", "summary", "comparisons", count, "interrupted", end.isAsked()));
            int status = 0;
            for (OtherJdk each : others) {
                if (!end.isAsked()) {
                    status =
                            Math.max(status, each.start(again()).onExit().join().exitValue());
                }
            }
            return status;
        }
    }

    /** Returns the page of the JDKs before this one; empty for the first one. */
    private String before() throws IOException {
        return isRepeated ? Files.readString(html) : "";
    }

    /** Returns the arguments for a run on another JDK. */
    private List<String> again() {
        List<String> arguments =
                new ArrayList<>(command.root().commandLine().getParseResult().originalArgs());
        arguments.add(REPEATED);
        if (!arguments.contains(OwnNamespace.HERE)) {
            arguments.add(OwnNamespace.HERE);
        }
        return arguments;
    }

    /** Ends the peers first, so that a thread that waits for one of them continues. */
    private void interrupt(Thread self) {
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
        self.interrupt();
    }

    private void measure(BenchParts measured, BenchParts.Part part, Ending end) throws IOException {
        List<Comparison> all = measured.comparisons();
        int before = all.size();
        try {
            measured.measure(part);
        } catch (Exception e) {
            // A part that cannot run here does not keep the others from running.
            measured.missing().add(part + ": " + (end.isAsked() ? "interrupted" : e.getMessage()));
        }
        for (Comparison each : all.subList(before, all.size())) {
            results.tell(Report.text(each), Report.members(each));
        }
    }
}
