// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.Register;
import dev.jrtap.fixtures.SmallJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A JVM of its own, with a device in whose kernel side it has put programs, until it is killed. */
final class ProgrammedProcess implements AutoCloseable {

    static final String NAME = "killed0";
    static final Code DROP_ALL =
            new Assembler("drop_all").mov(Register.R0, 0).exit().assemble();

    private final Process process;

    private ProgrammedProcess(Process process) {
        this.process = process;
    }

    /** Starts one, and waits until packets go through its programs. */
    static ProgrammedProcess start(RxMode mode) throws IOException {
        List<String> command = new ArrayList<>(SmallJvm.command(ProgrammedProcess.class));
        command.add(mode.name());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (!"ready".equals(line)) {
            process.destroyForcibly();
            throw new IOException("a second JVM did not start: " + line);
        }
        return new ProgrammedProcess(process);
    }

    /** Kernel objects that it has descriptors of: by their number, what it is. */
    Map<Integer, String> objects() throws IOException {
        Map<Integer, String> objects = new HashMap<>();
        Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fdinfo");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path each : all) {
                for (String line : lines(each)) {
                    String[] words = line.split(":\\s*");
                    if (words[0].equals("map_id") || words[0].equals("prog_id")) {
                        objects.put(Integer.parseInt(words[1]), words[0]);
                    }
                }
            }
        }
        return objects;
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            // Closed meanwhile.
            return List.of();
        }
    }

    /** kill -9, and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** In the other JVM. Ends with the one that has started it, whose end closes standard input. */
    public static void main(String[] arguments) throws IOException {
        RxMode mode = RxMode.valueOf(arguments[0]);
        RtapConfig config = RtapConfig.named(NAME).withRxMode(mode);
        Rtap rtap = Rtap.open(
                mode == RxMode.MAPPED
                        ? config
                        : config.withPersistence().withFilter(DROP_ALL).withSteering(Steering.byFlow()));
        PacketPool pool = PacketPool.create(256, 2048);
        QueuePair pair = rtap.openQueue(0, pool);
        rtap.up();
        pair.rx().await(0);
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // Nobody writes; the end of the stream is what is waited for.
        }
        System.exit(0);
    }
}
