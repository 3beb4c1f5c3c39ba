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
@Tag("any-user")
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

    /** An address that is broken at the end of a line can neither be found nor copied. */
    @ParameterizedTest
    @ValueSource(strings = {"demo", "echo", "forward", "generate", "sink", "capture", "bench"})
    void helpKeepsAddressesAndNamesWhole(String command) throws Exception {
        try (JrtapProcess help = JrtapProcess.start(command, "--help")) {
            assertThat(help.ends(0))
                    .doesNotContainPattern("[0-9a-z]\\.\\n *[0-9a-z]|[0-9a-f]:\\n *[0-9a-f]|[0-9]\\n +/");
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
                "echo --seconds=soon | jrtap echo: Invalid value for option '--seconds': not a number: ",
                "generate --rate=1.5M | jrtap generate: Invalid value for option '--rate': not a whole number, with or",
                "generate --rate=1m | jrtap generate: Invalid value for option '--rate': not a whole number, with or",
                "generate --rate=k | jrtap generate: Invalid value for option '--rate': not a whole number, with or",
                "generate --rate=1001M | jrtap generate: --rate must be 0..1000000000: 1001000000",
                "generate --rate=9223372036854776k | jrtap generate: Invalid value for option '--rate': too large: ",
                "generate --rate=99999999999999999999 | jrtap generate: Invalid value for option '--rate': too large: ",
                "generate --count=0k | jrtap generate: --count must be at least 1: 0",
                "generate --flows=1k2 | jrtap generate: Invalid value for option '--flows': not a whole number: ",
                "capture --count=2G /nowhere/file | jrtap capture: Invalid value for option '--count': not a whole",
                "generate --mtu=3000000000 | jrtap generate: Invalid value for option '--mtu': too large: ",
                "nothing | jrtap: unknown command: nothing; see jrtap --help",
                "capture -s -1 /nowhere/file | jrtap capture: --snaplen must be at least 0: -1",
                "capture --snaplen=all /nowhere/file | jrtap capture: Invalid value for option '--snaplen': not a",
                "capture --count=0 /nowhere/file | jrtap capture: --count must be at least 1: 0",
                "generate --count=0 | jrtap generate: --count must be at least 1: 0",
                "copy one | jrtap copy: Missing required parameter: 'TARGET'",
                "copy one two three | jrtap copy: unexpected argument: three; see jrtap copy --help"
            })
    void wrongUsageIsOneSentenceAndCode2(String arguments, String sentence) throws Exception {
        try (JrtapProcess wrong = JrtapProcess.start(arguments.split(" "))) {
            assertThat(wrong.ends(2)).startsWith(sentence).hasLineCount(1);
        }
    }

    /** Addresses that are well-formed, and with which nothing could be answered or sent. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "echo --address=fd00::2/64 | jrtap echo: --address must be an IPv4 address: fd00::2",
                "echo --address=10.42.0.2/32 | jrtap echo: --address must be in a subnet with room for the kernel's",
                "echo --address=10.42.0.255/24 | jrtap echo: --address must be the unicast address of a host",
                "sink --address=224.0.0.1/24 | jrtap sink: --address must be the unicast address of a host",
                "echo --kernel-address=10.42.0.2 | jrtap echo: --address must be the unicast address of a host other",
                "echo --kernel-address=10.43.0.1 | jrtap echo: --kernel-address must be the address of another host",
                "echo --kernel-address=fd00::1 | jrtap echo: --kernel-address must be an IPv4 address: fd00::1",
                "echo --mac=01:00:5e:00:00:01 | jrtap echo: --mac must be a unicast address: 01:00:5e:00:00:01",
                "generate --address=fd00::2/64 | jrtap generate: --address must be an IPv4 address: fd00::2",
                "generate --to=fd00::1 | jrtap generate: --to must be an IPv4 address: fd00::1"
            })
    void uselessAddressesAreRefused(String arguments, String sentence) throws Exception {
        wrongUsageIsOneSentenceAndCode2(arguments, sentence);
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
