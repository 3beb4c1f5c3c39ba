// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.BindgenException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The directories that are searched for headers, and the macros that are defined before the first header.
 *
 * @param root the include directory, such as {@code /usr/include}; each architecture's own is the subdirectory of its
 *     triplet
 * @param libc the include directory of a libc that is not in the root, with the same layout; {@code null} for none. It
 *     is used for libc's own headers only; the kernel's headers use stand-ins for libc's
 * @param before directories to be searched first, as with {@code -I}
 * @param defines macros and their text, as with {@code -D}
 */
public record SearchPath(Path root, Path libc, List<Path> before, Map<String, String> defines) {

    /** Checks that the directories exist. */
    public SearchPath {
        List<Path> all = new ArrayList<>(before);
        all.add(root);
        if (libc != null) {
            all.add(libc);
        }
        for (Path directory : all) {
            if (!Files.isDirectory(directory)) {
                throw new BindgenException(
                        directory + ": no such directory of headers; the package linux-libc-dev installs"
                                + " them in /usr/include, and `headers/fetch` unpacks newer ones");
            }
        }
        before = List.copyOf(before);
        defines = Map.copyOf(defines);
    }

    /** Returns the headers below one include directory. */
    public static SearchPath of(Path root) {
        return new SearchPath(root, null, List.of(), Map.of());
    }

    /** Returns the directories in search order. */
    public List<Path> directories(Target target) {
        return directories(target, List.of());
    }

    /**
     * Returns the directories for a unit that includes {@code headers}: libc's come first if one of the headers is
     * libc's.
     */
    public List<Path> directories(Target target, List<String> headers) {
        List<Path> all = new ArrayList<>();
        for (Path directory : before) {
            // A distribution's include directory contains the triplet's directory, which its own headers need.
            if (Files.isDirectory(directory.resolve(target.triplet()))) {
                all.add(directory.resolve(target.triplet()));
            }
            all.add(directory);
        }
        if (headers.stream().anyMatch(this::isOfLibc)) {
            all.add(libc.resolve(target.triplet()));
            all.add(libc);
        }
        all.add(root.resolve(target.triplet()));
        all.add(root);
        return all.stream().map(path -> path.toAbsolutePath().normalize()).toList();
    }

    /** Returns the directories that were named, for messages. */
    public String names() {
        return Stream.concat(before.stream(), Stream.of(root))
                .map(Path::toString)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Returns whether a header is one of libc's, for one architecture or for all. */
    public boolean isOfLibc(String header) {
        return libc != null
                && !Path.of(header).isAbsolute()
                && (Files.isRegularFile(libc.resolve(header))
                        || Arrays.stream(Target.values())
                                .anyMatch(target -> Files.isRegularFile(
                                        libc.resolve(target.triplet()).resolve(header))));
    }
}
