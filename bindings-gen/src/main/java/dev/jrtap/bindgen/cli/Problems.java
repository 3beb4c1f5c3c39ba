// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** What to do about selected names that are refused. */
final class Problems {

    @Option(names = "--keep-going", description = "Only list names that are refused, and continue without them.")
    private boolean keepGoing;

    boolean keepGoing() {
        return keepGoing;
    }

    /** Lists them. */
    Consumer<String> to(PrintWriter writer) {
        return problem -> writer.println("bindings-gen: " + problem);
    }
}
