// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What to do about selected things that cannot be had. */
final class Problems {

    @Option(names = "--keep-going", description = "Only list what cannot be represented, and go on without it.")
    private boolean keepGoing;

    /** Lists them; the exit code. */
    int report(List<String> problems, PrintWriter to) {
        problems.forEach(problem -> to.println("bindings-gen: " + problem));
        if (problems.isEmpty() || keepGoing) {
            return CommandLine.ExitCode.OK;
        }
        to.println("bindings-gen: " + problems.size() + " of the selected cannot be had; nothing was written"
                + " (--keep-going goes on without)");
        return CommandLine.ExitCode.SOFTWARE;
    }
}
