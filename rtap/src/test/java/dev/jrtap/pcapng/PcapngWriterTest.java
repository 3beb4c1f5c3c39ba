// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.pcapng;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.fixtures.PcapngReader;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ProcFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures, read back by a reader of the tests' own and by tcpdump. */
class PcapngWriterTest {

    private static final long NANOS = 1_795_000_000_123_456_789L;

    @TempDir
    private Path directory;

    @Test
    void everyLengthComesBack() throws Exception {
        Path file = directory.resolve("lengths.pcapng");
        Random random = new Random(5);
        List<byte[]> frames = new ArrayList<>();
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            int[] ids = {writer.addInterface("a>b", PcapngWriter.ETHERNET, 0), writer.addInterface("ü", 101, 70000)};
            for (int length = 0; length < 70_000; length = length * 9 / 8 + 1) {
                byte[] frame = new byte[length];
                random.nextBytes(frame);
                frames.add(frame);
                Memory memory = memory(frame);
                writer.write(ids[length & 1], NANOS + length, memory, 0, length, "x".repeat(length % 7));
            }
        }

        PcapngReader capture = PcapngReader.read(file);
        assertThat(capture.interfaces())
                .containsExactly(
                        new PcapngReader.Interface("a>b", 1, 0, 9), new PcapngReader.Interface("ü", 101, 70000, 9));
        assertThat(capture.packets()).hasSameSizeAs(frames);
        for (int i = 0; i < frames.size(); i++) {
            PcapngReader.Packet packet = capture.packets().get(i);
            int length = frames.get(i).length;
            assertThat(packet.bytes()).isEqualTo(frames.get(i));
            assertThat(packet.original()).isEqualTo(length);
            assertThat(packet.epochNanos()).isEqualTo(NANOS + length);
            assertThat(packet.interfaceId()).isEqualTo(length & 1);
            assertThat(packet.comment()).isEqualTo("x".repeat(length % 7));
            assertThat(packet.flags()).isZero();
        }
    }

    @Test
    void aPacketInPiecesIsOnePacket() throws Exception {
        Path file = directory.resolve("pieces.pcapng");
        byte[] frame = new byte[1001];
        new Random(1).nextBytes(frame);
        Memory memory = memory(frame);
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            int id = writer.addInterface("tap0", PcapngWriter.ETHERNET, 1000);
            writer.begin(id, NANOS, 1000, 1001, PacketDirection.OUTBOUND, "lost: 2 %");
            writer.append(memory, 0, 1);
            writer.append(memory, 1, 0);
            assertThatThrownBy(() -> writer.append(memory, 1, 1000))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the packet lacks 999 bytes, and 1000 were given");
            assertThatThrownBy(writer::flush)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the packet that was begun lacks 999 bytes");
            writer.append(memory, 1, 999);
            writer.begin(id, NANOS, 0, 60, PacketDirection.INBOUND, "");
        }

        List<PcapngReader.Packet> packets = PcapngReader.read(file).packets();
        assertThat(packets.get(0).bytes()).isEqualTo(Arrays.copyOf(frame, 1000));
        assertThat(packets.get(0).original()).isEqualTo(1001);
        assertThat(packets.get(0).flags()).isEqualTo(2);
        assertThat(packets.get(0).comment()).isEqualTo("lost: 2 %");
        assertThat(packets.get(1).bytes()).isEmpty();
        assertThat(packets.get(1).flags()).isEqualTo(1);
    }

    @Test
    void tcpdumpReadsThem() throws Exception {
        Path file = directory.resolve("tcpdump.pcapng");
        // An ARP request: who has 10.0.0.2, tell 10.0.0.1.
        byte[] arp = HexFormat.of()
                .parseHex("ffffffffffff020000000001" + "0806" + "0001080006040001" + "020000000001" + "0a000001"
                        + "000000000000" + "0a000002");
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            writer.addInterface("a>b", PcapngWriter.ETHERNET, 0);
            writer.write(0, NANOS, memory(arp), 0, arp.length, "delayed by 50 ms");
            writer.write(0, NANOS + 1, memory(arp), 0, arp.length, "");
        }

        Process tcpdump;
        try {
            tcpdump = new ProcessBuilder("tcpdump", "-n", "-tt", "--nano", "-r", "-")
                    .redirectInput(file.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Feature.require("tcpdump reads captures", false, "it is not installed");
            throw e;
        }
        String printed = new String(tcpdump.getInputStream().readAllBytes());
        // It changes its groups before it reads, which a user namespace of an ordinary user forbids.
        boolean may = !"deny".equals(ProcFile.read(Path.of("/proc/self/setgroups")));
        Feature.require("tcpdump reads captures", may, "setgroups is denied");
        assertThat(tcpdump.waitFor()).as(printed).isZero();
        assertThat(printed.lines().filter(line -> line.contains("ARP")))
                .containsExactly(
                        "1795000000.123456789 ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28",
                        "1795000000.123456790 ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28");
    }

    @Test
    void refusesWhatTheFormatHasNoRoomFor() throws Exception {
        try (PcapngWriter writer = new PcapngWriter(Channels.newChannel(new ByteArrayOutputStream()))) {
            assertThatThrownBy(() -> writer.write(0, NANOS, memory(new byte[1]), 0, 1, ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("interfaceId");
            writer.addInterface("tap0", PcapngWriter.ETHERNET, 0);
            assertThatThrownBy(() -> writer.addInterface("tap1", 65536, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("linkType=65536");
            assertThatThrownBy(() -> writer.begin(0, NANOS, 2, 1, PacketDirection.UNKNOWN, ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("captured must be 0..original: 2 of 1");
            assertThatThrownBy(() -> writer.write(0, NANOS, memory(new byte[1]), 0, 1, "ü".repeat(40_000)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the comment must have at most 65535 bytes in UTF-8: 80000");
        }
    }

    @Test
    void makesNoGarbage() throws Exception {
        try (PcapngWriter writer = new PcapngWriter(new Swallowing())) {
            writer.addInterface("tap0", PcapngWriter.ETHERNET, 0);
            Memory frame = memory(new byte[1514]);
            assertThat(Garbage.of(() -> {
                        try {
                            writer.write(0, NANOS, frame, 0, 1514, "");
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .isZero();
        }
    }

    private static Memory memory(byte[] bytes) {
        Memory memory = Memory.allocate(bytes.length);
        memory.putBytes(0, bytes, 0, bytes.length);
        return memory;
    }

    private static final class Swallowing implements WritableByteChannel {
        private boolean open = true;

        @Override
        public int write(ByteBuffer bytes) {
            int length = bytes.remaining();
            bytes.position(bytes.limit());
            return length;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
