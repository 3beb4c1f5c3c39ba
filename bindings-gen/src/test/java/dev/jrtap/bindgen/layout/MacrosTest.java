// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Macro;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What function-like macros compute, in C's types; {@link RandomExpressionsTest} compares others with gcc. */
class MacrosTest {

    /** A macro of {@code x}, and its results for 0, 1, 2, 3, 7, 16, 27, 84, 255 and 4097 where C defines them. */
    private static final String ROWS = """
            (x) + 1                         | 1 2 3 4 8 17 28 85 256 4098
            (x) - 5                         | -5 -4 -3 -2 2 11 22 79 250 4092
            (x) * 3                         | 0 3 6 9 21 48 81 252 765 12291
            (x) / 3                         | 0 0 0 1 2 5 9 28 85 1365
            (x) % 3                         | 0 1 2 0 1 1 0 0 0 2
            100 / (x)                       | 100 50 33 14 6 3 1 0 0
            100 % (x)                       | 0 0 1 2 4 19 16 100 100
            -(x)                            | 0 -1 -2 -3 -7 -16 -27 -84 -255 -4097
            +(x)                            | 0 1 2 3 7 16 27 84 255 4097
            ~(x)                            | -1 -2 -3 -4 -8 -17 -28 -85 -256 -4098
            !(x)                            | 1 0 0 0 0 0 0 0 0 0
            (x) & 6                         | 0 0 2 2 6 0 2 4 6 0
            (x) | 8                         | 8 9 10 11 15 24 27 92 255 4105
            (x) ^ 5                         | 5 4 7 6 2 21 30 81 250 4100
            (x) << 2                        | 0 4 8 12 28 64 108 336 1020 16388
            (x) >> 1                        | 0 0 1 1 3 8 13 42 127 2048
            (-(x)) >> 1                     | 0 -1 -1 -2 -4 -8 -14 -42 -128 -2049
            (x) == 7                        | 0 0 0 0 1 0 0 0 0 0
            (x) != 7                        | 1 1 1 1 0 1 1 1 1 1
            (x) < 7                         | 1 1 1 1 0 0 0 0 0 0
            (x) <= 7                        | 1 1 1 1 1 0 0 0 0 0
            (x) > 7                         | 0 0 0 0 0 1 1 1 1 1
            (x) >= 7                        | 0 0 0 0 1 1 1 1 1 1
            (x) && (x) - 7                  | 0 1 1 1 0 1 1 1 1 1
            (x) || 0                        | 0 1 1 1 1 1 1 1 1 1
            (x) - 7 || (x)                  | 1 1 1 1 1 1 1 1 1 1
            (x) ? 5 : 6                     | 6 5 5 5 5 5 5 5 5 5
            (signed char) (x)               | 0 1 2 3 7 16 27 84 -1 1
            (unsigned char) (x)             | 0 1 2 3 7 16 27 84 255 1
            (short) ((x) * 16)              | 0 16 32 48 112 256 432 1344 4080 16
            (unsigned short) ((x) * 16)     | 0 16 32 48 112 256 432 1344 4080 16
            (int) ((x) << 29)               | 0 536870912 1073741824 1610612736 -536870912 0 1610612736 -2147483648 \
            -536870912 536870912
            (short) ((x) * 8)               | 0 8 16 24 56 128 216 672 2040 -32760
            (unsigned short) ((x) * 24)     | 0 24 48 72 168 384 648 2016 6120 32792
            ((x) - 8) / 3                   | -2 -2 -2 -1 0 2 6 25 82 1363
            ((x) - 8) % 3                   | -2 -1 0 -2 -1 2 1 1 1 0
            (x) - 8 < 0                     | 1 1 1 1 1 0 0 0 0 0
            (unsigned) ((x) - 2)            | 4294967294 4294967295 0 1 5 14 25 82 253 4095
            ((unsigned long) (x) - 8) / 2   | 9223372036854775804 9223372036854775804 9223372036854775805 \
            9223372036854775805 9223372036854775807 4 9 38 123 2044
            ((unsigned long) (x) - 8) % 10  | 8 9 0 1 5 8 9 6 7 9
            ((unsigned long) (x) - 8) >> 60 | 15 15 15 15 15 0 0 0 0 0
            (unsigned long) (x) - 8 > 100   | 1 1 1 1 1 0 0 0 1 1
            (unsigned long) (x) - 8 <= 100  | 0 0 0 0 0 1 1 1 0 0
            (unsigned long) (x) - 8 == 8    | 0 0 0 0 0 1 0 0 0 0
            -(unsigned char) (x)            | 0 -1 -2 -3 -7 -16 -27 -84 -255 -1
            ~(unsigned) (x)                 | 4294967295 4294967294 4294967293 4294967292 4294967288 4294967279 \
            4294967268 4294967211 4294967040 4294963198
            (unsigned char) (x) << 24       | 0 16777216 33554432 50331648 117440512 268435456 452984832 1409286144 \
            -16777216 16777216
            (signed char) (x) + 1U          | 1 2 3 4 8 17 28 85 0 2
            (signed char) (x) < 1U          | 1 0 0 0 0 0 0 0 0 0
            -(signed char) (x) + 0UL        | 0 -1 -2 -3 -7 -16 -27 -84 1 -1
            (unsigned short) (x) << 20      | 0 1048576 2097152 3145728 7340032 16777216 28311552 88080384 \
            267386880 1048576
            1 << ((x) + 4)                  | 16 32 64 128 2048 1048576 -2147483648
            1 << ((x) + 5)                  | 32 64 128 256 4096 2097152
            1L << ((x) + 36)                | 68719476736 137438953472 274877906944 549755813888 8796093022208 \
            4503599627370496 -9223372036854775808
            1L << ((x) + 37)                | 137438953472 274877906944 549755813888 1099511627776 17592186044416 \
            9007199254740992
            1 << ((x) - 1)                  | 1 2 4 64 32768 67108864
            (x) > 2 ? -1 : 1U               | 1 1 1 4294967295 4294967295 4294967295 4294967295 4294967295 \
            4294967295 4294967295
            """;

    @TempDir
    private Path root;

    static Stream<String> rows() {
        return ROWS.lines();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void computesAsInC(String row) throws IOException {
        assertThat(results(definition(row))).isEqualTo(expected(row));
    }

    /** The Java of all rows computes, from the same arguments, what the rows say. */
    @Test
    void theJavaComputesTheSame() throws Exception {
        List<String> rows = rows().toList();
        List<Macro> macros = new ArrayList<>();
        StringBuilder methods = new StringBuilder();
        for (String row : rows) {
            Macro macro = macro(definition(row));
            methods.append("public static long m%d(long x) { return %s; }%n".formatted(macros.size(), macro.java()));
            macros.add(macro);
        }
        Compiled compiled = Compiled.of(root, Map.of("Rows.java", "public class Rows {\n" + methods + "}\n"));

        for (int i = 0; i < rows.size(); i++) {
            List<Object> results = new ArrayList<>();
            for (Macro.Sample sample : macros.get(i).samples()) {
                results.add(compiled.call("Rows", "m" + i, sample.arguments().get(0)));
            }
            assertThat(results)
                    .map(Object::toString)
                    .as(rows.get(i))
                    .containsExactly(expected(rows.get(i)).split(" "));
        }
    }

    /** Each of several parameters takes the values in an order of its own. */
    @Test
    void takesSeveralParameters() throws IOException {
        assertThat(results("#define M(x, new) ((x) - (new))")).isEqualTo("-1 -2 -14 -81 -4090 15 24 68 171 0");
        Macro macro = macro("#define M(x, new) ((x) - (new))");
        assertThat(macro.parameters()).containsExactly("x", "new_");
        assertThat(macro.samples()).allMatch(sample -> sample.arguments().size() == 2);
    }

    private static String definition(String row) {
        return "#define M(x) (" + row.substring(0, row.lastIndexOf(" | ")) + ")";
    }

    private static String expected(String row) {
        return row.substring(row.lastIndexOf(" | ") + 3);
    }

    private String results(String header) throws IOException {
        return macro(header).samples().stream()
                .map(sample -> "" + sample.result())
                .collect(Collectors.joining(" "));
    }

    private Macro macro(String header) throws IOException {
        Files.writeString(root.resolve("h.h"), header + "\n");
        return FactReader.read(new HeaderParser(Target.X86_64, SearchPath.of(root)).parse(List.of("h.h")), "test")
                .macros()
                .get("M")
                .first();
    }
}
