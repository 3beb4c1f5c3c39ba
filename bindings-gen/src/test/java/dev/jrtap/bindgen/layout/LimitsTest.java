// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindgen.BindgenException;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A declaration of extraordinary size or place costs itself and no neighbor, and is reported. */
@Tag("any-user")
class LimitsTest {

    private static final String AFTER = "\n#define AFTER 7\nstruct after { int a; };\nint g(struct after *a);\n";

    @TempDir
    private Path root;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "struct s { _Atomic(struct inner { char a[3]; }) e; };",
                "typedef __typeof__(struct inner { int a; }) t;",
                "typedef typeof(struct inner { int a; } *) t;",
                "struct s { char x[sizeof(struct inner { int a; })]; };",
                "struct s { int b : sizeof(struct inner { int a; }); };",
                "enum e { A = sizeof(struct inner { int a; }) };",
                "static const int c = sizeof(struct inner { int a; });",
                "extern int v[sizeof(struct inner { int a; })];",
                "struct s { struct { __typeof__(struct inner { int a; }) x; } y; };",
            })
    void aTypeThatIsDefinedWithinAnotherIsOffered(String declared) throws IOException {
        assertThat(read(declared + AFTER).structs()).containsKeys("inner", "after");
    }

    @Test
    void anEnumThatIsDefinedWithinAnotherTypeIsOffered() throws IOException {
        assertThat(read("struct s { char a[sizeof(enum { Y = 3 })]; };\n").constants())
                .containsKey("Y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "void f(int a[sizeof(struct inner { int y; })]); | is declared in a parameter list",
                "void f(struct inner { int y; } *p);             | is declared in a parameter list",
                "void f(enum inner { A } x);                     | is declared in a parameter list",
                "void f(struct { struct inner { int i; } n; } *); | is declared in a parameter list",
                "typedef int (*t)(union inner { int y; } *);     | is declared in a parameter list",
                "struct s { void (*f)(struct inner { int y; } *); }; | is declared in a parameter list",
                "struct __attribute__((aligned(sizeof(struct inner { long a; })))) s { int i; };"
                        + " | is defined within another declaration",
            })
    void aTypeThatNobodyCanNameIsRefused(String declared, String reason) throws IOException {
        Model model = read(declared + AFTER);

        assertThat(model.structs()).containsKey("after").doesNotContainKey("inner");
        assertThat(model.skipped()).anySatisfy(skipped -> {
            assertThat(skipped.name()).isEqualTo("inner");
            assertThat(skipped.place()).startsWith("h.h:1:");
            assertThat(skipped.reason()).contains(reason);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "void f(struct { int y; } *p);",
                "void f(enum { A } x);",
                "struct __attribute__((aligned(sizeof(struct { long a; })))) s { int i; };",
            })
    void oneWithoutATagIsCalledSo(String declared) throws IOException {
        assertThat(read("enum { OTHER };\n" + declared + AFTER).skipped())
                .extracting(Skipped::name)
                .contains("a type without a tag");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int g(enum { HIDDEN = 300 } a);",
                "int g(enum __attribute__((packed)) { HIDDEN = 300 } a);",
                "int g(enum inner { HIDDEN } a);",
                "enum { OTHER }; int g(enum { HIDDEN } a);",
            })
    void anEnumAmongParametersIsANumberWhoseNamesAreRefused(String declared) throws IOException {
        Model model = read(declared);

        assertThat(model.functions()).containsKey("g");
        assertThat(model.constants()).doesNotContainKey("HIDDEN");
        assertThat(model.skipped())
                .filteredOn(skipped -> skipped.name().equals("HIDDEN"))
                .singleElement()
                .satisfies(skipped -> assertThat(skipped.reason()).startsWith("is declared in a parameter list"));
    }

    /** The two enums have nothing to do with each other. */
    @Test
    void anEnumAmongParametersHasItsOwnValues() throws IOException {
        Model model = read("enum e { A = 1 };\nint f(enum __attribute__((packed)) e { A = 300 } x);\n");

        assertThat(model.skipped()).isEmpty();
        assertThat(model.constants().get("A").first().value()).isEqualTo(1);
        assertThat(model.functions().get("f").first().parameters())
                .singleElement()
                .satisfies(parameter ->
                        assertThat(parameter.type().shape().bytes()).isEqualTo(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "struct em\ud83d\ude00 { int x; };",
                "struct em@ { int x; };",
                "struct \u20ac { int x; };",
                "int em@f(int a[sizeof(int)]);",
                "int f(int em\u20ac);",
                "enum { em, b\ud83d\ude00 };",
                "typedef int em`;",
                "struct s { int em\u2019; };",
            })
    void aCharacterThatCHasNoPlaceForCostsItsDeclaration(String declared) throws IOException {
        Model model = read("struct before { int a; };\n" + declared + AFTER);

        assertThat(model.structs()).containsOnlyKeys("before", "after");
        assertThat(model.functions()).containsOnlyKeys("g");
        assertThat(model.constants()).containsOnlyKeys("AFTER");
        assertThat(model.skipped()).singleElement().satisfies(skipped -> {
            assertThat(skipped.place()).isEqualTo("h.h:2:1");
            assertThat(skipped.reason()).contains("has a character in it that is not valid in C: " + declared);
        });
    }

    @ParameterizedTest
    @CsvSource({"'~', '', 5000", "'(', ')', 5000", "'!(', ')', 400", "'(', ')', 100000", "'1 ? 2 : ', '', 5000"})
    void aMacroThatIsNestedTooDeeplyIsRefused(String open, String close, int times) throws IOException {
        Model model = read("#define DEEP " + open.repeat(times) + "1" + close.repeat(times) + AFTER);

        assertThat(model.constants()).containsOnlyKeys("AFTER");
        assertThat(model.skipped()).singleElement().satisfies(skipped -> {
            assertThat(skipped.name()).isEqualTo("DEEP");
            assertThat(skipped.reason()).startsWith("is nested too deeply");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'int deep(int a[', '(', '3', ')', ']);'",
        "'struct deep { int ', '*', 'x', '', '; };'",
        "'struct deep { int x', '[1]', '', '', '; };'",
        "'struct deep { ', 'struct { ', 'int a;', ' };', ' };'",
    })
    void aDeclarationThatIsNestedTooDeeplyIsRefused(String before, String open, String inner, String close, String end)
            throws IOException {
        Model model = read(
                "struct before { int a; };\n" + before + open.repeat(5000) + inner + close.repeat(5000) + end + AFTER);

        assertThat(model.structs()).containsOnlyKeys("before", "after");
        assertThat(model.functions()).containsOnlyKeys("g");
        assertThat(model.constants()).containsOnlyKeys("AFTER");
        assertThat(model.skipped()).singleElement().satisfies(skipped -> {
            assertThat(skipped.name()).isEqualTo("deep");
            assertThat(skipped.place()).isEqualTo("h.h:2:1");
            assertThat(skipped.reason()).startsWith("is nested too deeply");
        });
    }

    @ParameterizedTest
    @CsvSource({"'(', ')', 200", "'~', '', 3000", "'1 + (', ')', 200"})
    void whatIsLessDeepIsRead(String open, String close, int times) throws IOException {
        assertThat(read("#define DEEP " + open.repeat(times) + "1" + close.repeat(times) + AFTER)
                        .constants())
                .containsOnlyKeys("DEEP", "AFTER");
    }

    @Test
    void aLongChainOfTypedefsIsRead() throws IOException {
        String chain = IntStream.rangeClosed(1, 5000)
                .mapToObj(i -> "typedef t" + (i - 1) + " t" + i + ";\n")
                .collect(Collectors.joining());

        assertThat(read("typedef int t0;\n" + chain + "struct s { t5000 a; };\n")
                        .structs())
                .containsKey("s");
    }

    @Test
    void macrosThatDoubleEachOtherAreRefused() {
        Model model = Assertions.assertTimeoutPreemptively(
                Duration.ofMinutes(5), () -> read(doubling("M") + AFTER), "the expansion does not end");

        assertThat(model.constants()).containsKeys("M0", "M10", "AFTER").doesNotContainKey("M39");
        assertThat(model.structs()).containsKey("after");
        assertThat(model.skipped()).anySatisfy(skipped -> {
            assertThat(skipped.name()).isEqualTo("M39");
            assertThat(skipped.reason()).startsWith("macros expand to more than");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"int x[M39];", "#if M39 > 3\n#endif"})
    void whereSuchMacrosAreUsedIsNamed(String use) {
        assertThatThrownBy(() -> read(doubling("M") + use + AFTER))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("h.h")
                .hasMessageContaining("macros expand to more than");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#define F(x) (x + x)",
                "#define F(x) ((x) ? 1 : (x) * (x))",
                "#define F(a, x...) a + a",
                "#define G(y) y + y\n#define F(x) G(x)",
                "#define F2(x) (x + x)\n#define F(x) F2(F2(x))",
            })
    void aMacroThatDoublesArgumentsWithinArgumentsIsRefused(String macros) {
        String deep = "#define DEEP " + "F(".repeat(40) + "1" + ")".repeat(40) + "\n#define FLAT F(F(F(1)))";
        String header = macros + "\n" + deep;

        Model model =
                Assertions.assertTimeoutPreemptively(Duration.ofMinutes(2), () -> read(header + AFTER), "does not end");

        assertThat(model.constants()).containsKeys("FLAT", "AFTER").doesNotContainKey("DEEP");
        assertThat(model.skipped()).anySatisfy(skipped -> {
            assertThat(skipped.name()).isEqualTo("DEEP");
            assertThat(skipped.reason()).startsWith("macros expand to more than");
        });
        assertThatThrownBy(() -> read(header + "\nint a[DEEP];" + AFTER))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("h.h:")
                .hasMessageContaining("macros expand to more than");
    }

    /** Arguments within arguments that do not double are no more than they are. */
    @ParameterizedTest
    @ValueSource(strings = {"#define F(x) (1 + x)", "#define F(x) ((x) + sizeof(x1))\n#define x1 int"})
    void aMacroThatIsCalledWithinItsArgumentsIsRead(String macros) throws IOException {
        assertThat(read(macros + "\n#define DEEP " + "F(".repeat(40) + "1" + ")".repeat(40) + AFTER)
                        .constants())
                .containsKeys("DEEP", "AFTER");
    }

    private static String doubling(String name) {
        return "#define " + name + "0 1\n"
                + IntStream.range(1, 40)
                        .mapToObj(i -> "#define %1$s%2$d (%1$s%3$d + %1$s%3$d)%n".formatted(name, i, i - 1))
                        .collect(Collectors.joining());
    }

    private Model read(String text) throws IOException {
        Files.writeString(root.resolve("h.h"), text);
        return FactReader.read(new HeaderParser(Target.X86_64, SearchPath.of(root)).parse(List.of("h.h")), "test");
    }
}
