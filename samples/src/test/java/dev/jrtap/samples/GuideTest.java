// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.TunDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of the guides run as they stand, and the pictures of all pages need nothing else. */
@Tag("any-kernel")
@Timeout(120)
class GuideTest {

    private static final Path GUIDES = Path.of("../rtap/guide");

    /** What each program prints last; a program that is not here fails the test. */
    private static final Map<String, String> LAST_LINE = new TreeMap<>(Map.of(
            "TwoThreads", "[0-9]+ received",
            "PoolAccount", "256 of 256 available after close",
            "ModeGranted", "MAPPED|(ONE_SHOT|POLL): .+",
            "OffloadsGranted", "granted: \\[CHECKSUM, TSO, TSO_ECN.*\\]",
            "PrivateDevice", "rtap0 in .+ has \\[192\\.0\\.2\\.1/24.*\\]",
            "WhyNothing", " *ring +.+",
            "EchoLoop", "QueueStatistics\\[rxPackets=.*, txPackets=.*\\]"));

    private static final Pattern PROGRAM =
            Pattern.compile("```java\n(.*?public final class (\\w+) .*?)```", Pattern.DOTALL);
    private static final Pattern OUTSIDE =
            Pattern.compile("<script|@import|@font-face|url\\((?!#)|href=|<image|on\\w+=");

    @TempDir
    private Path directory;

    private static List<Path> guides() throws IOException {
        try (Stream<Path> all = Files.list(GUIDES)) {
            return all.filter(file -> file.toString().endsWith(".md")).sorted().toList();
        }
    }

    private static Stream<Path> pictures() throws IOException {
        return WrittenFiles.all().stream().filter(file -> file.toString().endsWith(".svg"));
    }

    private static Stream<MatchResult> programs() throws IOException {
        Stream.Builder<MatchResult> found = Stream.builder();
        for (Path guide : guides()) {
            PROGRAM.matcher(Files.readString(guide)).results().forEach(found);
        }
        return found.build();
    }

    private static Stream<String> names() throws IOException {
        return programs().map(program -> program.group(2));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aProgramRunsAsItStands(String name) throws Exception {
        TunDevice.require();
        String text = programs()
                .filter(program -> program.group(2).equals(name))
                .findFirst()
                .orElseThrow()
                .group(1);
        Path source = Files.writeString(directory.resolve(name + ".java"), text);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-cp", classPath, "-d", directory.toString(), source.toString()))
                .isZero();
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        // In a guest the usual one is read-only.
                        "-Djava.io.tmpdir=" + directory,
                        "-cp",
                        directory + ":" + classPath,
                        name)
                .redirectErrorStream(true)
                .start();
        List<String> printed =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        assertThat(process.waitFor()).as(String.join("\n", printed)).isZero();
        assertThat(printed).last().asString().matches(LAST_LINE.get(name));
    }

    @Test
    void everyProgramIsExpectedToPrintSomething() throws IOException {
        assertThat(names()).containsExactlyInAnyOrderElementsOf(LAST_LINE.keySet());
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void aPictureIsReadableEverywhere(Path picture) throws IOException {
        assertThat(Files.readString(picture))
                .contains("<title ", "<desc ", "role=\"img\"", "prefers-color-scheme: dark")
                .doesNotContainPattern(OUTSIDE);
    }
}
