// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The frame of the command: exit codes, one sentence per error, and outputs that take nothing more. */
@Tag("any-kernel")
@Timeout(120)
class JrtapTest {

    /** Runs a line of a shell in which "$@" is the command. */
    private static JrtapProcess shell(String line, String... arguments) throws Exception {
        return JrtapProcess.start(
                command -> Stream.concat(List.of("sh", "-c", line, "sh").stream(), command.stream())
                        .toList(),
                arguments);
    }

    @Test
    void helpNamesEveryCommand() throws Exception {
        try (JrtapProcess help = JrtapProcess.start("--help")) {
            String printed = help.ends(0);
            assertThat(Jrtap.COMMANDS).allSatisfy(name -> assertThat(printed).contains("  " + name + " "));
        }
    }

    @Test
    void versionIsOneLine() throws Exception {
        try (JrtapProcess version = JrtapProcess.start("--version")) {
            assertThat(version.ends(0)).startsWith("jrtap ").hasLineCount(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo --adress=10.0.0.1/8 | jrtap echo: Unknown option: '--adress=10.0.0.1/8'",
                "echo --address=10.0.0.1/33 | jrtap echo: Invalid value for option '--address': the prefix of 10.0.0.1",
                "echo --mac=1:2 | jrtap echo: Invalid value for option '--mac': ",
                "echo --device=seventeen-letters | jrtap echo: Invalid value for option '--device': ",
                "echo --mtu=5 | jrtap echo: the MTU of a TAP device must be in 68..65521 bytes: 5",
                "echo --queues=0 | jrtap echo: ",
                "echo --seconds=0 | jrtap echo: --seconds must be positive: 0.0",
                "nothing | jrtap: Unmatched argument at index 0: 'nothing'",
                "copy one | jrtap copy: Missing required parameter: 'TARGET'"
            })
    void wrongUsageIsOneSentenceAndCode2(String arguments, String sentence) throws Exception {
        try (JrtapProcess wrong = JrtapProcess.start(arguments.split(" "))) {
            assertThat(wrong.ends(2)).startsWith(sentence).hasLineCount(1);
        }
    }

    @Test
    void failureIsOneSentenceAndCode1() throws Exception {
        try (JrtapProcess copy = JrtapProcess.start("copy", "/nowhere/from", "/nowhere/to")) {
            assertThat(copy.ends(1)).startsWith("jrtap copy: ").hasLineCount(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "echo --help"})
    void aFullDiskIsAFailure(String arguments) throws Exception {
        try (JrtapProcess help = shell("\"$@\" >/dev/full", arguments.split(" "))) {
            help.ends(1);
        }
    }

    @Test
    void errorsGoToStandardError() throws Exception {
        try (JrtapProcess wrong = shell("\"$@\" 2>/dev/null", "nothing")) {
            assertThat(wrong.ends(2)).isEmpty();
        }
    }
}
