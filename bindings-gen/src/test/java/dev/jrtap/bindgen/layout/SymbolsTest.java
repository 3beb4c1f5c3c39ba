// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The symbol that a function of the header has in the library. */
class SymbolsTest {

    @TempDir
    private Path root;

    @Test
    void isTheMacrosTarget() throws IOException {
        Model model = read("int __lib_add(int a);\n#define lib_add __lib_add\n#define __lib_sub(x) (x)\n");

        assertThat(model.functions().get("lib_add").first().symbol()).isEqualTo("__lib_add");
        assertThat(model.functions().get("__lib_add").first().symbol()).isEqualTo("__lib_add");
        assertThat(model.skipped()).noneMatch(skipped -> skipped.name().equals("lib_add"));
    }

    @Test
    void isTheAsmLabelOfTheMacrosTarget() throws IOException {
        Model model = read("int open_file(int a) __asm__(\"open_file64\");\n#define open64 open_file\n");

        assertThat(model.functions().get("open64").first().symbol()).isEqualTo("open_file64");
    }

    @Test
    void isNoneOfAnInlineFunction() throws IOException {
        Model model = read("static inline int twice(int x) { return 2 * x; }\n");

        assertThat(model.functions()).isEmpty();
        assertThat(model.skipped())
                .singleElement()
                .satisfies(skipped -> assertThat(skipped.reason()).contains("inline"));
    }

    private Model read(String text) throws IOException {
        Files.writeString(root.resolve("h.h"), text);
        return FactReader.read(
                new HeaderParser(Target.X86_64, SearchPath.of(root)).parse(java.util.List.of("h.h")), "test");
    }
}
