// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.project.Project;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that writes Java from the model or from headers. */
@Command(
        name = "generate",
        description = "Writes the Java of the model; with --headers, or without a model, the Java of the headers.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class GenerateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ProjectOptions project;

    @Mixin
    private HeaderOptions headers;

    @Mixin
    private Problems problems;

    @Override
    public Integer call() throws IOException {
        Project owner = new Project(project.settings());
        Model model = project.hasModel() && !headers.isGiven()
                ? owner.model()
                : owner.read(
                        headers.sets(),
                        null,
                        problems.keepGoing(),
                        problems.to(spec.commandLine().getErr()));
        Map<String, String> files = owner.generate(
                model, problems.keepGoing(), note -> spec.commandLine().getErr().println("bindings-gen: " + note));
        owner.write(files);
        spec.commandLine().getOut().println(files.size() + " files generated");
        return 0;
    }
}
