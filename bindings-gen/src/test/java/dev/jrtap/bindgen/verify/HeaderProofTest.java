// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.runtime.Btf;
import dev.jrtap.fixtures.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A proof of any header: it counts what it compares, and what is not compared is no proof. */
@Tag("any-user")
class HeaderProofTest {

    @TempDir
    private Path root;

    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void needsACompiler() {
        Gcc.require(Target.X86_64, SearchPath.of(root));
    }

    @Test
    void factsOfAnyHeaderAreCompared() throws IOException {
        assertThat(prove("struct s { char a; _Alignas(32) int b; };\nint f(const char *t, unsigned n, double d);\n"))
                .isTrue();

        assertThat(lines.get(lines.size() - 1)).isEqualTo("4 facts compared: nothing differs");
    }

    @Test
    void aHeaderWithoutFactsIsNoProof() throws IOException {
        assertThat(prove("#define H_H\n")).isFalse();

        assertThat(lines)
                .contains(
                        "nothing to compare in h.h: it declares nothing, or everything in it is refused",
                        "nothing was compared");
    }

    @Test
    void aHeaderThatTheCompilerCannotReadIsNoProof() throws IOException {
        assertThat(prove("int f(int;\nstruct s { int a; };\n")).isFalse();

        assertThat(lines).anyMatch(line -> line.startsWith("gcc cannot read this: h.h: "));
        assertThat(lines).noneMatch(line -> line.contains("nothing differs"));
    }

    @Test
    void whatIsRefusedIsCountedAndNamed() throws IOException {
        assertThat(prove("struct s { int a; } __attribute__((ms_struct));\nstruct t { int a; };\n"))
                .isTrue();

        assertThat(lines).anyMatch(line -> line.startsWith("h.h: refused: h.h:1:1: s: "));
    }

    @Test
    void aHeaderAllOfWhichIsRefusedIsNoProof() throws IOException {
        assertThat(prove("struct s { int a; } __attribute__((ms_struct));\nint f(long double x);\n"))
                .isFalse();

        assertThat(lines).contains("nothing was compared").anyMatch(line -> line.contains("refused: h.h:2:5: f: "));
        assertThat(lines).noneMatch(line -> line.contains("nothing differs"));
    }

    @Test
    void typesThatTheKernelDoesNotKnowAreNoProof() throws IOException {
        Feature.require("btf", Files.isReadable(Btf.RUNNING_KERNEL), "no " + Btf.RUNNING_KERNEL);
        Files.writeString(root.resolve("h.h"), "struct of_nobody_else { int a; };\n");
        Files.writeString(root.resolve("wrong.h"), "#error\n");

        assertThat(withKernel("h.h")).isFalse();
        assertThat(lines).contains("nothing was compared");
        Files.writeString(root.resolve("h.h"), "struct list_head { struct list_head *next, *prev; };\n");
        assertThat(withKernel("h.h")).isTrue();
        assertThat(withKernel("h.h", "wrong.h")).isFalse();
    }

    private boolean withKernel(String... headers) throws IOException {
        lines.clear();
        return new HeaderProof(SearchPath.of(root), lines::add)
                .run(List.of(Target.machine().id()), List.of(headers), false, 0, Btf.RUNNING_KERNEL);
    }

    /** What another header says, against what the model has of this one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "struct s { int a; };        | struct s { long a; };          | different: struct s",
                "int f(int a);               | int f(long a);                 | different: f is",
                "int f(int a);               | int f(unsigned a);             | different: f is",
                "float f(int a);             | double f(int a);               | different: f is",
                "int f(int a, int b);        | int f(int a);                  | different: f is",
                "int f(int *a);              | int f(long a);                 | different: f is",
                "int f(void);                | int f(void); int g(void);      | missed: g",
                "#define A 1.5f              | #define A 1.5                  | different: A",
                "#define A 1.5               | #define A 1.25                 | different: A",
                "#define A 0x10              | #define A 0x11                 | different: A",
                "#define A u8\"x\"           | #define A \"y\"                | different: A",
                "#define A L\"x\"            | #define A L\"y\"               | different: A",
                "#define A L\"x\"            | #define A \"x\"                | different: A",
                "enum { A = 1 };             | enum { A = 2 };                | different: A",
            })
    void aFactThatIsOtherwiseIsFound(String ours, String theirs, String difference) throws IOException {
        SearchPath path = SearchPath.of(root);
        Files.writeString(root.resolve("h.h"), ours + "\n");
        Model model = FactReader.read(new HeaderParser(Target.X86_64, path).parse(List.of("h.h")), "test");
        Files.writeString(root.resolve("h.h"), theirs + "\n");

        CompilerProof.Result result = CompilerProof.of(
                Gcc.require(Target.X86_64, path), Files.createTempDirectory(root, "proof"), "h.h", model);

        assertThat(result.tally().differences()).anyMatch(line -> line.startsWith(difference));
    }

    @Test
    void aCompilerIsNamedOrFound() {
        assertThatThrownBy(() -> Compiler.of("/no/such/gcc", Target.X86_64, SearchPath.of(root)))
                .isInstanceOf(BindgenException.class)
                .hasMessageStartingWith("/no/such/gcc is not a gcc for x86_64");
    }

    private boolean prove(String text) throws IOException {
        Files.writeString(root.resolve("h.h"), text);
        return new HeaderProof(SearchPath.of(root), lines::add).run(List.of("x86_64"), List.of("h.h"), false, 0, null);
    }
}
