// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The option for selected names that are refused. */
final class Problems {

    @Option(
            names = "--keep-going",
            description = "List refused names and continue without them; otherwise a refused name is an error.")
    private boolean keepGoing;

    boolean keepGoing() {
        return keepGoing;
    }

    /** Returns a consumer that prints each problem as a line. */
    Consumer<String> to(PrintWriter writer) {
        return problem -> writer.println("bindings-gen: " + problem);
    }
}
