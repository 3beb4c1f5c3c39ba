// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.select.Selection;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;

/**
 * The headers of one kernel version.
 *
 * @param version for {@code first seen in}; empty if it is not known
 */
public record HeaderSet(String version, SearchPath path) {

    /** Whether a selection is read from libc's headers, which no kernel's version tells anything about. */
    boolean isOfLibc(Selection selection) {
        return selection.headers().stream().anyMatch(path::isOfLibc);
    }

    /** The architectures that the set has headers for; those of a distribution's older packages are one's own alone. */
    public List<Target> targets() {
        return Arrays.stream(Target.values())
                .filter(target ->
                        Files.isDirectory(path.root().resolve(target.triplet()).resolve("asm")))
                .toList();
    }
}
