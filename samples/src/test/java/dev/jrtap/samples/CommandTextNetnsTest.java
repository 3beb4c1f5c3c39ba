// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.rtap.RtapCapabilities;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The output of commands on two pages is what they print, except for numbers and MAC addresses. */
@Tag("any-kernel")
@Timeout(120)
class CommandTextNetnsTest {

    private static final Pattern SESSION =
            Pattern.compile("```console\n\\$ (?:jrtap|java -jar samples/target/jrtap\\.jar)(.*)\n((?s:.*?))```");
    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");

    /** A line each second, on a slow machine perhaps one more; how a user other than root enters. */
    private static final Pattern VARIABLE = Pattern.compile("(?m)^ .*\n| --user=\\S+ --preserve-credentials");

    private static Stream<List<String>> sessions() throws IOException {
        List<MatchResult> found = new ArrayList<>();
        for (String page : List.of("README.md", "../README.md")) {
            SESSION.matcher(Files.readString(Path.of(page))).results().forEach(found::add);
        }
        assertThat(found).hasSize(3);
        return found.stream().map(session -> List.of(session.group(1), session.group(2)));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("sessions")
    void isWhatThePageShows(List<String> session) throws Exception {
        TunDevice.require();
        Uring.require();
        Feature.require(
                "USO",
                RtapCapabilities.probe(TunMode.TAP).offloads().contains(TunOffload.USO),
                "the driver cuts no UDP");
        String arguments = session.get(0).strip();
        try (JrtapProcess command = JrtapProcess.start(arguments.isEmpty() ? new String[0] : arguments.split(" "))) {
            assertThat(masked(command.ends(0))).isEqualTo(masked(session.get(1)));
        }
    }

    /** A program that reads JSON tells the lines of every command apart by the same member. */
    @Test
    void theDemoTellsItsResultsAsEvents() throws Exception {
        TunDevice.require();
        try (JrtapProcess demo = JrtapProcess.start("demo", "--json")) {
            assertThat(demo.ends(0).lines().map(line -> line.replace("\"", "").replaceAll("[0-9.]+", "N")))
                    .containsExactly(
                            "{event:round_trips,requests:N,answered:N,min_us:N,median_us:N,pN_us:N}",
                            "{event:flood,echoes_per_second:N,in_flight:N,packets_per_entry:N}");
        }
    }

    private static String masked(String text) {
        String same = VARIABLE.matcher(text).replaceAll("");
        return NUMBER.matcher(MAC.matcher(same).replaceAll("MAC")).replaceAll("N");
    }
}
