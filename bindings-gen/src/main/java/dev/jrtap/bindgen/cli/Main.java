// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the generator. */
@Command(
        name = "bindings-gen",
        description = "Java bindings from Linux headers: headers -> model -> Java.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The selections in src/bindings/select say what is wanted, the model in src/bindings/model holds what the",
            "headers say, and src/generated/java holds the Java. Without headers, `generate` works from the model."
        })
public final class Main {

    @Option(
            names = "--project",
            description = "The module that owns the bindings (default: the current directory).",
            defaultValue = ".",
            scope = CommandLine.ScopeType.INHERIT)
    private Path project;

    private Main() {}

    public static void main(String[] args) {
        CommandLine command = new CommandLine(new Main()).setExecutionExceptionHandler((e, line, parsed) -> {
            if (!(e instanceof BindgenException)) {
                throw e;
            }
            line.getErr().println("bindings-gen: " + e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        });
        int status = command.execute(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    @Command(description = "Reads headers and writes the model.")
    int read(
            @Option(names = "--headers", required = true, description = "Include directory, as /usr/include.")
                    Path headers,
            @Option(names = "--source", required = true, description = "Package, version and checksum, for people.")
                    String source)
            throws IOException {
        Project owner = new Project(project);
        owner.writeModel(owner.read(headers, source));
        owner.skipped().forEach(reason -> System.err.println("left out: " + reason));
        return CommandLine.ExitCode.OK;
    }

    @Command(description = "Writes the Java files that the model gives.")
    int generate() throws IOException {
        Project owner = new Project(project);
        Map<String, String> files = owner.generate();
        owner.write(files);
        System.out.println(files.size() + " files generated");
        return CommandLine.ExitCode.OK;
    }

    @Command(
            description =
                    "Fails unless the Java is what the model gives, and the model what the headers give, if named.")
    int check(@Option(names = "--headers", description = "Include directory to compare the model with.") Path headers)
            throws IOException {
        Project owner = new Project(project);
        List<String> wrong = new ArrayList<>(Differences.between(owner.generate(), owner.checkedIn()));
        if (headers != null) {
            String checkedIn = owner.modelText();
            String source = checkedIn.lines().findFirst().orElse("").replaceFirst("# source\t", "");
            if (!owner.read(headers, source).equals(checkedIn)) {
                wrong.add("the model is not what " + headers + " gives: run `read` and look at the difference");
            }
        }
        wrong.forEach(System.err::println);
        return wrong.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
