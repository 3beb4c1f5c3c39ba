// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.Dump;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Prints a selection of everything that a header declares, to be edited. */
@Mojo(name = "dump", requiresProject = false, threadSafe = true)
public final class DumpMojo extends AbstractHeadersMojo {

    /** The header, as in #include; those before the last one are only included. None: all, each on its own. */
    @Parameter(property = "bindings.header")
    private List<String> names = new ArrayList<>();

    /**
     * Also take the declarations of all included headers below this directory, which may be relative to an include
     * directory.
     */
    @Parameter(property = "bindings.reachable")
    private String reachable;

    /** x86_64, aarch64 or riscv64; by default the machine's own. */
    @Parameter(property = "bindings.arch")
    private String architecture = Target.machine().id();

    @Override
    void run() throws IOException {
        Dump.of(
                Target.of(architecture),
                sets().get(0),
                names,
                reachable == null ? null : Path.of(reachable),
                text -> getLog().info("\n" + text));
    }
}
