// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A target for {@code .ci/fuzz}: what a kernel says of its types is read, or refused by an IOException. */
public final class BtfFuzz {

    private static final Path FILE = file();

    private BtfFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Files.write(FILE, bytes);
        try {
            Btf btf = Btf.read(FILE);
            btf.struct("s");
            btf.enumerator("E");
        } catch (IOException | UncheckedIOException e) {
            // Refused.
        }
    }

    private static Path file() {
        try {
            Path file = Files.createTempFile("fuzz", ".btf");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
