// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.BindgenException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where headers are looked for, and what is defined before the first of them.
 *
 * @param root the include directory, as {@code /usr/include}; each architecture's own lies below it, under its triplet
 * @param before directories to be searched first, as with {@code -I}
 * @param defines macros and their text, as with {@code -D}
 */
public record SearchPath(Path root, List<Path> before, Map<String, String> defines) {

    /** Fails for a directory that is not there. */
    public SearchPath {
        List<Path> all = new ArrayList<>(before);
        all.add(root);
        for (Path directory : all) {
            if (!Files.isDirectory(directory)) {
                throw new BindgenException(directory + ": no such directory of headers; the package linux-libc-dev has"
                        + " them in /usr/include, `headers/fetch` unpacks newer ones");
            }
        }
        before = List.copyOf(before);
        defines = Map.copyOf(defines);
    }

    /** The headers below one include directory. */
    public static SearchPath of(Path root) {
        return new SearchPath(root, List.of(), Map.of());
    }

    /** The directories in the order in which they are searched. */
    public List<Path> directories(Target target) {
        List<Path> all = new ArrayList<>(before);
        all.add(root.resolve(target.triplet()));
        all.add(root);
        return all.stream().map(path -> path.toAbsolutePath().normalize()).toList();
    }
}
