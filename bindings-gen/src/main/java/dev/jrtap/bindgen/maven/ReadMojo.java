// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.project.Project;
import java.io.IOException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Reads headers and writes the model. */
@Mojo(name = "read", requiresProject = false, threadSafe = true)
public final class ReadMojo extends AbstractProjectMojo {

    /** Package, version and checksum of the headers, as a note in the model; by default the directory. */
    @Parameter(property = "bindings.source")
    private String source;

    /** Whether to list refused names and continue without them; otherwise a refused name is an error. */
    @Parameter(property = "bindings.keepGoing", defaultValue = "false")
    private boolean keepGoing;

    @Override
    void run() throws IOException {
        Project project = project();
        project.write(project.read(sets(), source, keepGoing, getLog()::warn));
    }
}
