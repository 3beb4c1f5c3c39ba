// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.project.Failures;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;

/** The command line of the generator. */
@Command(
        name = "bindings-gen",
        description = "jnr-ffi bindings from Linux headers: headers -> model -> Java.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "A first binding, from a header to Java, with a selection to edit:",
            "  bindings-gen start zlib.h --library z --package org.example.z --out src/main/java",
            "",
            "Step by step, without a model to check in:",
            "  bindings-gen dump linux/can.h > select/can.txt      everything the header declares; delete what you do not"
                    + " need",
            "  bindings-gen generate --select select --headers /usr/include --package org.example.can --out"
                    + " src/main/java",
            "",
            "In a project: selections in src/bindings/select, the model in src/bindings/model, Java in"
                    + " src/generated/java,",
            "the package's name in src/bindings/settings.txt. `read` makes the model, `generate` the Java, `check`"
                    + " says whether",
            "both are current, `verify` compares the headers with gcc and with the running kernel's own" + " types."
        })
public final class Main {

    private static final List<String> COMMANDS =
            List.of("start", "dump", "read", "generate", "check", "verify", "diff");

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Returns the commands by name, each with the names of its options and parameters. */
    public static Map<String, Set<String>> commands() {
        Map<String, Set<String>> commands = new TreeMap<>();
        commandLine()
                .getSubcommands()
                .forEach((name, command) -> commands.put(
                        name,
                        command.getCommandSpec().args().stream()
                                .map(arg -> arg.isOption() ? ((OptionSpec) arg).longestName() : arg.paramLabel())
                                .collect(Collectors.toSet())));
        return commands;
    }

    /**
     * Returns a command line that knows only the command it names, because reflecting on all seven takes longer than
     * running one.
     */
    private static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Main());
        List<String> named = args.length > 0 && COMMANDS.contains(args[0]) ? List.of(args[0]) : COMMANDS;
        named.forEach(name -> line.addSubcommand(name, command(name)));
        return line;
    }

    private static Object command(String name) {
        return switch (name) {
            case "start" -> new StartCommand();
            case "dump" -> new DumpCommand();
            case "read" -> new ReadCommand();
            case "generate" -> new GenerateCommand();
            case "check" -> new CheckCommand();
            case "verify" -> new VerifyCommand();
            default -> new DiffCommand();
        };
    }

    /** Runs a command line. */
    public static int run(String... args) {
        CommandLine command = commandLine(args);
        command.setExecutionExceptionHandler((e, line, parsed) -> {
            line.getErr().println("bindings-gen: " + Failures.sentence(e));
            return CommandLine.ExitCode.SOFTWARE;
        });
        int status = command.execute(args);
        if (System.out.checkError()) {
            System.err.println(
                    "bindings-gen: not all of the output could be written: the disk is full, or the reader is gone");
            return CommandLine.ExitCode.SOFTWARE;
        }
        return status;
    }
}
