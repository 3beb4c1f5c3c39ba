// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.TunDevice;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jrtap generate} into a socket of the kernel's, and through the kernel's forwarding to {@code jrtap sink}. */
@Tag("any-kernel")
@Timeout(120)
class GenerateCommandNetnsTest {

    private static final int PORT = 5009;
    private static final int PACKETS = 200;

    @BeforeEach
    void requireDevice() {
        TunDevice.require();
    }

    @Test
    void aSocketGetsWhatIsAskedFor() throws Exception {
        try (DatagramSocket socket = new DatagramSocket(PORT)) {
            socket.setSoTimeout(30_000);
            socket.setReceiveBufferSize(1 << 20);
            try (JrtapProcess generate = JrtapProcess.start(
                    "generate", "--here", "--port=" + PORT, "--size=74,200", "--flows=2", "--count=" + PACKETS)) {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                for (int i = 0; i < PACKETS; i++) {
                    packet.setLength(2048);
                    socket.receive(packet);
                    ByteBuffer data = ByteBuffer.wrap(packet.getData());
                    // Sizes and flows alternate.
                    assertThat(packet.getLength()).isEqualTo(i % 2 == 0 ? 74 - 42 : 200 - 42);
                    assertThat(new String(packet.getData(), 0, 8, StandardCharsets.US_ASCII))
                            .isEqualTo("jrtap 01");
                    assertThat(data.getLong(8)).isEqualTo(i % 2);
                    assertThat(data.getLong(16)).isEqualTo(i / 2);
                }
                assertThat(generate.ends(0)).containsPattern(PACKETS + " packets sent in [0-9.]+ s\n$");
            }
        }
    }

    @Test
    void numbersDoNotDependOnTheLanguage() throws Exception {
        try (JrtapProcess generate = JrtapProcess.startInArabic("generate", "--count=5")) {
            assertThat(generate.ends(0)).containsPattern("\n5 packets sent in [0-9]+\\.[0-9] s\n$");
        }
    }

    @Test
    void theRateIsKept() throws Exception {
        try (JrtapProcess generate = JrtapProcess.start("generate", "--rate=1k", "--seconds=3", "--json")) {
            String summary =
                    generate.ends(0).lines().reduce((first, second) -> second).orElseThrow();
            // A machine that is busy starts late, and makes up for it.
            assertThat(number(summary, "tx_packets_per_second")).isBetween(500L, 1100L);
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO, 1", "POLL, 1", "AUTO, 2"})
    void theSinkMeasuresWhatTheKernelForwards(String mode, int queues) throws Exception {
        PingNetnsTest.requirePing();
        Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
        try (JrtapProcess sink = JrtapProcess.start(
                "sink", "--here", "--json", "--rx-mode=" + mode, "--queues=" + queues, "--seconds=100")) {
            sink.await("\"event\":\"rates\"");
            // Now the kernel knows its neighbor: before, it drops most of what waits for it.
            ping();
            datagram("not numbered");
            try (JrtapProcess generate = JrtapProcess.start(
                    "generate", "--here", "--to=10.42.0.2", "--rate=500", "--flows=4", "--count=" + PACKETS)) {
                generate.ends(0);
            }
            String line = "";
            long received = 0;
            while (received < PACKETS) {
                line = sink.await("\"event\":\"rates\"");
                received += number(line, "rx_packets_per_second") + 1;
            }
            String summary =
                    sink.interrupt().lines().reduce((first, second) -> second).orElseThrow();
            assertThat(number(summary, "received")).isEqualTo(PACKETS);
            assertThat(number(summary, "flows")).isEqualTo(4);
            assertThat(number(summary, "lost")).isZero();
            assertThat(number(summary, "reordered")).isZero();
            assertThat(number(summary, "duplicates")).isZero();
            assertThat(number(summary, "not_numbered")).isEqualTo(1);
            assertThat(summary).containsPattern("\"latency_us\":\\{\"min\":[1-9]");
        }
    }

    @Test
    void aSinkThatGetsNothingMeasuresNothing() throws Exception {
        try (JrtapProcess sink = JrtapProcess.start("sink", "--seconds=0.2")) {
            assertThat(sink.ends(0))
                    .contains("0 datagrams of 0 flows received, 0 lost, 0 reordered, 0 duplicated;")
                    .endsWith("no latency measured\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--size=73, --size must be 74..1514: 73",
        "--rate=-1, --rate must be 0..1000000000: -1",
        "--flows=0, --flows must be 1..50000: 0",
        "--port=0, --port must be 1..65535: 0"
    })
    void aWrongNumberIsOneSentence(String option, String sentence) throws Exception {
        try (JrtapProcess generate = JrtapProcess.start("generate", option)) {
            assertThat(generate.ends(2)).isEqualTo("jrtap generate: " + sentence + "\n");
        }
    }

    private static void ping() throws IOException, InterruptedException {
        Process ping = new ProcessBuilder(List.of("ping", "-q", "-c", "1", "-w", "20", "10.42.0.2"))
                .redirectErrorStream(true)
                .start();
        assertThat(new String(ping.getInputStream().readAllBytes())).contains("1 received");
        ping.waitFor();
    }

    private static void datagram(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("10.42.0.2"), PORT));
        }
    }

    /** A number of a line of JSON. */
    private static long number(String json, String member) {
        String from = json.substring(json.indexOf("\"" + member + "\":") + member.length() + 3);
        return Long.parseLong(from.split("[^0-9]")[0]);
    }
}
