// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.PcapngReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ring in memory, without hosts. */
class CaptureTest {

    private static final int PORT = 1000;

    @TempDir
    private Path directory;

    /** Of each number of packets the file has the last ones, as many as fit, each whole and with its decision. */
    @Test
    void keepsTheLastPackets() throws Exception {
        Random random = new Random(2);
        for (int size : new int[] {256, 3000, 4096, 10_000}) {
            try (Lab lab = new Lab(1, false, size)) {
                lab.direction.impair(Impairment.none().withLossOfEvery(3));
                for (int sent = 1; sent <= 300; sent++) {
                    lab.udp(sent * Lab.MILLI, PORT, 4 + random.nextInt(size < 1000 ? 150 : 1400));
                    if (sent % 7 == 0) {
                        check(lab, sent, size);
                    }
                }
                assertThat(lab.capture.total()).isEqualTo(300);
            }
        }
    }

    private void check(Lab lab, int sent, int size) throws Exception {
        Path file = directory.resolve("ring.pcapng");
        lab.capture.write(file);
        PcapngReader read = PcapngReader.read(file);
        List<PcapngReader.Packet> packets = read.packets();
        assertThat(read.interfaces().stream().map(PcapngReader.Interface::name))
                .containsExactly("client>server", "server>client");
        assertThat(packets).hasSize(lab.capture.packets()).isNotEmpty();
        int first = sent - packets.size() + 1;
        long bytes = 0;
        for (int i = 0; i < packets.size(); i++) {
            int number = first + i;
            PcapngReader.Packet packet = packets.get(i);
            bytes += packet.bytes().length + 40;
            assertThat(packet.epochNanos()).isEqualTo(number * Lab.MILLI);
            assertThat(ByteBuffer.wrap(packet.bytes()).getInt(42)).isEqualTo(number - 1);
            assertThat(packet.comment())
                    .startsWith("UDP 10.64.0.1:1000 > 10.64.0.2:53 #" + number)
                    .endsWith(number % 3 == 0 ? "lost, one of every n" : "delivered after 0.000 ms");
        }
        // All but what is too little for one more, of 1446 bytes at most, at the end of the ring and before the oldest.
        assertThat(first == 1 || bytes > size - 2 * (size < 1000 ? 240 : 1490)).isTrue();
    }

    @Test
    void aPacketThatIsLongerThanTheRingIsNotKept() throws Exception {
        try (Lab lab = new Lab(1, false, 256)) {
            lab.udp(0, PORT, 10);
            lab.udp(0, PORT, 1000);
            assertThat(lab.capture.packets()).isEqualTo(1);
            assertThat(lab.capture.total()).isEqualTo(2);
        }
    }
}
