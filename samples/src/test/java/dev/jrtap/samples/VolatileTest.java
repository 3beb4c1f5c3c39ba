// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No volatile field is read and written back in one: what another thread has written between the two is lost. One such
 * {@code over |= …} made a thread that was told to end run without end.
 */
@Tag("any-kernel")
@Tag("any-user")
class VolatileTest {

    private static final List<Path> SOURCES = Stream.of("bindings-gen", "syscalls", "rtap", "rtap/testkit", "samples")
            .map(module -> Path.of("..", module, "src/main/java"))
            .toList();

    private static final Pattern FIELD = Pattern.compile("\\bvolatile\\b[^;=()]*?(\\w+)\\s*[;=]");

    /** Only its own thread counts. */
    private static final List<String> ONE_WRITER = List.of("LinkMonitor.java: overruns");

    @Test
    void fieldsAreNotChangedByWhatTheyWere() throws IOException {
        List<String> changed = SOURCES.stream()
                .flatMap(VolatileTest::files)
                .flatMap(VolatileTest::changed)
                .toList();
        assertThat(changed).isEqualTo(ONE_WRITER);
    }

    private static Stream<Path> files(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> changed(Path file) {
        try {
            String source = Files.readString(file);
            return FIELD.matcher(source)
                    .results()
                    .map(field -> field.group(1))
                    .filter(name -> change(name).matcher(source).find())
                    .map(name -> file.getFileName() + ": " + name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Pattern change(String name) {
        String field = "(?<![\\w.])(this\\.)?" + Matcher.quoteReplacement(name);
        return Pattern.compile(field + "\\s*([-+*/|&^]|<<|>>>?)=|" + field + "(\\+\\+|--)|(\\+\\+|--)" + field + "\\b");
    }
}
