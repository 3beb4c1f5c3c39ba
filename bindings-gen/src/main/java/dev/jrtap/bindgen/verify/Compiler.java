// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** gcc for one target, which looks for headers where we do. */
public final class Compiler {

    private static final Path DEFAULT_HEADERS = Path.of("/usr/include");

    private final String command;
    private final List<String> options = new ArrayList<>();

    private Compiler(String command, Target target, SearchPath path) {
        this.command = command;
        path.defines().forEach((name, value) -> options.add("-D" + name + "=" + value));
        for (Path directory : path.directories(target)) {
            // Its own directories stay where they are in its own order.
            if (!directory.startsWith(DEFAULT_HEADERS)) {
                options.addAll(List.of("-isystem", directory.toString()));
            }
        }
    }

    /** The machine's own compiler for {@code target}, or a cross compiler by Debian's name; empty if there is none. */
    public static Optional<Compiler> find(Target target, SearchPath path) {
        for (String command : List.of(target.triplet() + "-gcc", "gcc")) {
            try {
                Result result = run(List.of(command, "-dumpmachine"));
                if (result.status() == 0 && result.output().startsWith(target.id() + "-")) {
                    return Optional.of(new Compiler(command, target, path));
                }
            } catch (UncheckedIOException e) {
                continue;
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return command;
    }

    /** What a run ended with and printed, errors too. */
    record Result(int status, String output) {}

    /** Runs the compiler with the include path and {@code arguments}. */
    Result compile(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(
                command,
                "-std=gnu17",
                "-w",
                "-fno-diagnostics-color",
                "-fmax-errors=0",
                "-fno-diagnostics-show-caret",
                "-ftrack-macro-expansion=0"));
        all.addAll(options);
        all.addAll(arguments);
        return run(all);
    }

    private static Result run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a compiler ran", e);
        }
    }
}
