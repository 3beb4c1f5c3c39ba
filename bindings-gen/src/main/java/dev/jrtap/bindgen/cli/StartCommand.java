// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.project.Start;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that writes a selection of a header's declarations and their Java. */
@Command(
        name = "start",
        description = "Writes a selection of everything that a header declares, to be edited, and its Java.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class StartCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ProjectOptions project;

    @Mixin
    private HeaderOptions headers;

    @Option(
            names = "--library",
            paramLabel = "NAME",
            description = "The library of the functions, as for the linker's -l, or its file (default: the first one of"
                    + " --pkg, or libc).")
    private String library;

    @Option(
            names = "--reachable",
            paramLabel = "DIR",
            description = "Also take the declarations of all included headers below this directory.")
    private Path reachable;

    @Parameters(
            paramLabel = "HEADER",
            arity = "1..*",
            description = "As in #include, or a file; those before the last one are only included.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        new Start(project.settings(), headers.sets().get(0), out::println)
                .run(names, library == null ? headers.library() : library, reachable);
        return 0;
    }
}
