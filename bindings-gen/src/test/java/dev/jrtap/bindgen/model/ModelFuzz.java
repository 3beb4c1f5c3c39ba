// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.model;

import dev.jrtap.bindgen.BindgenException;
import java.nio.charset.StandardCharsets;

/**
 * A target for {@code .ci/fuzz}: a model is read, or refused by a BindgenException; what was read is written, and read
 * again.
 */
public final class ModelFuzz {

    private static final String HEAD = ModelText.SOURCE + "a fuzzer\n" + ModelText.ARCHITECTURES + "x86_64,aarch64\n";

    private ModelFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Model model;
        try {
            model = read(HEAD + new String(bytes, StandardCharsets.UTF_8));
        } catch (BindgenException e) {
            return;
        }
        String text = ModelText.write(model);
        if (!ModelText.write(read(text)).equals(text)) {
            throw new AssertionError("what is written is read as something else: " + text);
        }
    }

    private static Model read(String text) {
        return ModelReader.read("model", text.lines().toList());
    }
}
