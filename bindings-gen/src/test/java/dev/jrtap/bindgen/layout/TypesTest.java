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

    private static final String BEFORE = "enum e { A = -1 }; int old(a) int a; { return a; }\n"
            + "typedef unsigned short __be16; typedef __be16 port; typedef struct { int a; } t;\n";

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
                "enum { B = 1 } m                 | unsigned int                | u32",
                "enum { B = 0x7fffffff, C } m     | unsigned int                | u32",
                "enum { B = 0xffffffff } m        | unsigned int                | u32",
                "enum { B = 0xffffffff, C } m     | unsigned long               | u64",
                "enum { B = -1, C = 0x7fffffff } m | int                        | i32",
                "enum { B = -1, C = 0x80000000 } m | long                       | i64",
                "enum { B = ~0UL } m              | unsigned long               | u64",
                "enum { B = 1U << 31, C = B << 1 } m | unsigned int             | u32",
                "enum { B = 0U } __attribute__((packed)) m | unsigned char      | u8",
                "enum { B = -128, C = 127 } __attribute__((packed)) m | signed char | i8",
                "enum { B = -129 } __attribute__((packed)) m | short           | i16",
                "enum { B = -1, C = 128 } __attribute__((packed)) m | short    | i16",
                "enum { B = -32768, C = 32767 } __attribute__((packed)) m | short | i16",
                "enum { B = -32769 } __attribute__((packed)) m | int           | i32",
                "enum { B = -1, C = 32768 } __attribute__((packed)) m | int    | i32",
                "enum { B = ~0UL } __attribute__((packed)) m | unsigned long    | u64",
                "enum other *m                    | enum other *                | p64",
                "enum { B = 255 } __attribute__((packed)) m | unsigned char    | u8",
                "enum { B = 256 } __attribute__((packed)) m | unsigned short   | u16",
                "enum { B = 65535 } __attribute__((packed)) m | unsigned short | u16",
                "enum { B = 65536 } __attribute__((packed)) m | unsigned int   | u32",
                "enum { B = 1UL << 32 } __attribute__((packed)) m | unsigned long | u64",
                "__be16 m                         | __be16                      | be16",
                "port m[2]                        | port[2]                     | be16[2]",
                "t m[2]                           | t[2]                        | s4:t[2]",
                "struct u { int a; } m            | struct u                    | s4:u",
                "struct { int a; } m[0]           | struct[0]                   | s4[0]",
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
