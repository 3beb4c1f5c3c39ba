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
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused is named with its place and the reason, and never left out in silence. */
@Tag("any-user")
class RefusalsTest {

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "struct s { struct nowhere n; };   | s | struct nowhere is used by value, and not defined",
                "struct s { int a[unknown]; };     | s | not an integer constant: unknown",
                "struct s { int a : 33; };         | s | not a valid bit-field: int a : 33; the largest width is 32",
                "struct s { int a : 4294967297; }; | s | a : 4294967297; the largest width is 32",
                "struct s { _Bool a : 2; };        | s | not a valid bit-field: _Bool a : 2; the largest width is 1",
                "struct s { int a : 0; };          | s | not a valid bit-field: int a : 0; the smallest width is 1",
                "struct s { int : -1; };           | s | not a valid bit-field: int  : -1; the smallest width is 0",
                "struct s { float a : 3; };        | s | not a valid bit-field: float a : 3; only an integer can be one",
                "struct s { struct { } a : 3; };   | s | not a valid bit-field: struct a : 3; only an integer can",
                "struct s { int a[-1]; };          | s | an array cannot have -1 elements",
                "struct s { enum nowhere e; };     | s | enum nowhere is used by value, and not defined",
                "struct s { void a; };             | s | h.h:2:17: a member cannot be of type void: a",
                "struct s { int _Complex a; };     | s | not understood: int _Complex",
                "struct s { double _Imaginary a; }; | s | not understood: double _Imaginary",
                "struct s { int a(void); };        | s | a member cannot be of type int (*)(void): a",
                "struct s { nothing_t a; };        | s | the type nothing_t is not declared",
                "struct s { int a; } __attribute__((aligned(3))); | s | an alignment must be a power of two: 3",
                "struct s { int a; } __attribute__((aligned(1 +))); | s | an alignment must be a power of two: 1 +",
                "struct s { int a; } __attribute__((aligned(0x20000000))); | s | an alignment must be a power of two",
                "struct s { int a; } __attribute__((aligned(1UL << 63))); | s | an alignment must be a power of two",
                "typedef t t; struct s { t a; };   | s | the type t is not declared",
                "struct s { int a __attribute__((vector_size(16))); } __attribute__((scalar_storage_order(1))); | s |"
                        + " scalar_storage_order",
                "struct s { int a __attribute__((vector_size(16))); }; | s | __attribute__((vector_size)) is not"
                        + " supported",
                "typedef int v __attribute__((vector_size(16))); struct s { v a; }; | s | vector_size",
                "typedef int v __attribute__((vector_size(16))); v f(int a); | f | vector_size",
                "struct s { int *__attribute__((vector_size(16))) p; }; | s | vector_size",
                "struct s { int __attribute__((no_such_thing)) a; }; | s | no_such_thing",
                "int f(int *__attribute__((vector_size(16))) p); | f | vector_size",
                "struct s { int (a __attribute__((mode(QI)))); }; | s | __attribute__((mode)) is not supported",
                "int f(int a) __attribute__((ms_abi)); | f | ms_abi",
                "struct s { int a; } __attribute__((ms_struct)); | s | ms_struct",
                "enum __attribute__((mode(QI))) e { A }; struct s { enum e e; }; | s | mode",
                "enum e { A } __attribute__((aligned(8))); struct s { enum e e; }; | s | aligned",
                "struct s { _BitInt(17) a; };      | s | a type of _BitInt is not supported",
                "int f(_BitInt(17) a);             | f | a type of _BitInt is not supported",
                "struct s { _Decimal64 a; };       | s | a type of _Decimal64 is not supported",
                "struct s { _Complex _Float16 a; };  | s | a type of _Complex is not supported",
                "struct s { _Float128 _Complex a; }; | s | a type of _Complex is not supported",
                "int f(_Float128);                 | f | _Float128, which jnr-ffi has no type for",
                "int f(int a = 5);                 | f | a default argument is not C: int a = 5",
                "int f(nothing_t);                 | f | of a type that is not declared: nothing_t",
                "int f(int, const nothing_t);      | f | of a type that is not declared: const nothing_t",
                "int f(nothing_t[], int a);        | f | of a type that is not declared: nothing_t[]",
                "int f(nothing_t *);               | f | the type nothing_t is not declared",
                "struct s { _Alignas(3) int a; };  | s | an alignment must be a power of two: _Alignas(3)",
                "enum e : double { A };            | A | an enum of type double is not supported",
                "float _Complex f(int a);          | f | which jnr-ffi cannot pass",
                "_Pragma(\"scalar_storage_order big-endian\") struct s { int a; }; | s | #pragma scalar_storage_order"
                        + " is not supported",
                "int f(int a); _Pragma(\"redefine_extname f g\") | f | #pragma redefine_extname is not supported",
                "struct s { struct s inner; };     | s | a struct that contains itself",
                "#define M (M2)                    | M | not an integer constant: M2",
                "typedef int t; extern t A;        | A | is a variable; variables of a library are not bound",
                "extern nothing_t A;               | A | is a variable; variables of a library are not bound",
                "#define M (M)                     | M | not an integer constant: (M)",
                "#define M M                       | M | not an integer constant: M",
                "static const __int128 M = 1;      | M | a constant of 128 bits",
                "struct s { char a[0x7fffffffffffffff][16]; }; | s | larger than 64 bits count",
                "#define M do { } while (0)        | M | not an expression: do { } while (0)",
                "#define M(x) x->y                 | M | not an integer expression of its parameters: x->y",
                "#define M(x) { x }                | M | not an expression of its parameters: { x }",
                "#define M(x...) 1                 | M | not an expression of its parameters: 1",
                "#define M _Alignof(struct nowhere) | M | struct nowhere is used by value, and not defined",
                "#define M _Alignof(int (void))     | M | C gives no alignment to a function",
                "enum { A = B, B = A };            | A | refers to itself",
                "int f(int a, ...);                | f | is variadic: give the parameters for the dots",
                "#define M 1.0L                    | M | a constant of type long double, which Java lacks",
                "#define M 9223372036854775808     | M | a constant of 128 bits: 9223372036854775808",
                "#define M -18446744073709551615   | M | a constant of 128 bits: 18446744073709551615",
                "#define M 0x1ffffffffffffffff     | M | a constant of 128 bits",
                "#define M (int) 1e10              | M | 1E+10, which is out of the range of int",
                "#define M (unsigned char) -1.5    | M | -1.5, which is out of the range of unsigned char",
                "#define M (long) __builtin_inf()  | M | not an integer constant",
                "#define M (_Float16) 1.1          | M | not an integer constant",
                "#define M(x) (__builtin_constant_p(x) ? 1 : 2) | M | not an integer expression of its parameters",
                "#define M L\"\\ud800x\"          | M | contains a lone surrogate",
                "#define M U\"\\U00110000\"        | M | not a character: 0x110000",
                "struct s { char a[0x80000000UL]; }; | s | is larger than the largest Java buffer",
                "struct s { struct { } a[0x80000000UL]; }; | s | is larger than the largest Java buffer",
                "int f(int) __asm__(\"x; y\");      | f | not a symbol's name: x; y",
                "int f(int) __asm__(\"x\\\"y\");    | f | not a symbol's name",
                "int f(long double x);             | f | long double, which jnr-ffi has no type for",
                "_Float16 f(int a);                | f | _Float16, which jnr-ffi has no type for",
                "int f(__int128 x);                | f | __int128, which jnr-ffi has no type for",
                "struct p { int x; }; void f(struct p p); | f | passes a struct by value",
                "typedef union { } p; void f(p p); | f | passes a struct by value",
                "typedef union { struct { int x; }; } p; void f(p p); | f | passes a struct by value",
                "typedef union { void *x; int y; } p; void f(p p); | f | passes a struct by value",
                "typedef float f __attribute__((mode(TF))); struct s { f a; }; | s | mode(TF) is not known for float",
                "#define A(                        | A | Macro definition malformed",
                "#define A(x                       | A | Macro definition malformed",
                "#define A(1) 3                    | A | Macro definition malformed",
                "#define 3X 4                      | 3X | Macro definition malformed",
                "#define A \"unterminated         | A | Unbounded string",
                "#define A \"good\" \"no        | A | Unbounded string",
                "#define A 'x                      | A | Bad character sequence",
                "#define A 1 @ 2                   | A | not an expression: 1 @ 2",
                "#define A @ 2                     | A | not an expression: @ 2",
                "#define A(x) #y                   | A | Invalid use of macro pasting",
                "#define A 1 ##                    | A | Invalid use of macro pasting",
                "#if 1 +\\n#endif                  | a line of the preprocessor | Expression syntax error",
                "#frobnicate                       | a line of the preprocessor | Invalid preprocessor directive",
                "#define A(x, y) (x ## 1)          | A | not an integer expression of its parameters",
                "#define A(x, y) (x ## 8)          | A | not an integer expression of its parameters",
                "#define A(x, y) (x ## y ## _)     | A | not an integer expression of its parameters",
                "#define A(x) ((x) / 0)            | A | not an integer expression of its parameters",
                "#define A(x) ((x) + sizeof(x))    | A | not an integer expression of its parameters",
                "#define A(x) ((x) % (3 - 3))      | A | not an integer expression of its parameters",
                "static const int v[] = {1, 2}; enum { A = sizeof v / sizeof(v[0]) }; | A | not an integer constant: sizeof v",
                "static const int A = sizeof \"x;  | a line of the preprocessor | Unbounded string",
                "#define L __LINE__                | L | not an integer constant: __LINE__",
                "#define A\\u003b 1                 | A\\u003b | a name with an escaped character in it",
                "struct s { int a\\u007d; };        | s | a name with an escaped character in it",
                "int f(int a\\u0029);               | f | a name with an escaped character in it",
                "int f(int \\u0029a);               | f | a name with an escaped character in it",
                "int f\\u0029(int a);               | f\\u0029 | a name with an escaped character in it",
                "int \\u0029f(int a);               | \\u0029f | a name with an escaped character in it",
            })
    void areNamedWithPlaceAndReason(String header, String name, String reason) throws IOException {
        Model model = read("\n" + header.replace("\\n", "\n") + "\n");

        assertThat(model.constants()).doesNotContainKey(name);
        assertThat(model.texts()).doesNotContainKey(name);
        assertThat(model.skipped())
                .filteredOn(skipped -> skipped.name().equals(name))
                .singleElement()
                .satisfies(skipped -> {
                    assertThat(skipped.toString()).contains(reason);
                    assertThat(skipped.place()).startsWith("h.h:2:");
                });
    }

    /** A machine's vectors are in headers of the compiler's, which a library may include whatever it uses of them. */
    @Test
    void aVectorOfTheCompilersCostsWhatUsesIt() throws IOException {
        Model model = read("#include <immintrin.h>\n#include <arm_neon.h>\nint f(__m128 x);\nstruct s { int a; };\n");

        assertThat(model.structs()).containsOnlyKeys("s");
        assertThat(model.skipped())
                .singleElement()
                .satisfies(skipped -> assertThat(skipped.toString())
                        .startsWith("h.h:3:5: f: ")
                        .endsWith("__m128 is not declared"));
    }

    /** gcc reads no such header; what the preprocessor passes over would be lost without a word. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "struct s { int a; };\\n/* open\\nint f(int);      | :2: a comment that begins here never ends",
                "/* closed */ int f(int); /*                      | :1: a comment that begins here never ends",
                "#define A \"*/\"\\n#if 0\\nstruct s { int a; };  | :2: an #if without its #endif",
                "\\n#ifdef X\\n#if 1\\n# endif\\nint f(int);      | :2: an #if without its #endif",
                "#if 1 /* #endif */\\nint f(int);                 | :1: an #if without its #endif",
            })
    void aFileThatDoesNotEndIsAnError(String header, String reason) {
        assertThatThrownBy(() -> read(header.replace("\\n", "\n")))
                .isInstanceOf(BindgenException.class)
                .hasMessageEndingWith("h.h" + reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int f(int); // see linux/*\n",
                "#define A \"/*\"\nint f(int);\n",
                "#define A '\"'\n#if 1 // it's\n#define B \"#if\"\n#endif\nint f(int);\n",
                "/* #if 1 */ int f(int);\n/*\n#if 1\n*/\n",
                "// a line \\\n /* goes on\nint f(int);\n",
            })
    void whatOnlyLooksOpenIsRead(String header) throws IOException {
        assertThat(read(header).functions()).containsKey("f");
    }

    @Test
    void whatIsTooLongForAClassFileIsRefused() throws IOException {
        String ints = "int" + ", int".repeat(253);
        String longs = "long" + ", long".repeat(126);
        Model model = read("#define FITS \"" + "\u00e9".repeat(32_767) + "\"\n#define LONG \"" + "\u00e9".repeat(32_768)
                + "\"\nint fits(" + ints + ");\nint more(" + ints + ", int);\nint wide(" + longs + ");\nint wider("
                + longs
                + ", int *);\nstruct large { char a[0x7fffffff]; struct { } b[0x7fffffff]; };\nstruct s"
                + "s".repeat(199) + " { int a; };\nstruct s" + "s".repeat(200)
                + " { int a; };\n");

        assertThat(model.texts()).containsOnlyKeys("FITS");
        assertThat(model.functions()).containsOnlyKeys("fits", "wide");
        assertThat(model.structs()).containsOnlyKeys("large", "s" + "s".repeat(199));
        assertThat(model.skipped()).extracting(Skipped::name).contains("LONG", "more", "wider", "s" + "s".repeat(200));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int f(int;                        | f",
                "int f(int a]);                    | f",
                "struct s { int (x; };             | s",
                "struct s { int a; ; int f(int;    | s",
                "enum e { A = , B };               | A",
                "typedef unknown f(;               | f",
                "int f(void) = ;                   | f",
            })
    void aMistakeCostsItsDeclarationAndNoOther(String mistake, String name) throws IOException {
        Model model = read("struct before { int a; };\n" + mistake
                + "\n#define VALUE 4\nstruct after { int a; };\nenum { LAST = 7 };\nint g(int);\n");

        assertThat(model.skipped()).extracting(Skipped::name).contains(name);
        assertThat(model.structs()).containsKeys("before", "after").doesNotContainKey("s");
        assertThat(model.constants()).containsKeys("VALUE", "LAST").doesNotContainKey("A");
    }

    @Test
    void whatOnlyTheCompilersHeadersDeclareIsNotRead() throws IOException {
        assertThat(facts(read("#include <stdarg.h>\n#include <stdint.h>\nint f(int a);\n")))
                .containsExactly("f");
    }

    @Test
    void aMistakeIsOfTheKindThatItCosts() throws IOException {
        assertThat(read("#define A 1 @ 2\n#frobnicate\n").skipped())
                .extracting(Skipped::kind)
                .containsExactlyInAnyOrder(Skipped.Kind.CONSTANT, Skipped.Kind.DECLARATION);
    }

    /** A text is as long as the UTF-8 of class files may be, in which zero takes two bytes. */
    @ParameterizedTest
    @CsvSource({"\\0, 32767", "a, 65534", "\u007f, 65534", "\u0080, 32767", "\u07ff, 32767", "\u0800, 21844"})
    void aTextFitsAClassFile(String character, int most) throws IOException {
        String fits = character.repeat(most);

        assertThat(read("#define FITS \"" + fits + "\"\n#define LONG \"" + fits + character + "\"\n")
                        .texts())
                .containsOnlyKeys("FITS");
    }

    @Test
    void aLongReasonIsCutAtItsEnd() throws IOException {
        String name = "x".repeat(225);
        List<Skipped> skipped =
                read("#define A " + name + "\n#define B " + name + "x\n").skipped();

        assertThat(skipped.get(0).reason()).isEqualTo("not an integer constant: " + name);
        assertThat(skipped.get(1).reason()).isEqualTo("not an integer constant: " + name + "\u2026");
    }

    @Test
    void aMacroThatIsTooLongForAMethodIsRefused() throws IOException {
        String name = "x".repeat(500);
        Model model = read("#define FITS(" + name + ") " + name + "\n#define LONG(" + name + "x) " + name + "x\n");

        assertThat(model.macros().get("FITS").first().java()).isEqualTo(name);
        assertThat(model.skipped()).singleElement().hasToString("h.h:2:1: LONG: is too long to be a method");
    }

    @Test
    void aBackslashAtTheEndOfAFileIsReported() throws IOException {
        assertThat(read("static const int A = sizeof \"x\\").skipped())
                .first()
                .asString()
                .contains("h.h:1:29: ", "Unbounded string");
    }

    /** A header may repeat what another declares. */
    @ParameterizedTest
    @CsvSource({"a.h, a.h", "b.h, b.h", "c.h, c.h", ".*, c.h"})
    void whatSeveralHeadersDeclareIsReadFromTheLastWantedOne(String wanted, String last) throws IOException {
        List<String> headers = List.of("a.h", "b.h", "c.h");
        for (String header : headers) {
            Files.writeString(root.resolve(header), "#define M 1\nint f(int a);\n");
        }

        Model model = FactReader.read(
                new HeaderParser(Target.X86_64, SearchPath.of(root)).parse(headers),
                "test",
                (header, name) -> header.matches(wanted));

        assertThat(model.constants().get("M").first().header()).isEqualTo(last);
        assertThat(model.functions().get("f").first().header()).isEqualTo(last);
    }

    /** As of the guard of a header. */
    @Test
    void aMacroWithoutTextIsNotedQuietly() throws IOException {
        assertThat(read("#define GUARD_H\n").skipped()).singleElement().satisfies(skipped -> {
            assertThat(skipped.name()).isEqualTo("GUARD_H");
            assertThat(skipped.isEmpty()).isTrue();
        });
    }

    /** One of each kind that is offered, and one of each that is refused. */
    @Test
    void whatIsNotWantedIsNeitherReadNorReported() throws IOException {
        String each = "#define _M 1\n#define _R 1.5\n#define _T \"t\"\n#define _F(x) ((x) + 1)\n#define _E\n"
                + "#define _X @\n#define _Y (_f)\nenum { _C };\nstatic const int _O = 3;\n"
                + "static const float _P = 3;\nstruct _s { int a; };\nstruct _b { nothing_t a; };\n"
                + "typedef struct { int a; } _t;\nint _f(int a);\nint _g(int a, ...);\nextern int _v;\n"
                + "static inline int _i(void) { return 1; }\nvoid _h(struct _l { int a; } *l);\n"
                + "void _j(enum _m { _K } l);\n";
        Model all = read(each.replace(" _", " yes_").replace("(_", "(yes_"));
        Model some = read(
                each.replace(" _", " yes_").replace("(_", "(yes_")
                        + each.replace(" _", " no_").replace("(_", "(no_"),
                name -> !name.startsWith("no_"));

        assertThat(facts(some)).isEqualTo(facts(all)).hasSize(22);
        assertThat(facts(read(each.replace(" _", " no_").replace("(_", "(no_"), name -> false)))
                .isEmpty();
    }

    private static List<String> facts(Model model) {
        return Stream.of(
                        model.constants().keySet(),
                        model.reals().keySet(),
                        model.texts().keySet(),
                        model.macros().keySet(),
                        model.structs().keySet(),
                        model.functions().keySet(),
                        model.skipped().stream().map(Skipped::name).toList())
                .flatMap(Collection::stream)
                .sorted()
                .toList();
    }

    @Test
    void aMacroThatCallsAFunctionNamesIt() throws IOException {
        Model model = read("int init_(int a, int b);\n#define init(a) init_((a), sizeof(int))\n"
                + "#define checked(a) ((a) ? (void) init_(a, 1) : (void) 0)\n");

        assertThat(model.functions()).containsKey("init_");
        assertThat(model.skipped())
                .extracting(Skipped::reason)
                .hasSize(2)
                .allMatch(reason -> reason.endsWith("; `functions init_` binds the function that it calls"));
    }

    /** A header that is for C++ alone declares C all the same. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "extern \"C\" int f(int a);",
                "extern \"C\" { int f(int a); }",
                "extern \"C\" { struct s { int a; }; extern \"C\" { int f(struct s *s); } }",
                "extern \"C\" { int mistake(int; int f(int a); }",
            })
    void linkageOfCIsNoMistake(String declared) throws IOException {
        Model model = read(declared + "\nstruct after { int a; };\nextern \"C++\" int other(void);\n");

        assertThat(model.functions()).containsOnlyKeys("f");
        assertThat(model.structs()).containsKey("after");
        assertThat(model.skipped()).extracting(Skipped::name).contains("other").doesNotContain("f", "after");
    }

    @Test
    void aMacroThatAPragmaRestoresIsReported() throws IOException {
        Model model = read("#define M 1\n#pragma push_macro(\"M\")\n#undef M\n#define M 2\n#pragma pop_macro(\"M\")\n");

        assertThat(model.constants()).isEmpty();
        assertThat(model.skipped()).extracting(Skipped::reason).contains("#pragma pop_macro is not supported");
    }

    @Test
    void whatIsNeverClosedIsNamedWithItsPlace() throws IOException {
        assertThat(read("struct after;\nstatic inline int f(void) { if (1) {\n return 0; }\n")
                        .skipped())
                .anySatisfy(skipped -> {
                    assertThat(skipped.place()).isEqualTo("h.h:2:27");
                    assertThat(skipped.reason()).contains("never closed");
                });
    }

    @Test
    void aMistakeCostsNoEnumBeforeIt() throws IOException {
        assertThat(read("enum e { A = 3 };\nfrobnicate (x *y)();\n").constants())
                .containsKey("A");
    }

    @Test
    void aDeclarationThatIsNoneIsReported() throws IOException {
        assertThat(read("struct { int;;; int } ] ;\n").skipped()).isNotEmpty();
    }

    @Test
    void anErrorDirectiveIsAnError() {
        assertThatThrownBy(() -> read("#error not for you\n"))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("not for you");
    }

    @Test
    void aMissingIncludeIsNamedWithTheSearchedPath() {
        assertThatThrownBy(() -> read("\n#include <absent.h>\n"))
                .isInstanceOf(BindgenException.class)
                .hasMessageContaining("h.h:2: absent.h is not found; searched: ")
                .hasMessageContaining(root.toString())
                .hasMessageContaining("-I");
    }

    private Model read(String text) throws IOException {
        return read(text, name -> true);
    }

    private Model read(String text, Predicate<String> wanted) throws IOException {
        Files.writeString(root.resolve("h.h"), text);
        return FactReader.read(
                new HeaderParser(Target.X86_64, SearchPath.of(root)).parse(List.of("h.h")),
                "test",
                (header, name) -> wanted.test(name));
    }
}
