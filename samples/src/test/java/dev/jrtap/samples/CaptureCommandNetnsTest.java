// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.syscall.ProcFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
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
        require(reader);
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

    private static void require(String reader) {
        boolean present = Programs.isInstalled(reader);
        if (reader.equals("tcpdump")) {
            // It changes its groups before it reads, which a user namespace of an ordinary user forbids.
            boolean may = !"deny".equals(ProcFile.read(Path.of("/proc/self/setgroups")));
            Feature.require("tcpdump reads captures", present && may, "it is not installed, or setgroups is denied");
        } else {
            Feature.require(reader, present, "it is not installed");
        }
    }

    /** The filter of the help text: packets reach another program at once, and it may end first. */
    @Test
    void tcpdumpFiltersWhatItReadsFromAPipe() throws Exception {
        require("tcpdump");
        try (JrtapProcess capture = JrtapProcess.start(
                by("\"$@\" | tcpdump -l -n -r - -c " + PACKETS + " udp port 4711"), "capture", "--here", "-")) {
            capture.await(" is up");
            broadcast();
            String last = "";
            for (int i = 0; i < PACKETS; i++) {
                last = capture.await("UDP");
            }
            assertThat(last).contains("10.44.0.255.4711", "length " + (PACKETS - 1));
            try {
                // A packet finds the pipe closed.
                while (ProcessHandle.of(capture.pid()).isPresent()) {
                    broadcast();
                }
            } catch (SocketException e) {
                // The device is gone: the command has ended.
            }
            assertThat(capture.ends(0)).doesNotContain("Broken pipe", "packets in");
        }
    }

    @ParameterizedTest
    @CsvSource({"-s50, 50", "--snaplen=0, 2000"})
    void packetsAreCutToTheSnapLength(String option, int most) throws Exception {
        require("tshark");
        Path file = directory.resolve("cut.pcapng");
        try (JrtapProcess capture = JrtapProcess.start("capture", "--here", option, file.toString())) {
            capture.await(" is up");
            broadcast();
            String read;
            do {
                Process tshark = new ProcessBuilder(
                                "tshark -T fields -e frame.cap_len -e frame.len -Y ip.dst==10.44.0.255 -r"
                                        .concat(" " + file)
                                        .split(" "))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                read = new String(tshark.getInputStream().readAllBytes());
                tshark.waitFor();
            } while (read.lines().count() < PACKETS);
            int headers = 14 + 20 + 8;
            assertThat(read.lines())
                    .containsExactlyElementsOf(IntStream.range(headers, headers + PACKETS)
                            .mapToObj(length -> Math.min(length, most) + "\t" + length)
                            .toList());
            capture.interrupt();
        }
    }

    /** Starts it by a line of a shell in which "$@" is the command. */
    private static UnaryOperator<List<String>> by(String line) {
        return command -> Stream.concat(Stream.of("sh", "-c", line, "sh"), command.stream())
                .toList();
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
        try (JrtapProcess capture =
                JrtapProcess.start(by("\"$@\" | head -c 4 | od -t x1"), "capture", "-", "--count=1")) {
            assertThat(capture.ends(0)).contains("0a 0d 0d 0a");
        }
    }

    @Test
    void aCaptureOnStandardOutputTellsOfItsNamespaceOnStandardError() throws Exception {
        try (JrtapProcess capture = JrtapProcess.start(by("\"$@\" >/dev/null"), "capture", "-", "--count=1")) {
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
