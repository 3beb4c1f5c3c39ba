// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.model.Constant;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Real;
import dev.jrtap.bindgen.model.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Constants at the edges of what their types hold. */
class ConstantsTest {

    private static final String BEFORE = "extern char none[0];\n#define TEXT(x) #x\n"
            + "struct s { char a; int b; char c[2][3]; int d : 3; struct { char e; int f; }; };\n"
            + "typedef short half; typedef int function(void); function typed; int direct(void);\n";

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "2147483647                | 2147483647           | int                | 10",
                "2147483648                | 2147483648           | long               | 10",
                "0x7fffffff                | 2147483647           | int                | 16",
                "0xffffffff                | 4294967295           | unsigned int       | 16",
                "0x100000000               | 4294967296           | long               | 16",
                "4294967295                | 4294967295           | long               | 10",
                "4294967295U               | 4294967295           | unsigned int       | 10",
                "4294967296U               | 4294967296           | unsigned long      | 10",
                "9223372036854775807       | 9223372036854775807  | long               | 10",
                "0x7fffffffffffffff        | 9223372036854775807  | long               | 16",
                "0x8000000000000000        | -9223372036854775808 | unsigned long      | 16",
                "0x7fffffffffffffffLL      | 9223372036854775807  | long long          | 16",
                "0x8000000000000000LL      | -9223372036854775808 | unsigned long long | 16",
                "1LL                       | 1                    | long long          | 10",
                "1L                        | 1                    | long               | 10",
                "1UL                       | 1                    | unsigned long      | 10",
                "0xffffffffL               | 4294967295           | long               | 16",
                "0xffffffffUL              | 4294967295           | unsigned long      | 16",
                "(-8L >> 1)                | -4                   | long               | 10",
                "1uLL                      | 1                    | unsigned long long | 10",
                "(0x10 + 010)              | 24                   | int                | 10",
                "(0x10 + 1)                | 17                   | int                | 16",
                "(1 + 0x10)                | 17                   | int                | 16",
                "(010 + 10)                | 18                   | int                | 10",
                "(1 << 31)                 | -2147483648          | int                | 10",
                "(1UL << 63)               | -9223372036854775808 | unsigned long      | 10",
                "(-1 >> 31)                | -1                   | int                | 10",
                "(0xffffffff >> 31)        | 1                    | unsigned int       | 10",
                "(1 < 1)                   | 0                    | int                | 10",
                "(1 <= 1)                  | 1                    | int                | 10",
                "(2 <= 1)                  | 0                    | int                | 10",
                "(1.5 < 1.5)               | 0                    | int                | 10",
                "(1 < 1.5)                 | 1                    | int                | 10",
                "(1.5 <= 1.5)              | 1                    | int                | 10",
                "(1.5f <= 1)               | 0                    | int                | 10",
                "(1.5 > 1.5)               | 0                    | int                | 10",
                "(1.5 > 1)                 | 1                    | int                | 10",
                "(1.5 >= 1.5)              | 1                    | int                | 10",
                "(1 >= 1.5)                | 0                    | int                | 10",
                "(1.5 == 1.5f)             | 1                    | int                | 10",
                "(1.5 != 1.5f)             | 0                    | int                | 10",
                "(0.1 == 0.1f)             | 0                    | int                | 10",
                "sizeof(1.5f)              | 4                    | unsigned long      | 10",
                "sizeof(0x1p0f)            | 4                    | unsigned long      | 16",
                "sizeof(0xfp0)             | 8                    | unsigned long      | 16",
                "sizeof(1.5L)              | 16                   | unsigned long      | 10",
                "((_Bool)0.0)              | 0                    | _Bool              | 10",
                "((_Bool)0.5)              | 1                    | _Bool              | 10",
                "((unsigned char)255.5)    | 255                  | unsigned char      | 10",
                "((signed char)127.5)      | 127                  | signed char        | 10",
                "((signed char)-128.5)     | -128                 | signed char        | 10",
                "((char *)4 == (char *)4)  | 1                    | int                | 10",
                "((char *)4 != (char *)4)  | 0                    | int                | 10",
                "sizeof(none)              | 0                    | unsigned long      | 10",
                "_Generic(L\"a\"[0], int: 1, unsigned: 2) | 1      | int                | 10",
                "_Generic(U\"a\"[0], int: 1, unsigned: 2) | 2      | int                | 10",
                "_Generic(1L + 1LL, long long: 1, default: 2)            | 1 | int | 10",
                "_Generic(1LL + 1L, long long: 1, default: 2)            | 1 | int | 10",
                "_Generic(1LL + 1UL, unsigned long long: 1, default: 2)  | 1 | int | 10",
                "_Generic(1ULL + 1L, unsigned long long: 1, default: 2)  | 1 | int | 10",
                "_Generic(1UL + 1L, unsigned long: 1, default: 2)        | 1 | int | 10",
                "_Generic(1L + 1UL, unsigned long: 1, default: 2)        | 1 | int | 10",
                "_Generic(1L + 1U, long: 1, default: 2)                  | 1 | int | 10",
                "_Generic(1U + 1L, long: 1, default: 2)                  | 1 | int | 10",
                "_Generic(1 + 1U, unsigned: 1, default: 2)               | 1 | int | 10",
                "_Generic((short)1 + (char)1, int: 1, default: 2)        | 1 | int | 10",
                "_Generic((short)1, int: 1, short: 2)                    | 2 | int | 10",
                "(unsigned long)(char *)&((struct s *)8)->b   | 12      | unsigned long | 10",
                "(unsigned long)((struct s *)0)->c            | 8       | unsigned long | 10",
                "(unsigned long)((struct s *)0)->c[1]         | 11      | unsigned long | 10",
                "(unsigned long)&((struct s *)0)->c[1][2]     | 13      | unsigned long | 10",
                "(unsigned long)&((struct s *)16)[2].b        | 68      | unsigned long | 10",
                "(unsigned long)&((struct s *)0)->f           | 20      | unsigned long | 10",
                "sizeof(_Generic(1, int: 1L, default: 1))     | 8       | unsigned long | 10",
                "sizeof(_Generic(1, int: 1.5f, default: 1))  | 4       | unsigned long | 10",
                "sizeof(float _Complex)    | 8                    | unsigned long      | 10",
                "_Alignof(struct s)        | 4                    | unsigned long      | 10",
                "sizeof(direct)            | 1                    | unsigned long      | 10",
                "sizeof(typed)             | 1                    | unsigned long      | 10",
                "sizeof(void)              | 1                    | unsigned long      | 10",
                "_Alignof(void)            | 1                    | unsigned long      | 10",
                "sizeof(half)              | 2                    | unsigned long      | 10",
                "__builtin_bswap16(0x1234) | 13330                | unsigned short     | 16",
                "__builtin_bswap32(0x1234) | 873594880            | unsigned int       | 16",
                "__builtin_bswap64(0x1234) | 3752061439553044480  | unsigned long      | 16",
                "__builtin_popcount(~0L)   | 32                   | int                | 10",
                "__builtin_popcountl(~0L)  | 64                   | int                | 10",
                "__builtin_clz(0x1ffffffffL) | 0                  | int                | 16",
                "__builtin_clzl(1)         | 63                   | int                | 10",
                "__builtin_ctz(0x180000000L) | 31                 | int                | 16",
                "__builtin_ctzll(~0L << 32) | 32                  | int                | 10",
                "__builtin_ffs(8)          | 4                    | int                | 10",
                "__builtin_ffs(~0L << 32)  | 0                    | int                | 10",
                "__builtin_ffsl(~0L << 32) | 33                   | int                | 10",
                "__builtin_ffsll(0)        | 0                    | int                | 10",
                "__builtin_expect(5, 1)    | 5                    | long               | 10",
                "__builtin_choose_expr(2, 3, 4UL) | 3             | int                | 10",
                "__builtin_choose_expr(0, 3, 4UL) | 4             | unsigned long      | 10",
                "__builtin_constant_p(7)   | 1                    | int                | 10",
                "__builtin_constant_p(none[0]) | 0                | int                | 10",
                "'\\0'                     | 0                    | int                | 10",
                "'\\7'                     | 7                    | int                | 10",
                "'\\101'                   | 65                   | int                | 10",
                "'\\1012'                  | 16690                | int                | 10",
                "'\\x41'                   | 65                   | int                | 10",
                "'b\\777'                  | 25343                | int                | 10",
                "'\\x80'                   | -128                 | int                | 10",
                "'\\777'                   | -1                   | int                | 10",
                "u'\\x1ffff'               | 65535                | unsigned short     | 10",
                "'\\a'                     | 7                    | int                | 10",
                "'\\e'                     | 27                   | int                | 10",
                "'\\''                     | 39                   | int                | 10",
                "u'\\uffff'                | 65535                | unsigned short     | 10",
                "U'\\U0001f600'            | 128512               | unsigned int       | 10",
                "L'\\xffffffff'            | -1                   | int                | 10",
            })
    void hasTheValueTheTypeAndTheBase(String expression, long value, String type, int radix) throws IOException {
        Constant found = read("#define C " + expression).constants().get("C").first();
        assertThat(found.value()).isEqualTo(value);
        assertThat(found.type()).isEqualTo(type);
        assertThat(found.radix()).isEqualTo(radix);
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, 1.5, double",
        "1.5F, 1.5, float",
        "0x1.8p1, 3, double",
        "0X1.8P1f, 3, float",
        "0xfp0, 15, double",
        "+(1.5), 1.5, double",
        "-(0.0), -0.0, double",
        "-(1.5f), -1.5, float",
        "1 / 2.0, 0.5, double",
        "1.0f / 3, 0.3333333432674408, float",
        "1.0f / 3.0, 0.3333333333333333, double",
        "1.0 / 3.0f, 0.3333333333333333, double",
        "1.5 - 1, 0.5, double",
        "2 + 1.5f, 3.5, float",
        "2 * 1.5, 3, double",
        "(float)0.1, 0.10000000149011612, float",
        "(double)0.1f, 0.10000000149011612, double",
        "(float)16777217, 16777216, float",
        "(float)9007199791611905, 9007200328482816, float",
        "0U + 1.5, 1.5, double",
        "-1 + 1.5, 0.5, double",
        "(1.5 < 2) + 1.5, 2.5, double",
        "(double)16777217, 16777217, double",
        "(double)0.1L, 0.1, double",
        "(float)0.1L, 0.10000000149011612, float",
        "1 ? 1.5f : 2, 1.5, float",
        "0 ? 1.5 : 2, 2, double",
        "0 ? 1.5f : 2.5, 2.5, double",
        "__builtin_inf(), Infinity, double",
        "-__builtin_inff(), -Infinity, float",
        "__builtin_huge_val(), Infinity, double",
        "__builtin_huge_valf(), Infinity, float",
        "__builtin_nan(``), NaN, double",
        "__builtin_nanf(``), NaN, float",
        "0.0 / 0.0, NaN, double",
        "'_Generic(1.0f, float: 2.5, double: 3.5)', 2.5, double",
        "'_Generic(1, float: 2.5, default: 3.5f)', 3.5, float",
    })
    void aRealHasTheValueAndTheType(String expression, Double value, String type) throws IOException {
        Real found = read("#define R (" + expression.replace('`', '"') + ")")
                .reals()
                .get("R")
                .first();
        // The sign of a NaN is one of its bits.
        assertThat(Double.doubleToRawLongBits(found.value())).isEqualTo(Double.doubleToRawLongBits(value));
        assertThat(found.type()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(1 << 32)",
                "(1UL << 64)",
                "(1 << -1)",
                "(1 / 0)",
                "(1U % 0)",
                "((char *)4 < (char *)5)",
                "((signed char)128.5)",
                "((unsigned char)256.0)",
                "((unsigned char)-1.0)",
                "((int)2147483648.0)",
                "(0xffffffffffffffff * 1.5)",
                "(unsigned long)&((struct s *)0)->d",
                "(unsigned long)&((struct s *)0)->nothing",
                "(unsigned long)((struct s *)0)->c[1][1]",
                "_Generic(1, float: 2)",
                "_Generic((char *)0, default: 1)",
                "_Generic()",
                "__builtin_clz(0)",
                "__builtin_clz(1L << 32)",
                "__builtin_clzl(0)",
                "__builtin_ctz(0)",
                "__builtin_ctzll(0)",
                "__builtin_choose_expr(1)",
                "__builtin_nothing(1)",
                "__builtin_constant_p()",
                "bswap16(1)",
                "u'ab'",
                "u8'ab'",
                "''",
            })
    void isNoneThatCDoesNotDefine(String expression) throws IOException {
        Model model = read("#define C " + expression);
        assertThat(model.constants()).isEmpty();
        assertThat(model.skipped()).anySatisfy(skipped -> {
            assertThat(skipped.name()).isEqualTo("C");
            assertThat(skipped.reason()).startsWith("not an integer constant: ");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"\\1012\"        | A2 | 1",
                "\"\\101\" \"2\"   | A2 | 1",
                "\"\\x41\" \"2\"   | A2 | 1",
                "\"\\u00412\"      | A2 | 1",
                "\"\\xc3\\xa9\"    | \u00e9 | 1",
                "\"\\377\"         | \u00ff | 0",
                "u\"\\377\"        | \u00ff | 2",
                "U\"\\U0001f6002\" | \ud83d\ude002 | 4",
                "u\"\\U0001f6002\" | \ud83d\ude002 | 2",
                "\"A\" L\"\\x32\"  | A2 | 4",
                "TEXT(a\\\\)          | a\\ | 1",
                "TEXT(a\\)            | a  | 1",
                "TEXT(a\\) \"b\"        | ab | 1",
            })
    void aTextIsDecoded(String literal, String value, int unit) throws IOException {
        Text text = read("#define T " + literal).texts().get("T").first();
        assertThat(text.value()).isEqualTo(value);
        assertThat(text.unit()).isEqualTo(unit);
    }

    @Test
    void aMacroOfAnEnumeratorsNameIsInItsPlace() throws IOException {
        Model model = read("enum { A = 7,\nB = 8 };\n#define A A\n#define B 9");

        assertThat(model.constants().get("A").first().value()).isEqualTo(7);
        assertThat(model.constants().get("A").first().line()).isEqualTo(5);
        assertThat(model.constants().get("B").first().value()).isEqualTo(9);
        assertThat(model.constants().get("B").first().line()).isEqualTo(8);
    }

    private Model read(String text) throws IOException {
        Files.writeString(root.resolve("h.h"), BEFORE + text + "\n");
        return FactReader.read(new HeaderParser(Target.X86_64, SearchPath.of(root)).parse(List.of("h.h")), "test");
    }
}
