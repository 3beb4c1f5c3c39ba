// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.fixtures.Uring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The comparisons run, short; their figures are nothing to be checked. */
@Tag("any-kernel")
@Timeout(300)
class BenchCommandNetnsTest {

    @TempDir
    private Path directory;

    @BeforeEach
    void needsDevicesAndRings() throws IOException {
        TunDevice.require();
        Uring.require();
    }

    private JrtapProcess bench(String... options) throws IOException {
        return JrtapProcess.start(arguments(options));
    }

    private String[] arguments(String... options) {
        List<String> arguments = new ArrayList<>(List.of("bench", "--directory=" + directory));
        arguments.addAll(List.of(options));
        return arguments.toArray(String[]::new);
    }

    @Tag("any-user")
    @Test
    void namesTheMachineAndTheContenders() throws Exception {
        try (JrtapProcess bench = bench("--only=FILES,TCP", "--rounds=1", "--seconds=0.2")) {
            assertThat(bench.ends(0))
                    .contains("kernel", "jdk", "governor", "congestion control")
                    .containsPattern("FileChannel +[0-9.]+ \\([0-9.]+\\.\\.[0-9.]+\\) +ratio ")
                    .contains("AsynchronousFileChannel", "NIO", "Netty, epoll", "Netty, io_uring")
                    .endsWith("2 comparisons\n");
        }
    }

    /** A comparison that lacks its peers is named, and the others run. */
    @Test
    void everyPartIsMeasuredOrNamed() throws Exception {
        try (JrtapProcess bench = bench("--rounds=1", "--seconds=0.1", "--json", "--peers=" + directory)) {
            String printed = bench.ends(0);

            assertThat(printed.lines())
                    .allSatisfy(line -> assertThat(tokens(line)).isNotEmpty());
            assertThat(printed)
                    .contains("\"title\":\"Reads of 4 KiB")
                    .contains("\"title\":\"No-ops", "\"values\":[")
                    .contains("\"what\":\"NOP by liburing: ", "\"what\":\"TCP", "\"what\":\"PACKETS: ")
                    .contains("\"what\":\"ASLEEP: ", "\"what\":\"MAPPED: ", "\"event\":\"summary\"");
        }
    }

    /** In any language: the command reads the numbers that other JVMs print. */
    @Test
    void receiversThatSleepAreMeasured() throws Exception {
        Feature.require("a second processor", Runtime.getRuntime().availableProcessors() > 1, "there is one");
        String compiler = "C compiler for " + System.getProperty("os.arch").replace("amd64", "x86_64");
        Feature.require(compiler, Programs.isInstalled("gcc"), "gcc is not installed");
        Feature.require("liburing-dev", Files.exists(Path.of("/usr/include/liburing.h")), "it is not installed");
        PingNetnsTest.requirePing();
        try (JrtapProcess bench = JrtapProcess.startInArabic(
                arguments("--only=ASLEEP", "--rounds=1", "--seconds=0.1", "--peers=src/bench/c"))) {
            String printed = bench.ends(0);

            for (String rate : List.of("1000", "20000")) {
                String title = "sleeps between them, " + rate + " per second, us of ";
                assertThat(printed).contains(title + "CPU per packet", title + "latency, 99th percentile");
            }
            assertThat(printed)
                    .containsPattern("responder that sleeps, us\n  jrtap.*\n  C, poll and read .* ratio [0-9]")
                    .containsPattern("responder that polls, us\n  jrtap.*\n  C, multishot .* ratio [0-9]")
                    .endsWith("12 comparisons\n");
        }
    }

    private static List<JsonToken> tokens(String line) {
        List<JsonToken> tokens = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(line)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                tokens.add(token);
            }
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
        return tokens;
    }

    @Tag("any-user")
    @Test
    void theReportNeedsNothingButItself() throws Exception {
        Path file = directory.resolve("report.html");
        try (JrtapProcess bench =
                bench("--only=FILES,NOP", "--rounds=2", "--seconds=0.1", "--html=" + file, "--pictures=" + directory)) {
            String printed = bench.rest();
            Feature.require("fonts", !printed.contains("no picture can be drawn"), "fontconfig has none");
            assertThat(printed).contains("the report is in " + file);
        }
        String page = Files.readString(file);

        assertThat(page).contains("color-scheme: light dark", "currentColor");
        assertThat(found("<svg", page)).hasSize(2);
        assertThat(found("(?<=id=\")clip[^\"]*", page)).doesNotHaveDuplicates();
        assertThat(page).doesNotContain("<script", "@import", "@font-face", "font-family", "<link", "<img");
        assertThat(found("https?:[^\"]*", page))
                .as("names of XML, and no addresses")
                .containsOnly("http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg");
        assertThat(found("(?<=url\\()[^)]*", page)).allMatch(reference -> reference.startsWith("#"));
        String jdk = "-jdk-" + Runtime.version().feature() + ".svg";
        aloneIsWellFormed(directory.resolve("no-ops-through-a-ring-64-at-a-time-ns-per-no-op" + jdk));
        aloneIsWellFormed(
                directory.resolve("reads-of-4-kib-in-random-order-from-the-page-cache-us-of-cpu-per-read" + jdk));
    }

    private static void aloneIsWellFormed(Path picture) throws Exception {
        assertThat(Files.readString(picture)).contains("prefers-color-scheme: dark", "aria-label");
        Document document =
                DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(picture.toFile());
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    /** The second JDK is the first one once more, because there may be no other. */
    @Test
    void oneReportHasEveryJdk() throws Exception {
        Path file = directory.resolve("report.html");
        String home = System.getProperty("java.home");
        try (JrtapProcess bench =
                bench("--only=NOP", "--rounds=1", "--seconds=0.1", "--html=" + file, "--java", home + "," + home)) {
            String printed = bench.rest();
            Feature.require("fonts", !printed.contains("no picture can be drawn"), "fontconfig has none");
            assertThat(found("(?m)^jdk .*", printed)).hasSize(3);
            assertThat(found("(?m)^1 comparisons$", printed)).hasSize(3);
        }
        String page = Files.readString(file);

        assertThat(found("<title>", page)).hasSize(1);
        assertThat(found("<h1>[^<]*</h1>", page))
                .hasSize(3)
                .containsOnly("<h1>jrtap bench on JDK " + Runtime.version().feature() + "</h1>");
        assertThat(found("(?<=id=\")clip[^\"]*", page)).isNotEmpty().doesNotHaveDuplicates();
    }

    @Test
    void aJdkThatIsNoneIsToldAtOnce() throws Exception {
        try (JrtapProcess bench = bench("--seconds=100", "--java=/nowhere")) {
            assertThat(bench.ends(2)).isEqualTo("jrtap bench: --java must be the home of a JDK: /nowhere\n");
        }
    }

    @Test
    void picturesAreThoseOfAReport() throws Exception {
        try (JrtapProcess bench = bench("--pictures=" + directory)) {
            assertThat(bench.ends(2)).isEqualTo("jrtap bench: --pictures needs --html: they are those of the report\n");
        }
    }

    @Test
    void aReportThatCannotBeWrittenIsToldAtOnce() throws Exception {
        try (JrtapProcess bench = bench("--seconds=100", "--html=/nowhere/report.html")) {
            String printed = bench.ends(1);
            Feature.require("fonts", !printed.contains("no picture can be drawn"), "fontconfig has none");
            assertThat(printed).isEqualTo("jrtap bench: /nowhere/report.html: no such file or directory\n");
        }
    }

    @Test
    void anInterruptLeavesASummaryAndNothingElse() throws Exception {
        try (JrtapProcess bench = bench("--only=FILES,TCP", "--rounds=1000", "--seconds=0.1")) {
            bench.await("load average");
            assertThat(bench.interrupt()).contains("FILES: interrupted").endsWith("0 comparisons, interrupted\n");
        }
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void wrongNumbersAreToldByName() throws Exception {
        try (JrtapProcess bench = bench("--rounds=0")) {
            assertThat(bench.ends(2)).isEqualTo("jrtap bench: --rounds must be at least 1: 0\n");
        }
        try (JrtapProcess bench = bench("--seconds=-1")) {
            assertThat(bench.ends(2)).isEqualTo("jrtap bench: --seconds must be positive: -1.0\n");
        }
    }
}
