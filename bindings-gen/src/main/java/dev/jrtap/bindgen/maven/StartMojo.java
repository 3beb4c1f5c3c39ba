// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.project.Start;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Writes a selection of everything that a header declares, to be edited, and its Java. */
@Mojo(name = "start", requiresProject = false, threadSafe = true)
public final class StartMojo extends AbstractProjectMojo {

    /** The header, as in #include; those before the last one are only included. */
    @Parameter(property = "bindings.header", required = true)
    private List<String> names = new ArrayList<>();

    /**
     * The library of the functions, as for the linker's -l, or its file; by default the first one of the packages, or
     * libc.
     */
    @Parameter(property = "bindings.library")
    private String library;

    /**
     * Also take the declarations of all included headers below this directory, which may be relative to an include
     * directory.
     */
    @Parameter(property = "bindings.reachable")
    private String reachable;

    @Override
    void run() throws IOException {
        new Start(settings(), sets().get(0), getLog()::info)
                .run(names, library == null ? library() : library, reachable == null ? null : Path.of(reachable));
    }
}
