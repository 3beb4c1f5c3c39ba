// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.VersionDiff;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that prints the changes between two kernels. */
@Command(
        name = "diff",
        description = "Prints the changes from one set of headers to another: + new, - gone, ~ different.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DiffCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--arch", paramLabel = "NAME", description = "Default: ${DEFAULT-VALUE}.")
    private String architecture = Target.machine().id();

    @Parameters(index = "0", paramLabel = "OLD", description = "Include directory of the older headers.")
    private Path older;

    @Parameters(index = "1", paramLabel = "NEW", description = "Include directory of the newer headers.")
    private Path newer;

    @Parameters(index = "2..*", paramLabel = "HEADER", description = "As in #include (default: all).")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        VersionDiff.between(
                Target.of(architecture), older, newer, names, spec.commandLine().getOut()::println);
        return 0;
    }
}
