// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.Dump;
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

/** Prints the declarations of a header. */
@Command(
        name = "dump",
        description =
                "Prints a selection of everything that a header declares, to be edited; comments list refused declarations.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DumpCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private HeaderOptions headers;

    @Option(
            names = "--arch",
            paramLabel = "NAME",
            description = "x86_64, aarch64, riscv64 (default: ${DEFAULT-VALUE}).")
    private String architecture = Target.machine().id();

    @Option(
            names = "--reachable",
            paramLabel = "DIR",
            description = "Also take the declarations of all included headers below this directory.")
    private Path reachable;

    @Parameters(
            paramLabel = "HEADER",
            arity = "0..*",
            description =
                    "As in #include, or a file; those before the last one are only included. None: all, each on its own.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Dump.of(Target.of(architecture), headers.sets().get(0), names, reachable, out::print);
        out.flush();
        return 0;
    }
}
