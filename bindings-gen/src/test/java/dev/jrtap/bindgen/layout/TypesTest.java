// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Struct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Types of members: the text of each in C, and what it is in memory, in the notation of the model. */
class TypesTest {

    private static final String BEFORE = "enum e { A = -1 }; int old(a) int a; { return a; }\n";

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "char m                           | char                        | i8",
                "signed char m                    | signed char                 | i8",
                "unsigned char m                  | unsigned char               | u8",
                "short m                          | short                       | i16",
                "int short unsigned m             | unsigned short              | u16",
                "signed m                         | int                         | i32",
                "unsigned m                       | unsigned int                | u32",
                "long m                           | long                        | i64",
                "long unsigned int m              | unsigned long               | u64",
                "long long m                      | long long                   | i64",
                "long unsigned long m             | unsigned long long          | u64",
                "_Bool m                          | _Bool                       | b8",
                "float m                          | float                       | f32",
                "double m                         | double                      | f64",
                "long double m                    | long double                 | f128",
                "float _Complex m                 | _Complex float              | f32[2]",
                "_Complex m                       | _Complex double             | f64[2]",
                "long double _Complex m           | _Complex long double        | f128[2]",
                "__int128 m                       | __int128                    | i128",
                "unsigned __int128 m              | unsigned __int128           | u128",
                "__int128_t m                     | __int128_t                  | i128",
                "__uint128_t m                    | __uint128_t                 | u128",
                "_Float16 m                       | _Float16                    | f16",
                "_Float128 m                      | _Float128                   | f128",
                "__float80 m                      | __float80                   | f128",
                "enum e m                         | int                         | i32",
                "int m[2][3]                      | int[2][3]                   | i32[6]",
                "int a; char m[]                  | char[]                      | i8[]",
                "void *m                          | void *                      | p64",
                "char **m                         | char * *                    | p64",
                "int (*m)[3]                      | int[3] *                    | p64",
                "struct other *m                  | struct other *              | p64",
                "union other *m                   | union other *               | p64",
                "int (*m)(void)                   | int (*)(void)               | p64",
                "int (*m)(const char *f, ...)     | int (*)(const char *, ...)  | p64",
                "void *(*m[2])(long, union u *)   | void * (*)(long, union u *)[2] | p64[2]",
                "__typeof__(old) *m               | int (*)()                   | p64",
                "int m __attribute__((mode(QI)))  | signed char                 | i8",
                "unsigned m __attribute__((__mode__(__byte__))) | unsigned char | u8",
                "int m __attribute__((mode(HI)))  | short                       | i16",
                "unsigned m __attribute__((mode(HI))) | unsigned short          | u16",
                "long m __attribute__((mode(SI))) | int                         | i32",
                "unsigned long m __attribute__((mode(SI))) | unsigned int       | u32",
                "int m __attribute__((mode(DI)))  | long                        | i64",
                "unsigned m __attribute__((mode(word))) | unsigned long         | u64",
                "int m __attribute__((mode(pointer))) | long                    | i64",
                "unsigned m __attribute__((mode(TI))) | unsigned __int128       | u128",
                "float m __attribute__((mode(DF))) | double                     | f64",
                "double m __attribute__((mode(SF))) | float                     | f32",
            })
    void areNamedAsInC(String member, String text, String shape) throws IOException {
        Struct.Field field = last(Target.X86_64, member);

        assertThat(field.type()).isEqualTo(text);
        assertThat(field.shape()).hasToString(shape);
    }

    @ParameterizedTest
    @CsvSource({"X86_64, s24:__va_list_tag[1]", "AARCH64, s32:__va_list_tag", "RISCV64, p64"})
    void aVaListIsTheTargets(Target target, String shape) throws IOException {
        assertThat(last(target, "__builtin_va_list m").shape()).hasToString(shape);
    }

    private Struct.Field last(Target target, String members) throws IOException {
        Files.writeString(root.resolve("h.h"), BEFORE + "struct s { " + members + "; };\n");
        List<Struct.Field> fields = FactReader.read(
                        new HeaderParser(target, SearchPath.of(root)).parse(List.of("h.h")), "test")
                .structs()
                .get("s")
                .first()
                .fields();
        return fields.get(fields.size() - 1);
    }
}
