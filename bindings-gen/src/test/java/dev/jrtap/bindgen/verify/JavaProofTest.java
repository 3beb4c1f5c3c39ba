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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The proof of emitted Java counts all that Java has, and finds each kind of difference. */
@Tag("any-user")
class JavaProofTest {

    @TempDir
    private Path root;

    @BeforeEach
    void needsACompilerOfThisMachine() {
        Gcc.require(Target.machine(), SearchPath.of(root));
    }

    @Test
    void allThatJavaHasOfAHeaderIsCompared() throws IOException {
        Files.writeString(root.resolve("h.h"), """
                typedef int row[2];
                enum { E = -1 };
                #define U 0xffffffffu
                #define L 0x123456789
                #define R 1.5f
                #define T "a\\xff"
                #define W L"x\\U0001f600"
                #define SQUARE(x) ((x) * (x))
                struct s {
                    signed char a; unsigned short b : 5; int c : 3; float d; double e; _Bool f; void *g;
                    unsigned char h[2][3]; row i[4]; const char *j[3]; long k; struct { int x; } l; char m[];
                } __attribute__((packed));
                """);
        List<String> lines = new ArrayList<>();

        boolean good = new HeaderProof(SearchPath.of(root), lines::add)
                .run(List.of(Target.machine().id()), List.of("h.h"), false, 0, null, true);

        assertThat(lines).anyMatch(line -> line.endsWith("nothing differs"));
        assertThat(good).isTrue();
        assertThat(lines)
                .anyMatch(line -> line.matches("Java: constants +6 +6 .*"))
                .anyMatch(line -> line.matches("Java: results of macros' methods +10 +10 .*"))
                .anyMatch(line -> line.matches("Java: sizes, alignments +2 +2 .*"))
                .anyMatch(line -> line.matches("Java: bytes that accessors store +12 +12 .*"));
    }

    /** The Java of one header, against what gcc has of another. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#define A 1                       | #define A 2                       | in Java A is",
                "#define A 1                       | #define A 0x100000001             | in Java A is",
                "#define A 1.5                     | #define A 1.25                    | in Java A is",
                "#define A \"x\"                   | #define A \"y\"                   | in Java A is",
                "#define A(x) ((x) + 1)            | #define A(x) ((x) + 2)            | in Java A(0L) is",
                "struct s { int a; };              | struct s { int a; int b; };       | in Java struct s sizeof is",
                "struct s { int a; int b; };       | struct s { int b; int a; };       | in Java struct s.a is",
                "struct s { int a : 3; int b : 3; }; | struct s { int b : 3; int a : 3; }; | in Java struct s.a is",
                "struct s { int a; };              | struct s { unsigned char a, b, c, d; }; | in Java struct s.a is",
                "struct s { unsigned short a; };   | struct s { char b, a; };          | in Java struct s.a is",
                "struct s { float a; };            | struct s { int a; };              | in Java struct s.a is",
                "struct s { char a[4]; };          | struct s { char b, a[3]; };       | struct s.a",
                "struct s { int a; };              | struct s { int b; };              | struct s.a",
            })
    void whatIsOtherwiseIsFound(String ours, String theirs, String difference) throws IOException {
        SearchPath path = SearchPath.of(root);
        Target target = Target.machine();
        Files.writeString(root.resolve("h.h"), ours + "\n");
        Model model = FactReader.read(new HeaderParser(target, path).parse(List.of("h.h")), "test");
        Files.writeString(root.resolve("h.h"), theirs + "\n");
        Tally tally = new Tally();

        JavaProof.run(
                Gcc.require(target, path),
                Compiler.STANDARDS.get(0),
                "h.h",
                JavaSource.own(model, "h.h", target),
                Files.createTempDirectory(root, "proof"),
                tally);

        assertThat(tally.differences()).anyMatch(line -> line.contains(difference));
    }

    @Test
    void aSignThatIsReadWrongIsFound() throws IOException {
        Files.writeString(root.resolve("h.h"), "struct s { signed char a; };\n");
        Target target = Target.machine();
        SearchPath path = SearchPath.of(root);
        Model model = FactReader.read(new HeaderParser(target, path).parse(List.of("h.h")), "test");
        StoredMember member = new StoredMember(
                model.structs().get("s").first(),
                model.structs().get("s").first().fields().get(0));
        Path directory = Files.createTempDirectory(root, "proof");
        var emitted = JavaSource.emit(model, directory);
        emitted.files()
                .replaceAll(
                        (file, text) -> text.replace("return buffer.get(at + A)", "return buffer.get(at + A) & 0xff"));

        try (LoadedJava java = new LoadedJava(JavaSource.PACKAGE, directory, emitted.files())) {
            assertThat(member.stored(java, emitted.members().get("s.a"))).startsWith("loads 145 for ");
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void javaForAnotherMachineIsNotProvedHere() {
        Target other = Arrays.stream(Target.values())
                .filter(target -> target != Target.machine())
                .findFirst()
                .orElseThrow();
        Compiler gcc = Gcc.require(Target.machine(), SearchPath.of(root));

        assertThatThrownBy(() -> new Verification(gcc, other, SearchPath.of(root), true))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("cannot be verified on this machine");
    }
}
