// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the guide shows of calling a library stands, line by line, in the programs that the build runs. */
class GuideTest {

    @Test
    void theSnippetsAreOfProgramsThatRun() throws IOException {
        String guide = Files.readString(Path.of("README.md"));
        String section = guide.substring(
                guide.indexOf("## A library in five minutes"), guide.indexOf("## Bindings for your own"));
        String programs = programs();
        int lines = 0;
        for (String block : List.of(section.split("```java\n")).subList(1, section.split("```java\n").length)) {
            for (String line : block.substring(0, block.indexOf("```"))
                    .lines()
                    .map(String::trim)
                    .toList()) {
                assertThat(programs).contains(line);
                lines++;
            }
        }
        assertThat(lines).isGreaterThan(10);
    }

    private static String programs() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/programs"))) {
            for (Path file : files.filter(path -> path.endsWith("Program.java")).toList()) {
                all.append(Files.readString(file));
            }
        }
        return all.toString();
    }
}
