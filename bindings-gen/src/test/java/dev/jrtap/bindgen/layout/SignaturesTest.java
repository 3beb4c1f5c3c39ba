// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.Declarations;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Function;
import dev.jrtap.bindgen.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prototypes and the signatures of pointers to functions. */
class SignaturesTest {

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int f(int a) __asm__ (\"\" \"f64\");                     | f64",
                "int f(int a) __asm (\"f64\") __attribute__((nothrow));   | f64",
                "int f(int) __asm__(\"f64\"); int f(int);                 | f64",
                "int f(int a);                                            | f",
            })
    void theSymbolIsWhatAnAsmLabelSays(String header, String symbol) throws IOException {
        assertThat(function(read(header), "f").symbol()).isEqualTo(symbol);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "void (*f(int n, void (*h)(int)))(int);  | void (*)(int) f(int, void (*)(int))",
                "typedef int g(char *); g f;             | int f(char *)",
                "int (f)(int);                           | int f(int)",
                "typedef void nothing; int f(nothing);   | int f()",
                "int g(char *); extern __typeof__(g) f;  | int f(char *)",
                "int g(char *); typeof(int (long)) f;    | int f(long)",
                "int f(const char *const *list);         | int f(const char * *)",
                "int f(const int (*p)[4]);               | int f(int[4] *)",
                "int f(const char *(p));                 | int f(const char *)",
                "int f(char *const p);                   | int f(char *)",
                "const char *f(void);                    | const char * f()",
                "char *const *f(void);                   | const char * * f()",
                "int f(short a, long b, long long c);    | int f(short, long, long long)",
                "int f(unsigned a, signed b);            | int f(unsigned int, int)",
                "void f(int g(long));                    | void f(int (*)(long))",
                "int f(int n, int (*a[n])(long));        | int f(int, int (*)(long) *)",
                "int f(int m[][3], int (*p)[4]);         | int f(int[3] *, int[4] *)",
                "int f(int n, int a[n]);                 | int f(int, int *)",
                "int f(int n, char *a[static n]);        | int f(int, char * *)",
                "int f(int n, int a[n][n]);              | int f(int, int[] *)",
                "int f(int (*g)(int n, int a[n]));       | int f(int (*)(int, int *))",
            })
    void aPrototypeIsReadWhateverItIsWrittenLike(String header, String signature) throws IOException {
        Function f = function(read(header), "f");

        assertThat(f.result().c() + " f"
                        + f.parameters().stream().map(p -> p.type().c()).collect(Collectors.joining(", ", "(", ")")))
                .isEqualTo(signature);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "void *                   | p64",
                "int *                    | p64:&i32",
                "long **                  | p64:&p64:&i64",
                "struct known *           | p64:&s1:known",
                "struct opaque *          | p64:&s0:opaque",
                "struct bad *             | p64",
                "int (*)[3]               | p64",
                "void (*)(int)            | p64",
                "char                     | i8",
            })
    void aPointerKnowsItsTarget(String parameter, String shape) throws IOException {
        Model model = read("struct known { int a[9]; }; struct bad { unknown_t x; }; int f(" + parameter + ");");

        assertThat(function(model, "f").parameters().get(0).type().shape()).hasToString(shape);
    }

    @Test
    void aPointerNeedsNothingOfWhatItPointsTo() throws IOException {
        Model model = read(
                "struct bad { unknown_t x; }; struct s { struct bad *p; struct bad **q[2]; }; int f(struct bad *p);");

        assertThat(model.structs()).containsOnlyKeys("s");
        assertThat(model.functions()).containsOnlyKeys("f");
    }

    @Test
    void aPointerToAFunctionIsNoFunction() throws IOException {
        assertThat(read("int (*f)(int);").functions()).isEmpty();
    }

    @Test
    void aCallbackIsFoundUnderTheTextOfItsType() throws IOException {
        Model model = read(
                "typedef int (*cb)(short s, void (*in)(float)); struct s { cb c; struct { void (*deep)(double); } in; };"
                        + " void f(int (*g)(cb));");

        assertThat(model.callbacks()).containsOnlyKeys("cb", "int (*)(cb)", "void (*)(float)", "void (*)(double)");
        assertThat(model.callbacks().get("cb").first().parameters())
                .extracting(Function.Parameter::name)
                .containsExactly("s", "in");
    }

    @Test
    void aParameterThatIsAFunctionIsAPointerToIt() throws IOException {
        assertThat(read("void f(int g(long));").callbacks()).containsOnlyKeys("int (*)(long)");
    }

    @Test
    void aFormOfAVariadicFunctionHasCallbacks() throws IOException {
        Model model = read("int f(int n, ...); int " + Declarations.fixed("f", "f") + "(void (*g)(short));");

        assertThat(model.callbacks()).containsOnlyKeys("void (*)(short)");
    }

    @Test
    void aCallbackThatJavaCannotBeStaysAPointer() throws IOException {
        Model model = read("struct big { long a[9]; }; void f(void (*g)(struct big), void (*v)(int, ...));");

        assertThat(model.callbacks()).isEmpty();
        assertThat(model.functions()).containsOnlyKeys("f");
    }

    private static Function function(Model model, String name) {
        return model.functions().get(name).first();
    }

    private Model read(String text) throws IOException {
        Files.writeString(root.resolve("h.h"), text + "\n");
        return FactReader.read(new HeaderParser(Target.X86_64, SearchPath.of(root)).parse(List.of("h.h")), "test");
    }
}
