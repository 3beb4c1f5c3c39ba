// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UdpDatagramTest {

    private static final String GOLDEN = "3039 0035 000f 6716 6a727461702105";
    private static final String PACKET = "45 00 0023 0000 0000 40 11 0000 0a2a0001 0a2a0002";

    private final UdpDatagram udp = new UdpDatagram();
    private final int pseudoHeader =
            new Ipv4Packet().wrap(Golden.bytes(PACKET), 0, 20).pseudoHeaderSum(15);

    @Test
    void readsTheGoldenDatagram() {
        Memory golden = Golden.bytes(GOLDEN);
        udp.wrap(golden, 0, golden.size());

        assertThat(udp.isComplete()).isTrue();
        assertThat(udp.sourcePort()).isEqualTo(12345);
        assertThat(udp.destinationPort()).isEqualTo(53);
        assertThat(udp.datagramLength()).isEqualTo(15);
        assertThat(udp.hasValidChecksum(pseudoHeader)).isTrue();
        assertThat(udp.payloadOffset()).isEqualTo(8);
        assertThat(udp.payloadLength()).isEqualTo(7);
        assertThat(udp).hasToString("UDP 12345 > 53, 15 bytes");
    }

    @Test
    void writesTheGoldenDatagram() {
        Memory painted = Golden.paintedBefore(GOLDEN, UdpDatagram.HEADER_LENGTH);
        udp.wrap(painted, 0, painted.size())
                .sourcePort(53)
                .destinationPort(12345)
                .datagramLength(15)
                .swapPorts()
                .updateChecksum(pseudoHeader);

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncation() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < golden.size(); length++) {
            assertThat(udp.wrap(golden, 0, length).isComplete()).isFalse();
            assertThat(udp.hasHeader()).isEqualTo(length >= UdpDatagram.HEADER_LENGTH);
        }
        udp.wrap(golden, 0, golden.size()).datagramLength(7);
        assertThat(udp.isComplete()).isFalse();
    }

    /** 0 would say that there is none. */
    @Test
    void aChecksumOfZeroIsWrittenInItsOtherForm() {
        udp.wrap(Golden.bytes("0000 0000 0008 0000"), 0, 8).updateChecksum(0xffff - 8);
        assertThat(udp.checksum()).isEqualTo(0xffff);
        assertThat(udp.hasValidChecksum(0xffff - 8)).isTrue();
    }

    @Test
    void roundTripsRandomFields() {
        Random random = new Random(9);
        Memory painted = Golden.painted(64);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            int[] word = random.ints(4, 0, 0x10000).toArray();
            int length = 8 + random.nextInt(50);
            udp.wrap(painted, 1, length)
                    .checksum(word[0])
                    .destinationPort(word[1])
                    .sourcePort(word[2]);
            udp.datagramLength(word[3]);
            assertThat(udp.checksum()).isEqualTo(word[0]);
            assertThat(udp.destinationPort()).isEqualTo(word[1]);
            assertThat(udp.sourcePort()).isEqualTo(word[2]);
            assertThat(udp.datagramLength()).isEqualTo(word[3]);
            udp.datagramLength(length).updateChecksum(word[3]);
            assertThat(udp.hasValidChecksum(word[3])).isTrue();
            assertThat(udp.checksum()).isNotZero();
        }
    }
}
