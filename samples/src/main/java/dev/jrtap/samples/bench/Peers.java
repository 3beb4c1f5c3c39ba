// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Peers in C: compiled with gcc and liburing-dev, and run one at a time on the processor of the measured side. */
final class Peers implements AutoCloseable {

    /** The processor of the generator. */
    private static final String GENERATOR_CPU = "0";

    private static final String MEASURED_CPU = "1";

    static final String DEVICE = "peer0";

    private final Path directory;
    private final List<String> names;

    private Peers(Path directory, List<String> names) {
        this.directory = directory;
        this.names = names;
    }

    /** Compiles the programs of these names. */
    static Peers build(Path sources, String... names) throws IOException, InterruptedException {
        Peers peers = new Peers(Files.createTempDirectory("peers"), List.of(names));
        try {
            for (String name : names) {
                peers.compile(sources.resolve(name + ".c"), name);
            }
            return peers;
        } catch (Throwable e) {
            peers.close();
            throw e;
        }
    }

    String path(String name) {
        return directory.resolve(name).toString();
    }

    private void compile(Path source, String name) throws IOException, InterruptedException {
        if (!Files.exists(source)) {
            throw new IOException(source + " does not exist: build the samples, or name its directory by --peers");
        }
        List<String> command =
                new ArrayList<>(List.of("gcc", "-O3", "-march=native", "-o", path(name), source.toString()));
        if (Files.readString(source).contains("liburing.h")) {
            command.add("-luring");
        }
        Process compiler;
        try {
            compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException("the peers in C need gcc: apt-get install gcc liburing-dev", e);
        }
        List<String> errors;
        try (BufferedReader output = compiler.inputReader()) {
            errors = output.lines().toList();
        }
        if (compiler.waitFor() != 0) {
            String first = errors.stream()
                    .filter(line -> line.contains("error"))
                    .findFirst()
                    .orElse("gcc failed");
            throw new IOException(first + "; the peers in C need gcc and a recent liburing-dev");
        }
    }

    /** Runs the peer for no-ops and returns nanoseconds per no-op. */
    double nop(int batch, double seconds) throws IOException, InterruptedException {
        Process peer = start(List.of(path("nop"), Integer.toString(batch), Double.toString(seconds * 1e3)));
        try (BufferedReader output = peer.inputReader()) {
            String line = output.readLine();
            if (peer.waitFor() != 0 || line == null) {
                throw new IOException("the peer failed: nop");
            }
            return Double.parseDouble(line.split(" ")[0]);
        }
    }

    /** Starts the peer; its device exists when it has printed a line. */
    Process start(Figure figure, String strategy, double seconds) throws IOException {
        return start(List.of(
                path("peer"),
                figure.direction().argument(),
                DEVICE,
                Double.toString(seconds),
                Integer.toString(figure.burst()),
                Integer.toString(figure.bytes()),
                strategy));
    }

    /** Runs the peer, which is flooded unless it sends. */
    Measurement run(Flood flood, Figure figure, String strategy, double seconds)
            throws IOException, InterruptedException {
        Process peer = start(figure, strategy, seconds);
        try (BufferedReader output = peer.inputReader()) {
            output.readLine();
            String line = figure.direction() == Figure.Direction.TX
                    ? output.readLine()
                    : flood.during(DEVICE, figure.bytes(), output::readLine);
            if (peer.waitFor() != 0 || line == null) {
                throw new IOException("the peer failed: " + figure + ", " + strategy);
            }
            return parse(line.split(" "));
        }
    }

    /**
     * Starts stack.c with a device of its own.
     *
     * @param way the way to receive, which is also the device's name
     */
    StackPeer stack(String way, int burst, int bytes, boolean echoes) throws IOException {
        String size = Integer.toString(bytes);
        return StackPeer.start(List.of(path("stack"), "c-" + way, Integer.toString(burst), size, way), echoes);
    }

    private static Measurement parse(String[] fields) {
        return new Measurement(
                Long.parseLong(fields[0]),
                Double.parseDouble(fields[1]),
                Double.parseDouble(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4]));
    }

    /** Returns the command that sleeps in poll(2) between packets; {@code what} is "receive" or "echo". */
    List<String> asleep(String what, String device) {
        return List.of(path("asleep"), what, device);
    }

    /**
     * Sends packets to a receiver at fixed times.
     *
     * @return the CPU time of all threads of the process {@code receiver} after the ramp, and the wall-clock time, in
     *     seconds
     */
    double[] sendPaced(String device, Pace pace, long receiver) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("taskset", "-c", GENERATOR_CPU, path("asleep"), "send", device));
        command.addAll(pace.arguments());
        command.add(Long.toString(receiver));
        Process sender = start(command);
        String[] fields = new String(sender.getInputStream().readAllBytes()).split("\\s+");
        if (sender.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
        return new double[] {Double.parseDouble(fields[0]), Double.parseDouble(fields[1])};
    }

    /** Returns the beginning of a command that runs on the processor of the generator. */
    static String[] pinToGeneratorCpu() {
        return new String[] {"taskset", "-c", GENERATOR_CPU};
    }

    /** Returns the command that runs {@code command} on the processor of the measured side. */
    static String[] pinToMeasuredCpu(List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", MEASURED_CPU));
        pinned.addAll(command);
        return pinned.toArray(String[]::new);
    }

    /** Starts a program on the processor of the measured side. */
    static Process onMeasuredCpu(List<String> command) throws IOException {
        return new ProcessBuilder(pinToMeasuredCpu(command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    static void end(Process process) throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    @Override
    public void close() throws IOException {
        for (String name : names) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.delete(directory);
    }
}
