// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeaderTextsTest {

    private static final Path SHIMS = Path.of("src/main/resources/dev/jrtap/bindgen/shims");

    private final HeaderTexts texts = new HeaderTexts();

    @Test
    void everyStandInIsListed() throws IOException {
        List<String> listed = Files.readAllLines(SHIMS.resolve("names.txt"));

        try (Stream<Path> files = Files.walk(SHIMS)) {
            assertThat(files.filter(file -> file.toString().endsWith(".h"))
                            .map(file -> SHIMS.relativize(file).toString()))
                    .containsExactlyInAnyOrderElementsOf(listed);
        }
        assertThat(listed)
                .allSatisfy(name ->
                        assertThat(texts.of(HeaderTexts.SHIMS + "/" + name)).isNotNull());
    }

    @Test
    void isReadOnceAndNotFoundWhereThereIsNone(@TempDir Path directory) throws IOException {
        Path header = Files.writeString(directory.resolve("a.h"), "int a;");

        assertThat(texts.of(header.toString())).isSameAs(texts.of(header.toString()));
        assertThat(texts.of(directory.resolve("b.h").toString())).isNull();
        assertThat(texts.of(directory.toString())).isNull();
        assertThat(texts.of(HeaderTexts.SHIMS + "/libc/none.h")).isNull();
        assertThat(texts.of("a\0b")).isNull();
    }
}
