// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.fixtures.Uring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code jrtap echo} and the demo against the programs that people have, and their ends. */
@Timeout(120)
class EchoCommandNetnsTest {

    private static final String ANY_KERNEL = "any-kernel";
    private static final String ENTER = "from another terminal:  ";
    private static final Pattern SUMMARY =
            Pattern.compile("packets received in [0-9.]+ s, ([0-9]+) answered, 0 missed\n$");
    private static final Pattern TRANSMITTED = Pattern.compile("([0-9]+) packets transmitted");

    @BeforeEach
    void requireDevice() {
        TunDevice.require();
    }

    /** Goes on if there is such a program. */
    private static void requireProgram(String feature, String program) {
        Feature.require(feature, Programs.isInstalled(program), "it is not installed");
    }

    /** Runs the command that {@code echo} tells, with another program in place of ping. */
    private static String enter(JrtapProcess echo, String... program) throws Exception {
        String told = echo.await(ENTER);
        assertThat(told).endsWith(" ping 10.42.0.2");
        String enter = told.substring(ENTER.length()).replace(" ping 10.42.0.2", "");
        if (isInMyUserNamespace(echo.pid())) {
            // Another terminal is outside of it, and these tests are inside.
            enter = enter.replaceAll(" --user=\\S+ --preserve-credentials", "");
        }
        List<String> command = new ArrayList<>(List.of(enter.split(" ")));
        command.addAll(List.of(program));
        return output(command);
    }

    /** Not if it has started another JVM, in a user namespace of its own. */
    private static boolean isInMyUserNamespace(long pid) throws IOException {
        return ProcessHandle.of(pid).orElseThrow().children().findAny().isEmpty()
                && Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/user"))
                        .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/user")));
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return printed;
    }

    /** No request is lost: there are as many answers as requests, and those to ARP. */
    private static void assertAllAnswered(String summary, String pinged) {
        Matcher answered = SUMMARY.matcher(summary);
        Matcher sent = TRANSMITTED.matcher(pinged);
        assertThat(answered.find()).as(summary).isTrue();
        assertThat(sent.find()).as(pinged).isTrue();
        assertThat(Integer.parseInt(answered.group(1))).isGreaterThan(Integer.parseInt(sent.group(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTO", "POLL", "ONE_SHOT"})
    void pingIsAnsweredByTheCommandThatItTells(String mode) throws Exception {
        PingNetnsTest.requirePing();
        if (mode.equals("ONE_SHOT")) {
            Uring.require();
        }
        try (JrtapProcess echo = JrtapProcess.start("echo", "--queues=2", "--rx-mode=" + mode)) {
            String pinged = enter(echo, PingNetnsTest.pingUntil(50, "10.42.0.2"));
            assertThat(pinged).contains(" 50 received");
            assertAllAnswered(echo.interrupt(), pinged);
        }
    }

    @Test
    void pingOfIpv6IsAnswered() throws Exception {
        PingNetnsTest.requirePing();
        try (JrtapProcess echo = JrtapProcess.start("echo", "--ipv6")) {
            // The kernel does not use its own address before it knows that nobody has it.
            assertThat(enter(echo, "ping", "-q", "-w", "20", "-i", "0.1", "-c", "5", "fd00:10:42::2"))
                    .contains("5 received");
            assertThat(echo.await(ENTER)).endsWith(" ping fd00:10:42::2");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void arpingIsAnswered() throws Exception {
        requireProgram("arping", "arping");
        try (JrtapProcess echo = JrtapProcess.start("echo", "--device=rtap9", "--mac=02:00:00:00:00:77")) {
            assertThat(enter(echo, "arping", "-c", "2", "-I", "rtap9", "10.42.0.2"))
                    .contains("02:00:00:00:00:77")
                    .contains("Received 2 response");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void tracerouteFindsIt() throws Exception {
        requireProgram("traceroute", "traceroute");
        try (JrtapProcess echo = JrtapProcess.start("echo")) {
            assertThat(enter(echo, "traceroute", "-I", "-n", "-q", "1", "10.42.0.2"))
                    .containsPattern("(?m)^ 1  10.42.0.2 ");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void netcatGetsItsDatagramBack() throws Exception {
        requireProgram("nc", "nc");
        try (JrtapProcess echo = JrtapProcess.start("echo", "--udp")) {
            assertThat(enter(echo, "sh", "-c", "printf hello | nc -u -w 1 10.42.0.2 7"))
                    .isEqualTo("hello");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void anyAddressAnswers() throws Exception {
        PingNetnsTest.requirePing();
        try (JrtapProcess echo = JrtapProcess.start("echo", "--here", "--address=192.0.2.1/29", "--seconds=60")) {
            assertThat(echo.await(" is ")).contains(" is 192.0.2.2, ").contains(" 192.0.2.1 answers");
            echo.await("Ctrl-C");
            assertThat(output(List.of(PingNetnsTest.pingUntil(3, "192.0.2.1")))).contains(" 3 received");
        }
    }

    @Test
    void withoutTheRightForANamespaceItMakesAUserNamespace() throws Exception {
        PingNetnsTest.requirePing();
        requireProgram("setpriv", "setpriv");
        String[] less = {"setpriv", "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"};
        try (JrtapProcess echo = JrtapProcess.start(
                command -> Stream.concat(Stream.of(less), command.stream()).toList(), "echo")) {
            String pinged = enter(echo, PingNetnsTest.pingUntil(20, "10.42.0.2"));
            assertThat(pinged).contains(" 20 received");
            long child = ProcessHandle.of(echo.pid())
                    .orElseThrow()
                    .children()
                    .findFirst()
                    .orElseThrow()
                    .pid();
            assertAllAnswered(echo.interrupt(), pinged);
            assertThat(ProcessHandle.of(child)).as("the JVM in the namespace").isEmpty();
        }
    }

    @Test
    void anotherModeThanTheRequestedOneHasAReason() throws Exception {
        requireProgram("setpriv", "setpriv");
        // The namespace comes first: without these rights, only some users can make one.
        String[] less = {"unshare", "-n", "setpriv", "--bounding-set=-sys_admin,-bpf", "--inh-caps=-sys_admin,-bpf"};
        try (JrtapProcess echo = JrtapProcess.start(
                command -> Stream.concat(Stream.of(less), command.stream()).toList(),
                "echo",
                "--here",
                "--rx-mode=MAPPED")) {
            assertThat(echo.await("it receives by "))
                    .containsPattern("it receives by (ONE_SHOT|POLL): MAPPED is not possible: .+");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void aDeviceThatIsDeletedIsAFailure() throws Exception {
        requireProgram("ip", "ip");
        try (JrtapProcess echo = JrtapProcess.start("echo", "--device=rtap8")) {
            assertThat(enter(echo, "ip", "link", "delete", "rtap8")).isEmpty();
            assertThat(echo.ends(1))
                    .containsPattern("packets received in .*\n")
                    .endsWith("jrtap echo: the device is gone: another program has deleted it\n");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void deviceRatesAndSummaryAreObjectsWithJson() throws Exception {
        try (JrtapProcess echo = JrtapProcess.start("echo", "--json", "--seconds=1.5")) {
            List<String> lines = echo.ends(0).lines().toList();
            assertThat(lines.get(0))
                    .contains("\"event\":\"up\",\"device\":\"rtap")
                    .contains(" --net=/proc/");
            assertThat(lines)
                    .hasSize(3)
                    .allMatch(line -> line.startsWith("{\"event\":\"") && line.endsWith("}"))
                    .last()
                    .asString()
                    .contains("\"event\":\"summary\"", "\"answered\":0");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void theDemoMeasures() throws Exception {
        try (JrtapProcess demo = JrtapProcess.start()) {
            assertThat(demo.ends(0))
                    .containsPattern("2000 of 2000 echo requests answered; round trip min [0-9.]+, median [0-9.]+, ")
                    .containsPattern("[1-9][0-9]* echoes per second with 64 requests in flight");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void aPipeThatNobodyReadsEndsIt() throws Exception {
        try (JrtapProcess echo = JrtapProcess.start(
                command -> Stream.concat(Stream.of("sh", "-c", "\"$@\" | head -n 1", "sh"), command.stream())
                        .toList(),
                "echo")) {
            assertThat(echo.ends(0)).hasLineCount(1).contains("answers from Java");
        }
    }

    @Tag(ANY_KERNEL)
    @Test
    void aFullDiskIsOneSentence() throws Exception {
        try (JrtapProcess echo = JrtapProcess.start(
                command -> Stream.concat(Stream.of("sh", "-c", "\"$@\" >/dev/full", "sh"), command.stream())
                        .toList(),
                "echo")) {
            assertThat(echo.ends(1)).isEqualTo("jrtap echo: standard output: No space left on device\n");
        }
    }
}
