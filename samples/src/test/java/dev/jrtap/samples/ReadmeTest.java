// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    /** The example in the README is the body of a method that the compiler has seen. */
    @Test
    void showsCodeThatCompiles() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        String java = readme.substring(readme.indexOf("```java\n") + "```java\n".length());
        String example = java.substring(0, java.indexOf("```"));

        String source = Files.readString(Path.of("src/main/java/dev/jrtap/samples/FirstFrames.java"));
        String body = source.substring(source.indexOf("throws IOException {\n") + "throws IOException {\n".length());
        String method = body.substring(0, body.indexOf("\n    }\n") + 1)
                .lines()
                .map(line -> line.isEmpty() ? line : line.substring(8))
                .collect(Collectors.joining("\n", "", "\n"));

        assertThat(example).isEqualTo(method);
    }
}
