// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.layout.FactReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A target for {@code .ci/fuzz}: a header is read, or refused by a BindgenException. */
public final class HeaderFuzz {

    private static final String HEADER = "linux/fuzz.h";
    private static final Path ROOT = root();
    private static final HeaderParser PARSER = new HeaderParser(Target.X86_64, SearchPath.of(ROOT));

    private HeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Files.write(ROOT.resolve(HEADER), bytes);
        try {
            FactReader.read(PARSER.parse(List.of(HEADER)), HEADER);
        } catch (BindgenException e) {
            // Refused.
        }
    }

    private static Path root() {
        try {
            Path root = Files.createTempDirectory("fuzz");
            Files.createDirectory(root.resolve("linux"));
            return root;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
