// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;

/** A goal about a module's bindings. */
abstract class AbstractProjectMojo extends AbstractHeadersMojo {

    /** The module that owns the bindings, in the usual layout. */
    @Parameter(property = "bindings.project", defaultValue = "${project.basedir}", required = true)
    private File module;

    /** Architectures: x86_64, aarch64, riscv64; by default those that the module's settings name. */
    @Parameter(property = "bindings.arch")
    private List<String> architectures = new ArrayList<>();

    @Override
    final void run() throws IOException, MojoFailureException {
        run(new Project(Settings.of(module.toPath()).withTargets(architectures)));
    }

    abstract void run(Project project) throws IOException, MojoFailureException;
}
