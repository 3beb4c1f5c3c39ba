// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.select;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A target for {@code .ci/fuzz}: a selection is read, or refused by a BindgenException. */
public final class SelectionFuzz {

    private static final Path FILE = file();

    private SelectionFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Files.write(FILE, bytes);
        try {
            SelectionReader.readAll(FILE);
        } catch (BindgenException e) {
            // Refused.
        }
    }

    private static Path file() {
        try {
            Path file = Files.createTempFile("fuzz", ".txt");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
