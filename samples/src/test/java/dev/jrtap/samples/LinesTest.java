// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No line is longer than 120 characters, comments and pages too, which the formatter leaves as they are, or ends in a
 * blank.
 */
@Tag("any-kernel")
@Tag("any-user")
class LinesTest {

    private static final int LONGEST = 120;
    private static final Path ROOT = Path.of("..");

    /** What nobody writes by hand, and what is not of this project. */
    private static final Set<String> PASSED_OVER = Set.of("target", ".git", "generated", "expected", ".idea", "models");

    private static final Pattern WRITTEN =
            Pattern.compile(".*\\.(java|md|sh)|\\.\\./(\\.ci|\\.mvn)/.*|.*/headers/(fetch|update)");

    /** A row of a table, a line with a link, a command to be pasted, a text that a program has in one piece. */
    private static final Pattern INDIVISIBLE =
            Pattern.compile("\\|.*|.*\\]\\([^)]*\\).*|`?(java|mvn|taskset) .*|(?!\\*|/[/*]).*\".*");

    @Test
    void areShort() throws IOException {
        List<String> wrong = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                boolean passedOver =
                        PASSED_OVER.contains(directory.getFileName().toString());
                return passedOver ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                String path = file.toString();
                if (WRITTEN.matcher(path).matches()) {
                    check(file, wrong);
                }
                return FileVisitResult.CONTINUE;
            }
        });

        assertThat(wrong).isEmpty();
    }

    private static void check(Path file, List<String> wrong) throws IOException {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int length = line.codePointCount(0, line.length());
            if (length > LONGEST && !INDIVISIBLE.matcher(line.strip()).matches()) {
                wrong.add(file + ":" + (i + 1) + ": " + length + " characters");
            }
            if (line.endsWith(" ") || line.endsWith("\t")) {
                wrong.add(file + ":" + (i + 1) + ": a blank at the end");
            }
        }
    }
}
