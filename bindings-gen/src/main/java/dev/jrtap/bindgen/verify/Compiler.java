// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** gcc for one target, with the search path of the parser. */
public final class Compiler {

    /** The languages in which a header is tried, the usual one first; {@code gnu2x} is C23, since gcc 9. */
    static final List<String> STANDARDS = List.of("gnu17", "gnu2x");

    private static final Path DEFAULT_HEADERS = Path.of("/usr/include");

    private final String command;
    private final List<String> options = new ArrayList<>();

    private Compiler(String command, Target target, SearchPath path) {
        this.command = command;
        path.defines().forEach((name, value) -> options.add("-D" + name + "=" + value));
        for (Path directory : path.directories(target)) {
            // gcc's own directories keep their place in its order.
            if (!directory.startsWith(DEFAULT_HEADERS)) {
                options.addAll(List.of("-isystem", directory.toString()));
            }
        }
    }

    /**
     * Returns a compiler for {@code target} by Debian's name of a cross compiler, or the machine's own; empty if there
     * is none.
     */
    public static Optional<Compiler> find(Target target, SearchPath path) {
        for (String command : List.of(target.triplet() + "-gcc", "gcc")) {
            if (isFor(target, command)) {
                return Optional.of(new Compiler(command, target, path));
            }
        }
        return Optional.empty();
    }

    /** Returns the compiler of that name or path, or throws if it is not one for {@code target}. */
    public static Compiler of(String command, Target target, SearchPath path) {
        if (!isFor(target, command)) {
            throw new BindgenException(command + " is not a gcc for " + target.id() + ": `" + command
                    + " -dumpmachine` must print " + target.triplet());
        }
        return new Compiler(command, target, path);
    }

    private static boolean isFor(Target target, String command) {
        try {
            Result result = run(List.of(command, "-dumpmachine"));
            return result.status() == 0 && result.output().startsWith(target.id() + "-");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return command;
    }

    /** The exit status and the output of a run, including errors. */
    record Result(int status, String output) {}

    /** Runs the compiler in one of the {@link #STANDARDS}, with the include path and {@code arguments}. */
    Result compile(String standard, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(
                command,
                "-std=" + standard,
                "-w",
                "-fno-diagnostics-color",
                "-fmax-errors=0",
                "-fno-diagnostics-show-caret",
                "-ftrack-macro-expansion=0"));
        if (!standard.equals(STANDARDS.get(0))) {
            // Headers test the version of the language, and must see the one that the parser has.
            all.addAll(List.of("-U__STDC_VERSION__", "-D__STDC_VERSION__=201710L"));
        }
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
