// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadmeTest {

    /** The first example in a README is the body of a method that the compiler has seen. */
    @ParameterizedTest
    @CsvSource({"README.md, FirstFrames", "syscalls/README.md, FirstOperations"})
    void showsCodeThatCompiles(String file, String sample) throws IOException {
        String readme = Files.readString(Path.of("..").resolve(file));
        String java = readme.substring(readme.indexOf("```java\n") + "```java\n".length());
        String example = java.substring(0, java.indexOf("```"));

        String source = Files.readString(Path.of("src/main/java/dev/jrtap/samples/" + sample + ".java"));
        String body = source.substring(source.indexOf("throws IOException {\n") + "throws IOException {\n".length());
        String method = body.substring(0, body.indexOf("\n    }\n") + 1)
                .lines()
                .map(line -> line.isEmpty() ? line : line.substring(8))
                .collect(Collectors.joining("\n", "", "\n"));

        assertThat(example).isEqualTo(method);
    }
}
