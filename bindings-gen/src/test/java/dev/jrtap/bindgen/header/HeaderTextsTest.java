// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

    /** As gcc has them, and comments in another encoding hurt nobody. */
    @Test
    void bytesThatAreNoUtf8StayThemselves(@TempDir Path directory) throws IOException {
        String text = "/* \u00e9 */\r\n"
                + "#define A \"caf\u00e9\"\r\n"
                + "#define B '\u00e9'\r\n"
                + "#define C \"\u00c3\u00a9\"\n"
                + "#define D L\"\u00e9\"\n";
        Files.write(directory.resolve("a.h"), text.getBytes(StandardCharsets.ISO_8859_1));

        Model model = FactReader.read(
                new HeaderParser(Target.X86_64, SearchPath.of(directory)).parse(List.of("a.h")), "a test");

        assertThat(model.texts().get("A").first().value()).isEqualTo("caf\u00e9");
        assertThat(model.texts().get("A").first().unit()).isEqualTo(Text.RAW);
        assertThat(model.constants().get("B").first().value()).isEqualTo((byte) 0xe9);
        assertThat(model.texts().get("C").first().value()).isEqualTo("\u00e9");
        assertThat(model.skipped())
                .anySatisfy(skipped -> assertThat(skipped.toString())
                        .contains("a.h:5:1: D: a wide string of bytes that are not UTF-8"));
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
