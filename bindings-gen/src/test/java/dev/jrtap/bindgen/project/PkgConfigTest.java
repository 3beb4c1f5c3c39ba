// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a package's file says is understood as pkg-config(1) describes it, or refused with the file's name. */
class PkgConfigTest {

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Libs: -lp                                  ; p",
                "Libs: -L/x -lp -pthread -lq                ; p q",
                "n = p\\nLibs: -l${n} -l${n}q${absent}      ; p pq",
                "n = p\\nm=${n}${n}\\nLibs: -l$n -l${m}     ; $n pp",
                "Requires: other >= 1.0, other < 2\\nLibs: -lp ; o p",
                "Requires: other = 1 other\\nLibs: -lp      ; o p",
                "Requires: fuzz\\nLibs: -lp                 ; p",
                "Requires: <\\nLibs: -lp                    ; p",
                "Requires:, ,other,= 1\\nLibs: -lp          ; o p",
            })
    void namesTheLibraries(String text, String libraries) throws IOException {
        file("other", "Libs: -lo\n");
        assertThat(read(text.replace("\\n", "\n")).libraries()).containsExactly(libraries.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Requires: a\0b", "Cflags: -I/a\0b", "Libs: -l\u00ff"})
    void refusesWhatNoFileCanBeCalled(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("fuzz.pc: no package's contents can be read there: ");
    }

    @Test
    void refusesVariablesThatDoubleEachOther() {
        String doubling = IntStream.range(1, 60)
                .mapToObj(i -> "a%d = ${a%d}${a%d}%n".formatted(i, i - 1, i - 1))
                .collect(Collectors.joining());
        assertThatThrownBy(() -> read("a0 = 12345678\n" + doubling))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("makes a line longer than 65536 characters");
    }

    private PkgConfig read(String text) throws IOException {
        file("fuzz", text);
        return PkgConfig.of(List.of("fuzz"), root.resolve("usr/include"));
    }

    private void file(String name, String text) throws IOException {
        Path directory = Files.createDirectories(root.resolve("usr/lib/pkgconfig"));
        Files.write(directory.resolve(name + ".pc"), text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
