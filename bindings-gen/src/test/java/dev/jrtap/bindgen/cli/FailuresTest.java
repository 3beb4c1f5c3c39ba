// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong, people get a sentence that names it, and what was there stays. */
class FailuresTest {

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "names                  | :3: `names` needs an argument",
                "ioctl                  | :3: `ioctl` needs an argument",
                "define                 | :3: `define` needs an argument",
                "header                 | :3: `header` needs an argument",
                "constants              | :3: `constants` needs an argument",
                "rename a               | :3: something is missing",
                "rename a b c           | :3: `rename` takes a C name and a Java name",
                "check all              | :3: `check` takes no argument",
                "rename a class         | :3: class is not a Java name",
                "interface 7x           | :3: 7x is not a Java name",
                "nonsense               | :3: nonsense is not one of define, include, header",
                "class G                | :3: `class` takes one name and may occur once",
                "interface I J          | :3: `interface` takes one name and may occur once",
                "define X 1\\ndefine X 2 | :4: `define` gives X a second value",
                "constants NO_SUCH_*    | s.txt:3: `constants NO_SUCH_*` matches nothing in ./h.h",
                "functions no_such_*    | s.txt:3: `functions no_such_*` matches nothing in ./h.h",
                "structs nothing*       | s.txt:3: `structs nothing*` matches nothing in ./h.h",
                "macros M*              | s.txt:3: `macros M*` matches nothing in ./h.h",
                "exclude NO_SUCH_*      | s.txt:3: `exclude NO_SUCH_*` does nothing: no pattern matches such a name",
                "exclude A              | s.txt:3: `exclude A` does nothing: no pattern matches such a name",
                "constants AA           | s.txt:3: ./h.h has no constant AA; nearest: A",
                "library c              | s.txt:3: `library` does nothing: no function is selected",
                "interface I            | s.txt:3: `interface` does nothing: no function is selected",
                "style pointers         | s.txt:3: `style pointers` does nothing: no function is selected",
                "style addresses        | s.txt:3: `style addresses` does nothing: no function is selected",
                "style offsets          | s.txt:3: `style offsets` does nothing: no struct is selected",
                "style accessors        | s.txt:3: `style accessors` does nothing: no struct is selected",
                "style structs          | s.txt:3: `style structs` does nothing: no struct is selected",
                "style caller           | s.txt:3: `style caller` does nothing: no ioctl is selected",
                "check                  | s.txt:3: `check` does nothing: no struct is selected",
            })
    void aLineOfASelectionIsNamed(String line, String message) throws IOException {
        Files.writeString(root.resolve("h.h"), "#define A 1\nint f(int a);\n");
        Files.writeString(root.resolve("s.txt"), "header ./h.h\nclass H\n" + line.replace("\\n", "\n") + "\n");

        assertThat(generate()).contains(message).doesNotContain("Exception", "\tat ");
    }

    /** Whatever is said of one thing must change something. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rename nobody.a b      | does nothing: no selected struct is called nobody; nearest: s",
                "rename s.b c           | does nothing: s has no member b; nearest: a, bits",
                "rename s.reserved c    | does nothing: s has no member reserved",
                "rename nobody B        | does nothing: no struct, handle or callback nobody is generated",
                "rename f g             | does nothing: f is neither a type nor a member of one",
                "ordered s.bits         | does nothing: it is not a single number with accessors",
                "ordered s              | does nothing: s has no member s",
                "out nobody.a           | does nothing: no selected function is called nobody",
                "out f.x                | does nothing: f has no parameter x, but n, p, c, a, o, r",
                "out f.c                | does nothing: it is const int *, which is not written to",
                "out f.n                | does nothing: it is not a pointer but int",
                "string f.n             | does nothing: it is not a pointer but int",
                "bytes nobody.a         | does nothing: no selected function is called nobody",
                "reference f.x          | does nothing: f has no parameter x",
                "pointer f.return       | does nothing: it is not a pointer but int",
                "errno saved nobody     | does nothing: no selected function is called nobody; nearest: c, f, g",
                "string f.p             | int * does not point to bytes",
                "bytes f.p              | int * does not point to bytes",
                "bytes f.a              | void * * does not point to bytes",
                "string f.r             | void (*)(int) points to a function",
                "reference f.o          | struct s * does not point to a number or an address",
                "string g.return        | int * does not point to bytes",
                "errno negative u       | a result of type unsigned int cannot be -errno: write `errno saved u`",
                "errno negative c       | a result of type char cannot be -errno: write `errno saved c`",
                "errno negative v       | a result of type void cannot be -errno: write `errno saved v`",
            })
    void aLineThatCannotHaveAnEffectIsNamed(String line, String reason) throws IOException {
        Files.writeString(
                root.resolve("h.h"),
                "struct s { int a; int bits : 3; int reserved; };\n"
                        + "int f(int n, int *p, const int *c, void **a, struct s *o, void (*r)(int));\n"
                        + "int *g(void); unsigned u(void); char c(void); void v(void);\n");
        Files.writeString(
                root.resolve("s.txt"),
                "header ./h.h\nclass H\nfunctions\nstructs s\nstyle accessors pointers\n" + line + "\n");

        assertThat(generate()).contains("s.txt:6: `" + line.trim() + "`: " + reason.trim());
        assertThat(generate("--keep-going").contains("files generated")).isEqualTo(reason.startsWith("does nothing"));
    }

    @ParameterizedTest
    @CsvSource({
        "rename s.a b, rename s.a c, rename",
        "ordered s.a, ordered s.a, ordered",
        "string g.return, pointer g.return, string",
        "bytes f.p, reference f.p, bytes",
        "errno none f, errno saved f, errno",
    })
    void oneThingIsSaidOnce(String line, String other, String keyword) throws IOException {
        Files.writeString(root.resolve("s.txt"), "header ./h.h\nclass H\n" + line + "\n" + other + "\n");

        assertThat(generate()).contains("s.txt:4: `", "line 3 already sets it by `" + keyword + "`");
    }

    @Test
    void aPatternOfWhatIsExcludedIsNoMistake() throws IOException {
        Files.writeString(root.resolve("h.h"), "#define A 1\n");
        Files.writeString(root.resolve("s.txt"), "header ./h.h\nclass H\nconstants A*\nexclude A\n");

        assertThat(generate()).contains("files generated");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fixed v(float x)       | C makes it a double, so write `double x`",
                "fixed v(nothing_t x)   | s.txt:4: `fixed v(nothing_t x)`: ",
                "fixed v(nothing_t)     | of a type that is not declared: nothing_t",
                "fixed v(long double x) | long double",
                "fixed d(int a)         | is not variadic",
                "fixed nobody(int a)    | s.txt:4: `fixed nobody(int a)`: there is no such function",
                "fixed w(int a)         | s.txt:4: `fixed w(int a)`: does nothing: no line `functions` selects w",
                "fixed d v(int a)       | s.txt:4: `fixed v(int a)`: the headers have a function d",
                "fixed v(int a)\\nfixed v(long a) | :5: a second form of v needs a name",
            })
    void aWayToCallThatCannotBeIsAnError(String line, String reason) throws IOException {
        Files.writeString(root.resolve("h.h"), "int v(int n, ...);\nint w(int n, ...);\nint d(int n);\n");
        Files.writeString(
                root.resolve("s.txt"),
                "header ./h.h\nclass H\nfunctions d v" + (line.contains("nobody") ? " nobody" : "") + "\n"
                        + line.replace("\\n", "\n") + "\n");

        assertThat(generate()).contains(reason).doesNotContain("files generated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"String", "Object", "Callback", "Addresses", "Handle", "Bits", "Long", "Math"})
    void aClassThatHidesOneThatIsNeededIsAnError(String name) throws IOException {
        Files.writeString(root.resolve(name.toLowerCase(Locale.ROOT) + ".h"), "#define A 1\nint f(int *p);\n");
        Files.writeString(
                root.resolve("s.txt"),
                "header ./" + name.toLowerCase(Locale.ROOT) + ".h\nclass " + name + "\nconstants A\n");

        assertThat(generate()).contains("`class " + name + "` hides", "choose another, as " + name + "_");

        Files.writeString(
                root.resolve("s.txt"),
                "header ./" + name.toLowerCase(Locale.ROOT) + ".h\nclass H\nfunctions\ninterface " + name + "\n");

        assertThat(generate()).contains("`interface " + name + "` hides", "choose another, as " + name + "_");
    }

    @Test
    void allThatIsRefusedIsNamedInOneRunWithTheLineToAdd() throws IOException {
        Files.writeString(
                root.resolve("h.h"),
                "int a(int, ...);\nint b(long double);\nint c(float _Complex);\nint d(int);\n#define E(\n");
        Files.writeString(root.resolve("s.txt"), "header ./h.h\nclass H\nfunctions\nconstants *\n");

        assertThat(generate())
                .contains(
                        "`exclude a` in",
                        "`exclude b` in",
                        "`exclude c` in",
                        "`exclude E` in",
                        "refused: 4 of the selected");
        assertThat(generate("--keep-going")).contains("files generated");
    }

    @Test
    void whatIsNotThereCanBeLeftOut() throws IOException {
        Files.writeString(root.resolve("h.h"), "#define A 1\nstruct in { int a; };\nstruct s { struct in in; };\n");
        Files.writeString(
                root.resolve("s.txt"), "header ./h.h\nclass H\nconstants A NOT_THERE\nstructs s\nstyle structs\n");

        assertThat(generate()).contains("has no constant NOT_THERE", "add `structs in` to");
        assertThat(generate("--keep-going")).contains("files generated");
    }

    @Test
    void filesThatNobodyGeneratedStay() throws IOException {
        Files.writeString(root.resolve("h.h"), "#define A 1\n");
        Files.writeString(root.resolve("s.txt"), "header ./h.h\nclass H\nconstants A\n");
        Path mine = Files.createDirectories(root.resolve("out/org/x")).resolve("Mine.java");
        Files.writeString(mine, "package org.x; class Mine {}");

        assertThat(generate()).contains("files generated");
        assertThat(mine).exists();

        Files.writeString(root.resolve("out/org/x/H.java"), "package org.x; class H {}");
        assertThat(generate()).contains("H.java is in the way and was not generated");
        assertThat(root.resolve("out/org/x/H.java")).hasContent("package org.x; class H {}");
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsNamed() throws IOException {
        Files.writeString(root.resolve("h.h"), "#define A 1\n");
        Files.writeString(root.resolve("s.txt"), "header ./h.h\nclass H\nconstants A\n");
        Files.writeString(root.resolve("out"), "a file in the place of the directory");

        assertThat(generate())
                .contains(root.resolve("out") + ": it is a file, but a directory is needed")
                .doesNotContain("\tat ", "fault in bindings-gen");
    }

    @Test
    void aPackageIsAName() throws IOException {
        Files.writeString(root.resolve("h.h"), "#define A 1\n");
        Files.writeString(root.resolve("s.txt"), "header ./h.h\nclass H\nconstants A\n");

        assertThat(run("generate", "--select", root.resolve("s.txt").toString(), "--package", "a;b"))
                .contains("a;b is not the name of a package");
        assertThat(run("generate", "--select", root.resolve("s.txt").toString(), "--package", "java.lang"))
                .contains("java.lang belongs to the JDK");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--btf linux/if.h        | `--btf linux/if.h` takes linux/if.h for the kernel's file",
                "--all --sample 0        | --sample takes a number of headers, at least 1: 0",
                "--sample 3 linux/if.h   | --sample takes some of all headers: omit the names",
                "''                      | no headers to verify: name some",
            })
    void whatIsToBeVerifiedIsClear(String options, String message) {
        assertThat(run(("verify " + options).trim().split(" +"))).contains(message);
    }

    private String generate(String... more) {
        String[] usual = {
            "generate",
            "--select",
            root.resolve("s.txt").toString(),
            "--headers",
            root.toString(),
            "--package",
            "org.x",
            "--out",
            root.resolve("out").toString()
        };
        String[] all = java.util.Arrays.copyOf(usual, usual.length + more.length);
        System.arraycopy(more, 0, all, usual.length, more.length);
        return run(all);
    }

    private static String run(String... args) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        try (PrintStream all = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(all);
            System.setErr(all);
            Main.run(args);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
