// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No line is longer than 120 characters, or ends in a blank: also in comments and pages, which the formatter leaves
 * unchanged.
 */
@Tag("any-kernel")
@Tag("any-user")
class LinesTest {

    private static final int LONGEST = 120;

    private static final Pattern CHECKED =
            Pattern.compile(".*\\.(java|md|sh)|\\.\\./(\\.ci|\\.mvn)/.*|.*/headers/(fetch|update)");

    /** Rows of tables, lines with links, commands to be pasted, and string literals of programs. */
    private static final Pattern INDIVISIBLE =
            Pattern.compile("\\|.*|.*\\]\\([^)]*\\).*|`?(java|mvn|taskset) .*|(?!\\*|/[/*]).*\".*");

    @Test
    void areShort() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : WrittenFiles.all()) {
            if (CHECKED.matcher(file.toString()).matches()) {
                check(file, wrong);
            }
        }

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
