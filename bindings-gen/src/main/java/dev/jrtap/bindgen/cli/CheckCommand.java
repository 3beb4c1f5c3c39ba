// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.project.Project;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command that compares the checked-in Java and model with what would be generated. */
@Command(
        name = "check",
        description =
                "Fails unless the Java matches the model exactly, and the model matches the headers, if any are named.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ProjectOptions project;

    @Mixin
    private HeaderOptions headers;

    @Override
    public Integer call() {
        List<String> wrong = new Project(project.settings()).check(headers.isGiven() ? headers.sets() : List.of());
        wrong.forEach(line -> spec.commandLine().getErr().println("bindings-gen: " + line));
        return wrong.isEmpty() ? 0 : 1;
    }
}
