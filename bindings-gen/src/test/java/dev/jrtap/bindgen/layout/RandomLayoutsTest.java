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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Structs and unions that nobody would write: each is laid out as gcc lays it out. */
@Tag("any-user")
class RandomLayoutsTest {

    private static final int STRUCTS = 600;

    private static final List<String> TYPES =
            List.of("char", "short", "int", "long", "unsigned char", "_Bool", "enum e", "odd", "wide", "low");
    private static final List<String> OTHERS = List.of("double", "void *", "struct inner", "__int128", "long double");
    private static final List<String> ALIGNED = List.of("", "", "", "", "2", "4", "8", "16", "32");
    private static final List<String> PACKS = List.of(
            "()",
            "(1)",
            "(2)",
            "(4)",
            "(push)",
            "(push, 1)",
            "(push, a, 2)",
            "(pop)",
            "(pop, a)",
            "(pop, nobody)",
            "(push, 3)",
            "(16)",
            "( \\\n 2 \\\n)",
            "(0)",
            "(8) junk",
            "(push, 1, b)",
            "(b)");

    @TempDir
    private Path directory;

    private Random random;
    private int names;

    @ParameterizedTest
    @CsvSource({"X86_64, 1", "X86_64, 2", "AARCH64, 3", "AARCH64, 4"})
    void isLaidOutAsTheCompilerLaysItOut(Target target, int seed) throws IOException {
        random = new Random(seed);
        StringBuilder header = new StringBuilder("enum e { E = 1 };\nstruct inner { char c; short s; };\n"
                + "typedef int odd __attribute__((aligned(2)));\ntypedef int wide __attribute__((aligned(16)));\n"
                + "typedef long low __attribute__((aligned(2)));\n");
        for (int i = 0; i < STRUCTS; i++) {
            if (random.nextInt(4) == 0) {
                header.append(pragma());
            }
            header.append(aggregate("s" + i, 2)).append(";\n");
        }
        Path file = Files.writeString(directory.resolve("random.h"), header);
        SearchPath path = SearchPath.of(directory);
        Verification verification = new Verification(Gcc.require(target, path), target, path);

        verification.run(List.of(file.toString()));

        assertThat(verification.refusedByCompiler()).isEmpty();
        assertThat(verification.tally().differences()).isEmpty();
        assertThat(verification.tally().refusals()).isEmpty();
        assertThat(verification.tally().total()).isGreaterThan(STRUCTS);
    }

    private String aggregate(String tag, int depth) {
        StringBuilder text = new StringBuilder(random.nextInt(5) == 0 ? "union " : "struct ")
                .append(attributes(6))
                .append(tag)
                .append(" {\n");
        int members = 1 + random.nextInt(6);
        for (int i = 0; i < members; i++) {
            if (random.nextInt(20) == 0) {
                text.append(pragma());
            }
            text.append("    ").append(member("m" + names++, depth)).append(";\n");
        }
        return text.append("}").append(attributes(6)).toString();
    }

    private String member(String name, int depth) {
        int kind = random.nextInt(10);
        if (kind < 6) {
            return bitField(name);
        }
        if (kind == 6 && depth > 0) {
            return aggregate("", depth - 1) + (random.nextBoolean() ? "" : " " + name);
        }
        String type = of(kind == 7 ? OTHERS : TYPES);
        boolean array = !type.equals("wide") && random.nextInt(5) == 0;
        return type + " " + name + (array ? "[" + random.nextInt(4) + "]" : "") + attributes(5);
    }

    private String bitField(String name) {
        String type = of(TYPES);
        int most = switch (type) {
            case "_Bool" -> 1;
            case "char", "unsigned char" -> 8;
            case "short" -> 16;
            case "long", "low" -> 64;
            default -> 32;
        };
        boolean named = random.nextInt(4) > 0;
        int any = random.nextInt(3) == 0 ? most >> random.nextInt(2) : 1 + random.nextInt(most);
        int width = named ? Math.max(1, any) : any * random.nextInt(2);
        return type + " " + (named ? name : "") + ": " + width + attributes(6);
    }

    /** Of {@code oneIn} places, one has some. */
    private String attributes(int oneIn) {
        if (random.nextInt(oneIn) > 0) {
            return "";
        }
        String aligned = of(ALIGNED);
        return " __attribute__((" + (aligned.isEmpty() ? "packed" : "aligned(" + aligned + ")") + ")) ";
    }

    private String pragma() {
        return "#pragma pack" + of(PACKS) + "\n";
    }

    private String of(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
