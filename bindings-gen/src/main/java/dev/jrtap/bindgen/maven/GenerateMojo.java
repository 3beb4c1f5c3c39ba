// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.project.Project;
import java.io.IOException;
import java.util.Map;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Writes the Java of the model; if headers are named, or without a model, the Java of the headers. */
@Mojo(name = "generate", defaultPhase = LifecyclePhase.GENERATE_SOURCES, requiresProject = false, threadSafe = true)
public final class GenerateMojo extends AbstractProjectMojo {

    /** Whether to list refused names and continue without them; otherwise a refused name is an error. */
    @Parameter(property = "bindings.keepGoing", defaultValue = "false")
    private boolean keepGoing;

    @Override
    void run() throws IOException {
        Project project = project();
        Model model =
                hasModel() && !hasHeaders() ? project.model() : project.read(sets(), null, keepGoing, getLog()::warn);
        Map<String, String> files = project.generate(model, keepGoing, getLog()::info);
        project.write(files);
        getLog().info(files.size() + " files generated");
    }
}
