// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Uring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The comparisons with twins in C run, short, and lose nothing; their figures are nothing to be checked. */
@Tag("any-kernel")
@Tag("any-user")
@Timeout(300)
class TwinsNetnsTest {

    @BeforeEach
    void needsACompilerAndTools() throws IOException {
        Feature.require("liburing-dev", Files.exists(Path.of("/usr/include/liburing.h")), "it is not installed");
        Feature.require("a second processor", Runtime.getRuntime().availableProcessors() > 1, "there is one");
        ForwarderNetnsTest.requireTools();
        Uring.require();
    }

    private static JrtapProcess compare(String comparison, String... options) throws IOException {
        return JrtapProcess.start(
                command -> {
                    command.set(command.indexOf("dev.jrtap.samples.Jrtap"), "dev.jrtap.samples.bench." + comparison);
                    command.add("src/bench/c");
                    return command;
                },
                options);
    }

    @Test
    void forwardersAreCompared() throws Exception {
        try (JrtapProcess compared =
                compare("ForwardComparison", "--rounds=1", "--seconds=1", "--mtus=1500", "--warm-up=1")) {
            assertThat(compared.ends(0))
                    .containsPattern(
                            "no offloads, cubic, Gbit per CPU second of the forwarder\n +jrtap, AUTO +[0-9.]+ ")
                    .containsPattern("all offloads, cubic, Gbit/s\n +jrtap, AUTO +[0-9.]+ ")
                    .containsPattern("C, rounds +[0-9.]+ \\([0-9.]+\\.\\.[0-9.]+\\) +ratio ")
                    .containsPattern("C, read +[0-9.]+ \\([0-9.]+\\.\\.[0-9.]+\\) +ratio ");
        }
    }

    @Test
    void sleepingReceiversAreCompared() throws Exception {
        PingNetnsTest.requirePing();
        try (JrtapProcess compared = compare(
                "AsleepComparison",
                "--rounds=1",
                "--warm=1",
                "--ramp=0.1",
                "--seconds=0.5",
                "--rates=1000",
                "--no-first")) {
            assertThat(compared.ends(0))
                    .containsPattern("1000 per second, us of CPU per packet\n +jrtap, AUTO +[0-9.]+ ")
                    .containsPattern("us of latency, median\n +jrtap, AUTO .*\n +C, poll and read .* ratio [0-9]")
                    .containsPattern("responder that sleeps, us\n +jrtap, AUTO ");
        }
    }

    @Test
    void mergedDatagramsAreCompared() throws Exception {
        try (JrtapProcess compared = compare("CoalesceComparison", "--rounds=1", "--seconds=0.1", "--json")) {
            assertThat(compared.ends(0))
                    .contains("\"title\":\"Datagrams of one flow in frames of 64 B, merged\"", "\"unit\":\"times\"")
                    .contains("\"name\":\"jrtap\"", "\"name\":\"C, ring\"", "\"name\":\"C, write\"", "\"values\":[");
        }
    }
}
