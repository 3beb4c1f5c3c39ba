// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/** Writes the Java that the model gives; with headers named, reads them into the model first. */
@Mojo(name = "generate", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true)
public final class GenerateMojo extends AbstractBindingsMojo {

    /** Package, version and checksum of the headers, for people. */
    @Parameter(property = "bindings.source")
    private String source;

    @Override
    void execute(Project project) throws IOException, MojoFailureException {
        List<HeaderSet> sets = sets();
        if (!sets.isEmpty()) {
            List<String> problems = new ArrayList<>();
            String from = source == null ? sets.get(0).path().root().toString() : source;
            Model model = project.read(sets, from, problems);
            if (!problems.isEmpty()) {
                throw new MojoFailureException(String.join("\n", problems));
            }
            project.write(model);
        }
        Map<String, String> files = project.generate(project.model());
        project.write(files);
        getLog().info(files.size() + " files generated");
    }
}
