// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.PcapngReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What tshark(1), and so Wireshark, says of the packets of a network. */
final class Tshark {

    private static final List<String> FIELDS = List.of(
            "frame.interface_name",
            "frame.time_epoch",
            "frame.len",
            "frame.cap_len",
            "frame.comment",
            "_ws.malformed",
            "_ws.col.Info",
            "frame.protocols");

    /** One packet; {@code info} is the line that people read. */
    record Packet(String link, long epochNanos, int length, String comment, String info, String protocols) {}

    private Tshark() {}

    static boolean isHere() {
        return Peers.hasProgram("tshark");
    }

    /**
     * Reads the packets of a network so far, and fails if it sees another number of them than the log has, or another
     * link, time, length or decision of one.
     */
    static List<Packet> agrees(Network network) throws Exception {
        Path file = Files.createTempFile("tshark", ".pcapng");
        try {
            network.capture().write(file);
            List<Packet> seen = read(file);
            List<PcapngReader.Packet> written = PcapngReader.read(file).packets();
            List<PacketEvent> logged = network.log().events().subList(0, written.size());
            assertThat(seen).hasSameSizeAs(written).isNotEmpty();
            long began = written.get(0).epochNanos() - logged.get(0).at().toNanos();
            for (int i = 0; i < seen.size(); i++) {
                PacketEvent event = logged.get(i);
                assertThat(seen.get(i).link()).isEqualTo(event.direction());
                assertThat(seen.get(i).epochNanos())
                        .isEqualTo(began + event.at().toNanos());
                assertThat(seen.get(i).length()).isEqualTo(event.length());
                assertThat(seen.get(i).comment())
                        .isEqualTo(event.flow() + " #" + event.index() + ": " + event.decision());
            }
            return seen;
        } finally {
            Files.delete(file);
        }
    }

    private static List<Packet> read(Path file) throws Exception {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-T", "fields"));
        for (String transport : List.of("tcp", "udp")) {
            // What tests send is not guessed.
            command.addAll(List.of("-d", transport + ".port==" + Peers.PORT + ",data"));
            command.addAll(List.of("-o", transport + ".check_checksum:TRUE"));
        }
        FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
        command.addAll(List.of("-r", file.toString()));
        Path errors = Files.createTempFile("tshark", ".txt");
        try {
            Process tshark =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            List<String> lines =
                    new String(tshark.getInputStream().readAllBytes()).lines().toList();
            assertThat(tshark.waitFor()).as(Files.readString(errors)).isZero();
            return lines.stream().map(Tshark::packet).toList();
        } finally {
            Files.delete(errors);
        }
    }

    private static Packet packet(String line) {
        String[] fields = line.split("\t", -1);
        assertThat(fields).as(line).hasSize(FIELDS.size());
        assertThat(fields[2]).as("captured as a whole").isEqualTo(fields[3]);
        // Of a packet that the link has corrupted anything may be wrong.
        assertThat(fields[5].isEmpty() || fields[4].contains("a bit flipped"))
                .as(line)
                .isTrue();
        String[] time = fields[1].split("\\.");
        assertThat(time[1]).as("nanoseconds").hasSize(9);
        long nanos = Long.parseLong(time[0]) * 1_000_000_000 + Long.parseLong(time[1]);
        return new Packet(fields[0], nanos, Integer.parseInt(fields[2]), fields[4], fields[6], fields[7]);
    }
}
