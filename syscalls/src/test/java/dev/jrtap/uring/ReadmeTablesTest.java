// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages say what is there: each operation has a row, and each method and test that a row names exists, as does each
 * method that the README names.
 */
class ReadmeTablesTest {

    private static final Path README = Path.of("README.md");
    private static final Path OPERATIONS = Path.of("OPERATIONS.md");
    private static final Path LIBURING = Path.of("liburing-tests.md");
    private static final Pattern TEST = Pattern.compile("(\\w+Test)\\.(\\w+)");
    private static final Pattern METHOD = Pattern.compile("`(\\w+)`");
    private static final Pattern MEMBER = Pattern.compile("`(?:([A-Z]\\w+)\\.)?([a-z]\\w*)(?:\\(.*?)?`");
    private static final List<String> PACKAGES = List.of(
            "dev.jrtap.uring.",
            "dev.jrtap.syscall.",
            "dev.jrtap.memory.",
            "dev.jrtap.netlink.",
            "dev.jrtap.tuntap.",
            "dev.jrtap.bpf.",
            "java.lang.");

    /** The cells of one row. */
    private static List<List<String>> rows(Path file, int cells) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("| ") && line.endsWith(" |"))
                .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ")))
                .filter(row -> row.size() == cells && !row.get(0).matches("operation|liburing"))
                .toList();
    }

    private static List<List<String>> operations(Class<? extends Enum<?>> kind, int table) throws IOException {
        List<String> names =
                Arrays.stream(kind.getEnumConstants()).map(Enum::name).toList();
        List<List<String>> rows = rows(OPERATIONS, 4);
        int size = Operation.values().length;
        List<List<String>> found = table == 0 ? rows.subList(0, size) : rows.subList(size, rows.size());
        assertThat(found).extracting(row -> row.get(0)).isEqualTo(names);
        return found;
    }

    @Test
    void everyOperationHasARow() throws IOException {
        List<String> methods = Arrays.stream(Operations.class.getMethods())
                .map(Method::getName)
                .toList();
        for (List<String> row : operations(Operation.class, 0)) {
            assertThat(matches(METHOD, row.get(1), 1))
                    .isNotEmpty()
                    .allMatch(methods::contains, "a method of Operations");
            assertThat(row.get(2)).isEqualTo(Operation.valueOf(row.get(0)).since());
            assertTestsExist(row.get(3));
        }
    }

    @Test
    void everyRegistrationHasARow() throws IOException {
        for (List<String> row : operations(RegisterOperation.class, 1)) {
            assertThat(row.get(2))
                    .isEqualTo(RegisterOperation.valueOf(row.get(0)).since());
            assertMethodsExist(row.get(1));
            assertTestsExist(row.get(3));
        }
    }

    /** A name without a class is of the class before it. */
    private static void assertMethodsExist(String cell) {
        String type = null;
        for (MatchResult member : MEMBER.matcher(cell).results().toList()) {
            type = member.group(1) == null ? type : member.group(1);
            assertThat(type).as(cell).isNotNull();
            assertThat(publicMethods(type)).as("%s: methods of %s", cell, type).contains(member.group(2));
        }
        boolean byItself = cell.startsWith("by the first thread ") || cell.equals("when the ring is closed");
        assertThat(type != null).as("%s names a method", cell).isNotEqualTo(byItself);
    }

    @Test
    void everyMethodThatIsNamedWithItsClassExists() throws IOException {
        List<MatchResult> named = MEMBER.matcher(Files.readString(README) + Files.readString(OPERATIONS))
                .results()
                .filter(member -> member.group(1) != null)
                .toList();
        assertThat(named).hasSizeGreaterThan(40);
        for (MatchResult member : named) {
            assertThat(publicMethods(member.group(1))).as(member.group()).contains(member.group(2));
        }
    }

    private static List<String> publicMethods(String type) {
        for (String in : PACKAGES) {
            try {
                return Arrays.stream(Class.forName(in + type).getMethods())
                        .map(Method::getName)
                        .toList();
            } catch (ClassNotFoundException e) {
                // Perhaps in the next package.
            }
        }
        throw new AssertionError("no class is called " + type);
    }

    @Test
    void theScenariosOfLiburingAreCovered() throws IOException {
        int covered = 0;
        for (List<String> row : rows(LIBURING, 2)) {
            if (!row.get(1).startsWith("no: ")) {
                covered++;
                assertTestsExist(row.get(1));
            }
        }
        assertThat(covered).isGreaterThanOrEqualTo(120);
    }

    private static void assertTestsExist(String cell) {
        List<MatchResult> tests = TEST.matcher(cell).results().toList();
        assertThat(tests).as(cell).isNotEmpty();
        for (MatchResult test : tests) {
            assertThat(declaredMethods(test.group(1))).as(cell).contains(test.group(2));
        }
    }

    private static Stream<String> declaredMethods(String test) {
        try {
            return Arrays.stream(Class.forName("dev.jrtap.uring." + test).getDeclaredMethods())
                    .map(Method::getName);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("no test is called " + test, e);
        }
    }

    private static List<String> matches(Pattern pattern, String text, int group) {
        return pattern.matcher(text)
                .results()
                .map(result -> result.group(group))
                .collect(Collectors.toList());
    }
}
