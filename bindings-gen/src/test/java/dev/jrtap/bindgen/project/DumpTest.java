// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DumpTest {

    private static final String HEADER = "#ifdef WANTED\n#define SYS_A 1\n#endif\nextern int f(int __fd);\n";

    @TempDir
    private Path root;

    private Path header;

    @BeforeEach
    void hasAHeaderOfOneArchitecture() throws IOException {
        header = root.resolve("x86_64-linux-gnu/sys/a.h");
        Files.createDirectories(header.getParent());
        Files.writeString(header, HEADER);
    }

    @Test
    void whatAnIncludedHeaderRepeatsIsStillTheHeadersOwn() throws IOException {
        Files.writeString(
                root.resolve("h.h"), "#define A 1\n#define M(x) (x + 1)\n#define B 2\nint f(int);\n#include <i.h>\n");
        Files.writeString(
                root.resolve("i.h"),
                "#define A 1\n#define M(x) (x + 1)\n#undef B\n#define B 3\nint f(int a);\nint g(int);\n");
        StringBuilder text = new StringBuilder();
        Dump.of(Target.X86_64, new HeaderSet("", SearchPath.of(root)), List.of("h.h"), text::append);

        assertThat(text.toString()).isEqualTo("header    h.h\nclass     H\nconstants A\nmacros    M\nfunctions f\n");
    }

    @Test
    void findsAHeaderInItsArchitecturesDirectory() throws IOException {
        assertThat(dump(SearchPath.of(root), "sys/a.h")).isEqualTo("header    sys/a.h\nclass     A\nfunctions f\n");
    }

    @Test
    void findsAHeaderInLibcsDirectory(@TempDir Path kernel) throws IOException {
        assertThat(dump(new SearchPath(kernel, root, List.of(), Map.of()), "sys/a.h"))
                .isEqualTo("header    sys/a.h\nclass     A\nfunctions f\n");
    }

    @Test
    void takesAlongWhatWasDefined() throws IOException {
        assertThat(dump(new SearchPath(root, null, List.of(), Map.of("WANTED", "1")), "sys/a.h"))
                .isEqualTo("define    WANTED 1\nheader    sys/a.h\nclass     A\nconstants SYS_A\nfunctions f\n");
    }

    @Test
    void findsAFileByItsPath(@TempDir Path elsewhere) throws IOException {
        Path file = Files.writeString(elsewhere.resolve("a.h"), HEADER);

        assertThat(dump(SearchPath.of(root), file.toString())).endsWith("class     A\nfunctions f\n");
    }

    private static String dump(SearchPath path, String name) throws IOException {
        StringBuilder text = new StringBuilder();
        Dump.of(Target.X86_64, new HeaderSet("", path), List.of(name), text::append);
        return text.toString();
    }
}
