// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.select.Selection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The headers of one kernel version.
 *
 * @param version the kernel's, for {@code first seen in}; empty if it is not known
 */
public record HeaderSet(String version, SearchPath path) {

    /** The directory of a machine's own headers, relative to its root. */
    public static final String USUAL = "usr/include";

    /**
     * Returns the headers below {@code root}.
     *
     * @param libc libc's include directory, or {@code null} if it is {@code root}
     * @param before directories to be searched first
     * @param defines macros as {@code NAME} or {@code NAME=TEXT}
     */
    public static HeaderSet of(String version, Path root, Path libc, List<Path> before, List<String> defines) {
        return of(version, root, libc, before, defines, List.of());
    }

    /** Returns the headers below {@code root}, with the directories and macros of the packages' {@code .pc} files. */
    public static HeaderSet of(
            String version, Path root, Path libc, List<Path> before, List<String> defines, List<String> packages) {
        PkgConfig told = PkgConfig.of(packages, root);
        List<Path> first = new ArrayList<>(before);
        first.addAll(told.includes());
        List<String> all = new ArrayList<>(told.defines());
        all.addAll(defines);
        Map<String, String> macros = new LinkedHashMap<>();
        for (String define : all) {
            String[] parts = define.split("=", 2);
            macros.put(parts[0], parts.length == 1 ? "1" : parts[1]);
        }
        return new HeaderSet(version, new SearchPath(root, libc, first, macros));
    }

    /** Returns whether a selection is read from libc's headers, which have no kernel's version. */
    boolean isOfLibc(Selection selection) {
        return selection.headers().stream().anyMatch(path::isOfLibc);
    }

    /**
     * Returns the architectures that the set has headers for; a distribution's older packages have those of one
     * architecture only. Debian 13 has the kernel's headers of all architectures beside libc's of one: as the header of
     * a library needs both, only those of libc count if there are any.
     */
    public List<Target> targets() {
        List<Target> kernels = targetsWith("asm", List.of(Target.values()));
        List<Target> both = targetsWith("bits", kernels);
        return both.isEmpty() ? kernels : both;
    }

    private List<Target> targetsWith(String directory, List<Target> of) {
        return of.stream()
                .filter(target ->
                        Files.isDirectory(path.root().resolve(target.triplet()).resolve(directory)))
                .toList();
    }
}
