// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.syscall.ProcFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jrtap capture}, and what others read in its file. */
@Tag("any-kernel")
@Timeout(120)
class CaptureCommandNetnsTest {

    private static final int PACKETS = 100;

    @TempDir
    private Path directory;

    @BeforeEach
    void requireDevice() {
        TunDevice.require();
    }

    /** Broadcasts, which need no neighbor, from the address that the device has. */
    private static void broadcast() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("10.44.0.1"))) {
            for (int i = 0; i < PACKETS; i++) {
                byte[] bytes = new byte[i];
                socket.send(new DatagramPacket(bytes, i, InetAddress.getByName("10.44.0.255"), 4711));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"tshark, tshark -r %s -Y udp.port==4711", "tcpdump, tcpdump -n -r %s udp port 4711"})
    void othersReadEveryPacket(String reader, String command) throws Exception {
        boolean present = Programs.isInstalled(reader);
        if (reader.equals("tcpdump")) {
            // It changes its groups before it reads, which a user namespace of an ordinary user forbids.
            boolean may = !"deny".equals(ProcFile.read(Path.of("/proc/self/setgroups")));
            Feature.require("tcpdump reads captures", present && may, "it is not installed, or setgroups is denied");
        } else {
            Feature.require(reader, present, "it is not installed");
        }
        Path file = directory.resolve("capture.pcapng");
        try (JrtapProcess capture = JrtapProcess.start("capture", "--here", file.toString())) {
            capture.await(" is up");
            broadcast();
            // Written when nothing more is there: then the last one is in the file.
            Process reading;
            String read;
            do {
                reading = new ProcessBuilder(command.formatted(file).split(" "))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                read = new String(reading.getInputStream().readAllBytes());
                reading.waitFor();
            } while (read.lines().count() < PACKETS);
            assertThat(read.lines()).hasSize(PACKETS).allMatch(line -> line.contains("10.44.0.255"));
            assertThat(capture.interrupt()).containsPattern("[1-9][0-9]* packets in " + file + ", 0 missed\n$");
        }
    }

    @Test
    void itEndsAfterTheCount() throws Exception {
        Path file = directory.resolve("two.pcapng");
        try (JrtapProcess capture = JrtapProcess.start("capture", "--here", "--json", "--count=2", file.toString())) {
            capture.await("\"event\":\"up\"");
            broadcast();
            assertThat(capture.ends(0).lines().reduce((first, second) -> second).orElseThrow())
                    .contains("\"event\":\"summary\",\"packets\":2,");
            assertThat(Files.size(file)).isPositive();
        }
    }

    @Test
    void standardOutputIsAFileToo() throws Exception {
        try (JrtapProcess capture = JrtapProcess.start(
                command -> Stream.concat(Stream.of("sh", "-c", "\"$@\" | head -c 4 | od -t x1", "sh"), command.stream())
                        .toList(),
                "capture",
                "-",
                "--count=1")) {
            assertThat(capture.ends(0)).contains("0a 0d 0d 0a");
        }
    }

    @Test
    void aCaptureOnStandardOutputTellsOfItsNamespaceOnStandardError() throws Exception {
        try (JrtapProcess capture = JrtapProcess.start(
                command -> Stream.concat(Stream.of("sh", "-c", "\"$@\" >/dev/null", "sh"), command.stream())
                        .toList(),
                "capture",
                "-",
                "--count=1")) {
            assertThat(capture.ends(0)).contains("cap0 is up; from another terminal:  nsenter ", "1 packets in -");
        }
    }

    @Test
    void aDeviceThatCannotBeOpenedLeavesTheFileUnchanged() throws Exception {
        Path file = Files.writeString(directory.resolve("precious.pcapng"), "precious");
        try (JrtapProcess capture = JrtapProcess.start("capture", "--device=lo", file.toString())) {
            assertThat(capture.ends(1)).startsWith("jrtap capture: E").hasLineCount(1);
        }
        assertThat(file).hasContent("precious");
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/full, jrtap capture: /dev/full: No space left on device",
        "/nowhere/file, jrtap capture: /nowhere/file: no such file or directory"
    })
    void aFileThatTakesNothingIsOneSentence(String file, String sentence) throws Exception {
        try (JrtapProcess capture = JrtapProcess.start("capture", file)) {
            List<String> lines = capture.ends(1).lines().toList();
            assertThat(lines.get(lines.size() - 1)).isEqualTo(sentence);
        }
    }
}
