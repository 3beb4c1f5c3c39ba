// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Struct;
import dev.jrtap.bindgen.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of layout, each by examples that differ in it alone. */
@Tag("any-user")
class LayoutsTest {

    private static final String TYPES =
            "typedef int wide __attribute__((aligned(16)));\n" + "typedef long low __attribute__((aligned(2)));\n";

    /** A declaration; its size, alignment, and members with their first bits; those on AArch64 if they differ. */
    private static final String ROWS = """
            // A bit-field shares units of its type with its neighbors, and lies in one of them.
            struct s { char a; int b : 24; };                            | 4/4 a 0 b 8:24
            struct s { char a; int b : 25; };                            | 8/4 a 0 b 32:25
            struct s { int a : 32; };                                    | 4/4 a 0:32
            struct s { int a : 1; char b; };                             | 4/4 a 0:1 b 8
            struct s { char a; int b : 3 __attribute__((aligned(8))); }; | 16/8 a 0 b 64:3
            // One as wide and as aligned as an integer is placed like one.
            struct s { short a; wide b : 16; };                          | 16/16 a 0 b 16:16
            struct s { short a; wide b : 15; };                          | 32/16 a 0 b 128:15
            struct s { char a; wide b : 8; };                            | 16/16 a 0 b 8:8
            struct s { char a : 4; wide b : 4; };                        | 32/16 a 0:4 b 128:4
            struct s { char a : 1; int b : 16; };                        | 4/4 a 0:1 b 1:16
            struct s { low a : 32; };                                    | 4/4 a 0:32
            struct s { low a : 33; };                                    | 6/2 a 0:33
            struct s { int a : 16; char b; } __attribute__((packed));    | 3/1 a 0:16 b 16
            // One without a name aligns the struct on AArch64 only; a width of 0 ends the unit.
            struct s { char a; int : 5; };                               | 2/1 a 0      | 4/4 a 0
            struct s { char a; int : 0; char b; };                       | 5/1 a 0 b 32 | 8/4 a 0 b 32
            struct s { char a; int : 0; char b; } __attribute__((packed)); | 5/1 a 0 b 32 | 8/4 a 0 b 32
            // The members of a union start where it starts.
            union s { short a; wide b : 16; int c : 3; };                | 16/16 a 0 b 0:16 c 0:3
            union s { char a; int : 0; short b; };                       | 2/2 a 0 b 0  | 4/4 a 0 b 0
            // Packed bit-fields ignore units.
            struct s { char a; int b : 25; } __attribute__((packed));    | 5/1 a 0 b 8:25
            struct s { char a; int b : 25 __attribute__((packed)); int c; }; | 12/4 a 0 b 8:25 c 64
            // An attribute before a type is the member's, one within its definition is the type's.
            struct s { char a; __attribute__((packed)) int b; };         | 5/1 a 0 b 8
            struct s { char a; __attribute__((aligned(8))) int b; };     | 16/8 a 0 b 64
            struct s { char a; struct { int b; } __attribute__((aligned(8))) c; } __attribute__((packed)); \
            | 9/1 a 0 c 8 c.b 8
            struct s { char a; enum { A = 300 } __attribute__((packed)) b; }; | 4/2 a 0 b 16
            struct s { char a; int b __attribute__((aligned(1))); };     | 8/4 a 0 b 32
            struct s { char a; int b __attribute__((aligned((1) + (7)))); }; | 16/8 a 0 b 64
            struct s { char a; } __attribute__((aligned(0x10000000)));   | 268435456/268435456 a 0
            // An atomic struct is aligned like an integer of its size, if there is one.
            struct s { char a; _Atomic struct { char b[4]; } c; };       | 8/4 a 0 c 32 c.b 32
            struct s { char a; _Atomic struct { char b[3]; } c; };       | 4/1 a 0 c 8 c.b 8
            struct s { char a; _Atomic struct { char b[16]; } c; };      | 32/16 a 0 c 128 c.b 128
            struct s { char a; _Atomic struct { char b[32]; } c; };      | 33/1 a 0 c 8 c.b 8
            struct s { char a; _Atomic low b; };                         | 16/8 a 0 b 64
            struct s { char a; _Atomic wide b; };                        | 32/16 a 0 b 128
            // The pragma limits alignments, those of attributes too.
            _Pragma("pack(2)") struct s { char a; int b : 25; };         | 6/2 a 0 b 8:25
            _Pragma("pack(2)") struct s { char a; int b : 3; } __attribute__((packed)); | 2/2 a 0 b 8:3
            _Pragma("pack(2)") struct s { char a; int b; } __attribute__((packed)); | 5/1 a 0 b 8
            _Pragma("pack(2)") struct s { char a; int b __attribute__((aligned(8))); }; | 6/2 a 0 b 16
            _Pragma("pack(1)") struct s { low a : 32; char b; };         | 5/1 a 0:32 b 32
            """;

    @TempDir
    private Path directory;

    static Stream<String> rows() {
        return ROWS.lines().filter(row -> !row.startsWith("//"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isWhatTheRowSays(String row) throws IOException {
        String[] columns = row.split(" *\\| *");
        write(columns[0]);

        assertThat(read(Target.X86_64)).isEqualTo(columns[1]);
        assertThat(read(Target.AARCH64)).isEqualTo(columns[columns.length - 1]);
    }

    @ParameterizedTest
    @EnumSource(names = {"X86_64", "AARCH64"})
    void isWhatTheCompilerSays(Target target) throws IOException {
        int[] number = {0};
        Path header =
                write(rows().map(row -> row.substring(0, row.indexOf('|')).replace(" s {", " s" + number[0]++ + " {"))
                        .collect(Collectors.joining(" _Pragma(\"pack()\")\n")));
        SearchPath path = SearchPath.of(directory);
        Verification verification = new Verification(Gcc.require(target, path), target, path);

        verification.run(List.of(header.toString()));

        assertThat(verification.refusedByCompiler()).isEmpty();
        assertThat(verification.tally().differences()).isEmpty();
        assertThat(verification.tally().refusals()).isEmpty();
        assertThat(verification.tally().total()).isGreaterThan(number[0]);
    }

    private Path write(String declarations) throws IOException {
        return Files.writeString(directory.resolve("h.h"), TYPES + declarations + "\n");
    }

    private String read(Target target) {
        Struct struct = FactReader.read(
                        new HeaderParser(target, SearchPath.of(directory)).parse(List.of("h.h")), "test")
                .structs()
                .get("s")
                .first();
        return struct.size() + "/" + struct.align()
                + struct.fields().stream()
                        .map(field -> " " + field.path() + " " + field.offset()
                                + (field.isBitField() ? ":" + field.bits() : ""))
                        .collect(Collectors.joining());
    }
}
