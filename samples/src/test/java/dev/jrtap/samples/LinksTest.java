// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Links of all pages lead to files and headings that exist, and pictures have words. */
@Tag("any-kernel")
@Tag("any-user")
class LinksTest {

    private static final Pattern FENCED = Pattern.compile("(?s)```.*?```");
    private static final Pattern LINK = Pattern.compile("(!?)\\[([^\\]]*)\\]\\(([^)#:\\s]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @Test
    void leadToWhatExists() throws IOException {
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (Path page : WrittenFiles.all()) {
            if (page.toString().endsWith(".md")) {
                for (MatchResult link : LINK.matcher(prose(page)).results().toList()) {
                    checked++;
                    if (!leads(page, link)) {
                        wrong.add(page + ": " + link.group());
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(checked).isGreaterThan(100);
    }

    private static boolean leads(Path page, MatchResult link) throws IOException {
        Path target = link.group(3).isEmpty()
                ? page
                : page.resolveSibling(link.group(3)).normalize();
        return !link.group(2).isBlank()
                && Files.exists(target)
                && (link.group(4) == null || anchors(target).contains(link.group(4)));
    }

    /** A forge makes them of headings: lower case, without punctuation, hyphens for blanks. */
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(prose(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static String prose(Path page) throws IOException {
        return FENCED.matcher(Files.readString(page)).replaceAll("");
    }
}
