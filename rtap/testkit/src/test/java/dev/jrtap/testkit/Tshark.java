// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.PcapngReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What tshark(1), and so Wireshark, says of the packets of networks: it starts once for all, which takes its time. */
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

    static boolean isHere() {
        return Peers.hasProgram("tshark");
    }

    /** A capture, what the log says of its packets, and what Wireshark calls one of them. */
    private record Expected(
            String test, byte[] file, List<PcapngReader.Packet> written, List<PacketEvent> logged, Pattern wanted) {}

    private final List<Expected> all = new ArrayList<>();

    /** Keeps the packets of a network so far, one of which Wireshark has to describe by words that match. */
    void add(String test, Network network, String words) throws Exception {
        Path file = Files.createTempFile("tshark", ".pcapng");
        try {
            network.capture().write(file);
            List<PcapngReader.Packet> written = PcapngReader.read(file).packets();
            List<PacketEvent> logged = network.log().events().subList(0, written.size());
            all.add(new Expected(test, Files.readAllBytes(file), written, logged, Pattern.compile(words)));
        } finally {
            Files.delete(file);
        }
    }

    /** Fails if it sees another number of packets than the logs have, or another link, time, length or decision. */
    void agrees() throws Exception {
        Path file = Files.createTempFile("tshark", ".pcapng");
        try {
            // A file of pcapng may have several sections.
            for (Expected each : all) {
                Files.write(file, each.file(), StandardOpenOption.APPEND);
            }
            List<Packet> seen = read(file);
            assertThat(seen)
                    .hasSize(
                            all.stream().mapToInt(each -> each.written().size()).sum());
            int from = 0;
            for (Expected each : all) {
                int to = from + each.written().size();
                agrees(each, seen.subList(from, to));
                from = to;
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void agrees(Expected expected, List<Packet> seen) {
        assertThat(seen).as(expected.test()).isNotEmpty();
        List<PacketEvent> logged = expected.logged();
        long began = expected.written().get(0).epochNanos() - logged.get(0).at().toNanos();
        for (int i = 0; i < seen.size(); i++) {
            PacketEvent event = logged.get(i);
            String comment = event.flow() + " #" + event.index() + ": " + event.decision();
            assertThat(seen.get(i).link()).as(expected.test()).isEqualTo(event.direction());
            assertThat(seen.get(i).epochNanos())
                    .as(expected.test())
                    .isEqualTo(began + event.at().toNanos());
            assertThat(seen.get(i).length()).as(expected.test()).isEqualTo(event.length());
            assertThat(seen.get(i).comment()).as(expected.test()).isEqualTo(comment);
        }
        assertThat(seen)
                .as(expected.test())
                .extracting(Packet::info)
                .anyMatch(info -> expected.wanted().matcher(info).matches());
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
