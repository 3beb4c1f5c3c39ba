// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugins.annotations.Parameter;

/** A goal that works on a module's bindings. */
abstract class AbstractProjectMojo extends AbstractHeadersMojo {

    /** The module that owns the bindings, in the usual layout. */
    @Parameter(property = "bindings.project", defaultValue = "${basedir}", required = true)
    private File module;

    /** Selections elsewhere: a directory, or one file. */
    @Parameter(property = "bindings.select")
    private File select;

    /** The model elsewhere. */
    @Parameter(property = "bindings.model")
    private File model;

    /** The root of the generated Java elsewhere. */
    @Parameter(property = "bindings.out")
    private File out;

    /** Package of the generated Java; by default the one that the module's settings name. */
    @Parameter(property = "bindings.package")
    private String packageName;

    /**
     * Architectures: x86_64, aarch64, riscv64; by default those that the module's settings name, or whose headers
     * exist.
     */
    @Parameter(property = "bindings.arch")
    private List<String> architectures = new ArrayList<>();

    final Settings settings() {
        return Settings.of(module.toPath())
                .withTargets(architectures)
                .withPackage(packageName)
                .withPlaces(path(select), path(model), path(out));
    }

    final Project project() {
        return new Project(settings());
    }

    /** Returns whether a model is used; otherwise Java is generated from headers directly. */
    final boolean hasModel() {
        return model != null || select == null;
    }

    private static Path path(File file) {
        return file == null ? null : file.toPath();
    }
}
