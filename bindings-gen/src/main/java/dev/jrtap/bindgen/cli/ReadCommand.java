// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.project.Project;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Headers to the model. */
@Command(name = "read", description = "Reads headers and writes the model.", mixinStandardHelpOptions = true)
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
            description = "Package, version and checksum of the headers, for people (default: the directory).")
    private String source;

    @Override
    public Integer call() throws IOException {
        Project owner = new Project(project.settings());
        List<String> found = new ArrayList<>();
        String from = source == null ? headers.sets().get(0).path().root().toString() : source;
        Model model = owner.read(headers.sets(), from, found);
        int status = problems.report(found, spec.commandLine().getErr());
        if (status == 0) {
            owner.write(model);
        }
        return status;
    }
}
