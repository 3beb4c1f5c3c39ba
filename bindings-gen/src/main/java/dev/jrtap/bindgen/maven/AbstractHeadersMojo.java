// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.maven;

import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.PkgConfig;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugins.annotations.Parameter;

/** A goal that reads headers. */
abstract class AbstractHeadersMojo extends AbstractBindingsMojo {

    /** Include directory, such as /usr/include, which is the default for goals that cannot do without headers. */
    @Parameter(property = "bindings.headers")
    private File headers;

    /** Short for the headers in usr/include below this directory. */
    @Parameter(property = "bindings.sysroot")
    private File sysroot;

    /** libc's include directory, for selections of its headers, if it is not that of the kernel's headers. */
    @Parameter(property = "bindings.libc")
    private File libc;

    /** The version of the kernel that the headers belong to, for "first seen in". */
    @Parameter(property = "bindings.version", defaultValue = "")
    private String version;

    /** Include directories of older kernels by version, newest first. */
    @Parameter
    private Map<String, File> older = new LinkedHashMap<>();

    /** Directories that are searched before the others, as with -I. */
    @Parameter(property = "bindings.include")
    private List<File> includes = new ArrayList<>();

    /** Macros that are defined before the first header, as with -D: NAME or NAME=TEXT. */
    @Parameter(property = "bindings.define")
    private List<String> defines = new ArrayList<>();

    /** Packages whose .pc files add directories and macros. */
    @Parameter(property = "bindings.pkg")
    private List<String> packages = new ArrayList<>();

    /** Returns the first library of the packages; {@code null} if there is none. */
    final String library() {
        return PkgConfig.of(packages, sets().get(0).path().root()).libraries().stream()
                .findFirst()
                .orElse(null);
    }

    /** Returns whether any headers are named. */
    final boolean hasHeaders() {
        return headers != null || sysroot != null;
    }

    /** Returns the header sets, newest first; the machine's own if none are named. */
    final List<HeaderSet> sets() {
        Path root = sysroot == null ? Path.of("/") : sysroot.toPath();
        List<HeaderSet> sets = new ArrayList<>();
        sets.add(set(version, headers == null ? root.resolve(HeaderSet.USUAL) : headers.toPath()));
        older.forEach((name, directory) -> sets.add(set(name, directory.toPath())));
        return sets;
    }

    private HeaderSet set(String of, Path root) {
        return HeaderSet.of(
                of == null ? "" : of,
                root,
                libc == null ? null : libc.toPath(),
                includes.stream().map(File::toPath).toList(),
                defines,
                packages);
    }
}
