// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import dev.jrtap.bindgen.project.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options that name the project of the bindings. */
final class ProjectOptions {

    @Option(names = "--project", paramLabel = "DIR", description = "The module that owns the bindings (default: here).")
    private Path project = Path.of(".");

    @Option(names = "--select", paramLabel = "PATH", description = "Selections elsewhere: a directory, or one file.")
    private Path select;

    @Option(names = "--model", paramLabel = "FILE", description = "The model elsewhere.")
    private Path model;

    @Option(names = "--out", paramLabel = "DIR", description = "The root of the generated Java elsewhere.")
    private Path out;

    @Option(names = "--package", paramLabel = "NAME", description = "Package of the generated Java.")
    private String packageName;

    @Option(
            names = "--arch",
            split = ",",
            paramLabel = "NAME",
            description = "x86_64, aarch64, riscv64 (default: those that the project names, or whose headers exist).")
    private List<String> architectures = new ArrayList<>();

    Settings settings() {
        return Settings.of(project)
                .withTargets(architectures)
                .withPackage(packageName)
                .withPlaces(select, model, out);
    }

    /** Returns whether a model is used; otherwise Java is generated from headers directly. */
    boolean hasModel() {
        return model != null || select == null;
    }
}
