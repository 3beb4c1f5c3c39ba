// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Gcc;
import dev.jrtap.bindgen.header.SearchPath;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expressions that nobody would write: each has the value and the type that gcc gives it, as do macros' results. */
@Tag("any-user")
class RandomExpressionsTest {

    private static final int MACROS = 400;

    private static final List<String> NUMBERS = List.of(
            "0", "1", "7", "01777", "'a'", "'\\377'", "u'x'", "0x7fffffff", "0x80000000", "2147483648", "4294967295U");
    private static final List<String> OTHERS = List.of(
            "3UL", "5LL", "9ULL", "0xffffffffffffffff", "9223372036854775807", "SMALL", "LARGE", "WIDE", "sizeof(int)");
    private static final List<String> DIVISORS = List.of("1", "2", "7U", "(-5)", "11UL", "(-3LL)");
    private static final List<String> TYPES = List.of(
            "char",
            "signed char",
            "unsigned char",
            "short",
            "unsigned short",
            "int",
            "unsigned",
            "long",
            "long long",
            "unsigned long",
            "unsigned long long",
            "enum e");
    private static final List<String> SIGNS = List.of(
            "-", "~", "!", "+", "-", "~", "__builtin_ffs", "__builtin_ffsl", "__builtin_popcount", "__builtin_bswap32");
    private static final List<String> OPERATORS =
            List.of("+", "-", "*", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=", "&&", "||");

    @TempDir
    private Path directory;

    private Random random;

    @ParameterizedTest
    @CsvSource({"X86_64, 1", "X86_64, 2", "AARCH64, 3"})
    void haveTheValuesAndTypesOfTheCompiler(Target target, int seed) throws IOException {
        random = new Random(seed);
        StringBuilder header = new StringBuilder("enum e { SMALL = -3, LARGE = 7 };\nenum w { WIDE = 0x100000000 };\n");
        List<String> constants = new ArrayList<>(NUMBERS);
        constants.addAll(OTHERS);
        constants.addAll(List.of("(_Bool)2", "(int)2.5", "(1.5 < 2)"));
        List<String> arguments = new ArrayList<>(constants.subList(0, NUMBERS.size()));
        arguments.addAll(List.of("(x)", "(y)", "(x)", "(y)", "(x)", "(y)"));
        for (int i = 0; i < MACROS; i++) {
            header.append("#define C").append(i).append(" (").append(expression(constants, 4));
            header.append(")\n#define F").append(i).append("(x, y) (").append(expression(arguments, 3));
            header.append(")\n");
        }
        Path file = Files.writeString(directory.resolve("random.h"), header);
        SearchPath path = SearchPath.of(directory);
        Verification verification = new Verification(Gcc.require(target, path), target, path);

        verification.run(List.of(file.toString()));

        assertThat(verification.refusedByCompiler()).isEmpty();
        // gcc refuses what overflows on the way, which C does not define.
        assertThat(verification.tally().differences())
                .filteredOn(difference -> !difference.endsWith("initializer element is not constant"))
                .isEmpty();
        assertThat(verification.tally().refusals()).isEmpty();
        assertThat(verification.tally().total()).isGreaterThan(2 * MACROS);
    }

    private String expression(List<String> leaves, int depth) {
        if (depth == 0 || random.nextInt(8) == 0) {
            return of(leaves);
        }
        String one = "(" + expression(leaves, depth - 1) + ")";
        return switch (random.nextInt(8)) {
            case 0 -> of(SIGNS) + one;
            case 1 -> "(" + of(TYPES) + ")" + one;
            case 2 -> one + (random.nextBoolean() ? " << " : " >> ") + random.nextInt(32);
            case 3 -> one + (random.nextBoolean() ? " / " : " % ") + of(DIVISORS);
            case 4 -> one + " ? " + expression(leaves, depth - 1) + " : (" + expression(leaves, depth - 1) + ")";
            default -> one + " " + of(OPERATORS) + " (" + expression(leaves, depth - 1) + ")";
        };
    }

    private String of(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
