// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.Dump;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Prints a selection of all that a header offers, to be edited. */
@Mojo(name = "dump", requiresProject = false, threadSafe = true)
public final class DumpMojo extends AbstractBindingsMojo {

    /** The header, as in #include. */
    @Parameter(property = "bindings.header", required = true)
    private String header;

    @Override
    void execute(Project project) {
        List<HeaderSet> sets = sets();
        HeaderSet set = sets.isEmpty() ? new HeaderSet("", SearchPath.of(Path.of("/usr/include"))) : sets.get(0);
        getLog().info("\n" + Dump.of(Target.X86_64, set, List.of(header)));
    }
}
