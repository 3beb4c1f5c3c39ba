// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Comments, strings and pages are free of phrases that are always wrong. How this project writes: CONTRIBUTING.md. */
@Tag("any-kernel")
@Tag("any-user")
class VoiceTest {

    /** Wrong phrases, each with the words to use in its place. */
    private static final List<String> WRONG = List.of(
            "also (?:if|where|when)\\b", // even if, even where
            "in vain\\b", // spuriously, without result
            "be had\\b", // is available, is supported
            "lets? go of\\b", // releases
            "gives? back\\b", // releases, returns
            "(?:for|to|by|from|of|with) whom?\\b", // the caller, the thread that
            "whoever\\b", // code that, a thread that
            "shall\\b", // must, can, will
            "for ever\\b", // without end, indefinitely
            "but for\\b", // except for
            "one after the other\\b", // in sequence, in turn
            "anyhow\\b", // in any case
            "(?<=[,;/*] )likewise\\b", // say it again
            "the same, (?:with|to|as|and|only|into|by|at)\\b", // Like {@link …}, with …
            "(?:behavi|neighb|col|hon|fav)our", // American spelling
            "(?:initial|synchron|serial|recogn|organ|normal|optim)is(?:e|ing|ation)");

    private static final Pattern PHRASE =
            Pattern.compile("(?i)\\b(?:" + String.join("|", WRONG) + ")|(?<=[*/] )The same(?= )");

    private static final Pattern JAVA_TEXT = Pattern.compile(
            "/\\*.*?\\*/|//[^\\n]*|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'", Pattern.DOTALL);
    private static final Pattern JAVA_CODE = Pattern.compile("(?s)\\{@(?:snippet|link|code)[^}]*}|<pre>.*?</pre>");
    private static final Pattern PAGE_CODE = Pattern.compile("(?s)```.*?```|`[^`\\n]*`");
    private static final Pattern XML_TEXT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    private static final Pattern SCRIPT = Pattern.compile("\\.\\./(\\.ci|\\.mvn/netns)/.*|.*/headers/(fetch|update)");
    private static final Pattern SCRIPT_TEXT = Pattern.compile("(?m)(?:^[ \\t]*#.*\\n)+");

    @Test
    void isThatOfANativeSpeaker() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : WrittenFiles.all()) {
            String name = file.getFileName().toString();
            if (name.endsWith(".java") && !name.equals("VoiceTest.java")) {
                checkAll(file, JAVA_TEXT, JAVA_CODE, wrong);
            } else if (name.endsWith(".md")) {
                check(file, PAGE_CODE, Files.readString(file), wrong);
            } else if (name.equals("pom.xml")) {
                checkAll(file, XML_TEXT, PAGE_CODE, wrong);
            } else if (SCRIPT.matcher(file.toString()).matches()) {
                checkAll(file, SCRIPT_TEXT, PAGE_CODE, wrong);
            }
        }

        assertThat(wrong).isEmpty();
    }

    private static void checkAll(Path file, Pattern text, Pattern code, List<String> wrong) throws IOException {
        text.matcher(Files.readString(file)).results().forEach(found -> check(file, code, found.group(), wrong));
    }

    private static void check(Path file, Pattern code, String text, List<String> wrong) {
        String words = code.matcher(text).replaceAll("").replaceAll("\\s*\\n\\s*(?:\\*|//|#)?\\s*", " ");
        PHRASE.matcher(words).results().map(MatchResult::group).forEach(phrase -> wrong.add(file + ": " + phrase));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/** Closes it, also if it throws. */",
                "/** The same with flags. */",
                "/**\n * Sends for\n * ever.\n */"
            })
    void findsWhatIsWrong(String comment) {
        List<String> wrong = new ArrayList<>();

        check(Path.of("Some.java"), JAVA_CODE, comment, wrong);

        assertThat(wrong).hasSize(1);
    }
}
