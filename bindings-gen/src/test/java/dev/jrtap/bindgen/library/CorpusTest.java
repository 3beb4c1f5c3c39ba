// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.bindgen.Compiled;
import dev.jrtap.bindgen.header.HeaderParser;
import dev.jrtap.bindgen.header.Target;
import dev.jrtap.bindgen.layout.FactReader;
import dev.jrtap.bindgen.model.Fact;
import dev.jrtap.bindgen.model.Model;
import dev.jrtap.bindgen.model.Skipped;
import dev.jrtap.bindgen.model.Variants;
import dev.jrtap.bindgen.project.HeaderSet;
import dev.jrtap.bindgen.project.Project;
import dev.jrtap.bindgen.select.Selection;
import dev.jrtap.bindgen.verify.SharedLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Of the functions that a library's headers declare and it exports, nearly all are bound; the others are refused for
 * one of a few reasons; and all that is generated compiles. {@code corpus/table.tsv} has the counts, which a change may
 * only raise: {@code -Djrtap.update=true} writes them anew.
 */
@Tag("any-user")
class CorpusTest {

    private static final Path SELECTIONS = Path.of("corpus/select");
    private static final Path TABLE = Path.of("corpus/table.tsv");
    private static final String HEAD = "# library\texported\tbound\tstructs\tconstants\trefused";
    private static final double LEAST = 0.98;

    /** All reasons that there are for not binding a function which a library exports. */
    private static final Map<String, String> REASONS = new LinkedHashMap<>(Map.of(
            "is variadic", "variadic",
            "passes a struct by value", "struct by value",
            "which jnr-ffi has no type for", "wide number"));

    static Stream<Path> selections() throws IOException {
        try (Stream<Path> files = Files.list(SELECTIONS)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("selections")
    void nearlyAllOfALibraryIsBoundAndCompiles(Path file, @TempDir Path directory) throws Exception {
        Corpus.require();
        String name = file.getFileName().toString().replace(".txt", "");
        HeaderSet headers = Corpus.headers(name.replaceFirst("_.*", ""));
        Project project = Corpus.project(file, "corpus." + name);

        Row row = row(name, project.selections().get(0), headers);
        Model model = project.read(List.of(headers), "a test", new ArrayList<>());
        Compiled.of(directory, project.generate(model));

        if (Boolean.getBoolean("jrtap.update")) {
            SortedMap<String, String> table = table();
            table.put(name, row.toString());
            Files.writeString(TABLE, HEAD + "\n" + String.join("\n", table.values()) + "\n");
        }
        assertThat(row.bound).isGreaterThan(0);
        assertThat((double) row.bound / row.exported).as(row.toString()).isGreaterThanOrEqualTo(LEAST);
        assertThat(row.toString()).isEqualTo(table().get(name));
    }

    private static SortedMap<String, String> table() throws IOException {
        SortedMap<String, String> rows = new TreeMap<>();
        if (Files.exists(TABLE)) {
            Files.readAllLines(TABLE).stream()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> rows.put(line.substring(0, line.indexOf('\t')), line));
        }
        return rows;
    }

    /** What a library's own headers declare, and what of it is bound. */
    private record Row(
            String name, long exported, long bound, long structs, long constants, Map<String, Long> refused) {

        @Override
        public String toString() {
            StringBuilder reasons = new StringBuilder();
            refused.forEach((reason, count) -> reasons.append(reasons.isEmpty() ? "" : ", ")
                    .append(count)
                    .append(' ')
                    .append(reason));
            return name + "\t" + exported + "\t" + bound + "\t" + structs + "\t" + constants + "\t"
                    + (reasons.isEmpty() ? "-" : reasons);
        }
    }

    private static Row row(String name, Selection selection, HeaderSet headers) {
        Model model = FactReader.read(
                new HeaderParser(Target.X86_64, headers.path())
                        .parse(selection.inclusions(), selection.defines(), selection.appendix(), any -> true),
                "a test");
        SharedLibrary library = SharedLibrary.find(selection.binding(), selection.file(), headers.path(), Target.X86_64)
                .orElseThrow(() -> new AssertionError("no library " + name));
        long bound = model.functions().values().stream()
                .map(Variants::first)
                .filter(f -> selection.headers().contains(f.header()) && library.exports(f.symbol()))
                .map(dev.jrtap.bindgen.model.Function::symbol)
                .distinct()
                .count();
        Map<String, Long> refused = new TreeMap<>();
        for (Skipped skipped : model.skipped()) {
            if (skipped.kind() == Skipped.Kind.FUNCTION
                    && selection.headers().contains(skipped.header())
                    && library.exports(skipped.name())) {
                refused.merge(reason(skipped), 1L, Long::sum);
            }
        }
        long exported =
                bound + refused.values().stream().mapToLong(Long::longValue).sum();
        long constants =
                own(model.constants(), selection) + own(model.texts(), selection) + own(model.reals(), selection);
        return new Row(name, exported, bound, own(model.structs(), selection), constants, refused);
    }

    private static String reason(Skipped skipped) {
        return REASONS.entrySet().stream()
                .filter(known -> skipped.reason().contains(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError("a new reason: " + skipped));
    }

    private static <F extends Fact> long own(Map<String, Variants<F>> facts, Selection selection) {
        return facts.values().stream()
                .filter(variants ->
                        selection.headers().contains(variants.first().header()))
                .count();
    }
}
