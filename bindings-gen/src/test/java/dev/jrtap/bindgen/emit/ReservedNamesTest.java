// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No class of a header takes a name by which generated code means another class. */
class ReservedNamesTest {

    private static final Path RUNTIME = Path.of("src/main/java/dev/jrtap/bindgen/runtime");
    private static final Path FEATURES = Path.of("src/test/resources/features");
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*|\"[^\"\n]*\"");
    /** A class by its simple name: no part of a longer name. */
    private static final Pattern CLASS = Pattern.compile("(?<![\\w.])[A-Z][a-z]\\w*");

    @Test
    void areThoseOfTheClassesThatComeAlong() throws IOException {
        List<String> names = sources(RUNTIME).stream()
                .map(path -> path.getFileName().toString().replace(".java", ""))
                .filter(name -> !name.equals("package-info"))
                .toList();

        assertThat(names).contains("Callback", "Handle").allSatisfy(ReservedNamesTest::isReserved);
    }

    @Test
    void areThoseOfJavaThatGeneratedCodeUses() throws IOException {
        List<Path> all = new ArrayList<>(sources(RUNTIME));
        all.addAll(sources(FEATURES));
        TreeSet<String> names = all.stream()
                .flatMap(ReservedNamesTest::unimported)
                .filter(ReservedNamesTest::isOfJava)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(names).contains("Object", "String", "Override").allSatisfy(ReservedNamesTest::isReserved);
    }

    private static void isReserved(String name) {
        assertThat(JavaSources.className(name)).isEqualTo(name + "_");
    }

    private static List<Path> sources(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> path.toString().endsWith(".java")).toList();
        }
    }

    private static Stream<String> unimported(Path path) {
        try {
            String text = COMMENT.matcher(Files.readString(path)).replaceAll(" ");
            return CLASS.matcher(text)
                    .results()
                    .map(MatchResult::group)
                    .filter(name -> !text.contains("." + name + ";"))
                    .filter(name -> !text.matches("(?s).*\\b(class|interface|record|enum) " + name + "\\b.*"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfJava(String name) {
        try {
            Class.forName("java.lang." + name);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
