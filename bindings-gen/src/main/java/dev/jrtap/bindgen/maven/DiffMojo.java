// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.project.VersionDiff;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Prints the changes from one set of headers to another: + new, - gone, ~ different. */
@Mojo(name = "diff", requiresProject = false, threadSafe = true)
public final class DiffMojo extends AbstractBindingsMojo {

    /** Include directory of the older headers. */
    @Parameter(property = "bindings.old", required = true)
    private File oldHeaders;

    /** Include directory of the newer headers. */
    @Parameter(property = "bindings.new", required = true)
    private File newHeaders;

    /** Headers, as in #include; by default all. */
    @Parameter(property = "bindings.header")
    private List<String> names = new ArrayList<>();

    /** x86_64, aarch64 or riscv64; by default the machine's own. */
    @Parameter(property = "bindings.arch")
    private String architecture = Target.machine().id();

    @Override
    void run() throws IOException {
        VersionDiff.between(Target.of(architecture), oldHeaders.toPath(), newHeaders.toPath(), names, getLog()::info);
    }
}
