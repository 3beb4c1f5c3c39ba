// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.project.Project;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that reads headers into the model. */
@Command(
        name = "read",
        description = "Reads headers and writes the model.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ReadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ProjectOptions project;

    @Mixin
    private HeaderOptions headers;

    @Mixin
    private Problems problems;

    @Option(
            names = "--source",
            paramLabel = "TEXT",
            description = "Package, version and checksum of the headers, as a note (default: the directory).")
    private String source;

    @Override
    public Integer call() throws IOException {
        Project owner = new Project(project.settings());
        owner.write(owner.read(
                headers.sets(),
                source,
                problems.keepGoing(),
                problems.to(spec.commandLine().getErr())));
        return 0;
    }
}
