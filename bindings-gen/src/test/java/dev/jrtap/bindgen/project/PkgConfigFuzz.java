// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A target for {@code .ci/fuzz}: a package's file is read, or refused by a BindgenException. */
public final class PkgConfigFuzz {

    private static final Path ROOT = root();

    private PkgConfigFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Files.write(ROOT.resolve("usr/lib/pkgconfig/fuzz.pc"), bytes);
        try {
            PkgConfig.of(List.of("fuzz"), ROOT.resolve("usr/include"));
        } catch (BindgenException e) {
            // Refused.
        }
    }

    private static Path root() {
        try {
            Path root = Files.createTempDirectory("fuzz");
            Files.createDirectories(root.resolve("usr/lib/pkgconfig"));
            return root;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
