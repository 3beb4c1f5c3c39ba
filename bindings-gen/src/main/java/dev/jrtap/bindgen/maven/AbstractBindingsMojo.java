// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.project.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;

/** What all goals are told. */
abstract class AbstractBindingsMojo extends AbstractMojo {

    /** The module that owns the bindings, in the usual layout. */
    @Parameter(property = "bindings.project", defaultValue = "${project.basedir}", required = true)
    private File module;

    /** Include directory, as /usr/include; without one, the checked-in model is what counts. */
    @Parameter(property = "bindings.headers")
    private File headers;

    /** libc's include directory, for the selections of its headers, if it is not {@link #headers}. */
    @Parameter(property = "bindings.libc")
    private File libc;

    /** The version of the kernel that the headers are of, for "first seen in". */
    @Parameter(property = "bindings.version", defaultValue = "")
    private String version;

    /** Include directories of older kernels by their version, newest first. */
    @Parameter
    private Map<String, File> older;

    @Override
    public final void execute() throws MojoExecutionException, MojoFailureException {
        try {
            execute(new Project(Settings.of(module.toPath())));
        } catch (BindgenException e) {
            throw new MojoFailureException(e.getMessage(), e);
        } catch (IOException e) {
            throw new MojoExecutionException(e.getMessage(), e);
        }
    }

    abstract void execute(Project project) throws IOException, MojoFailureException;

    /** The header sets, newest first; empty if none are named. */
    final List<HeaderSet> sets() {
        if (headers == null) {
            return List.of();
        }
        List<HeaderSet> sets =
                new java.util.ArrayList<>(List.of(set(version == null ? "" : version, headers.toPath())));
        if (older != null) {
            older.forEach((name, directory) -> sets.add(set(name, directory.toPath())));
        }
        return sets;
    }

    private HeaderSet set(String version, Path root) {
        return new HeaderSet(version, new SearchPath(root, libc == null ? null : libc.toPath(), List.of(), Map.of()));
    }
}
