// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TcpSegmentTest {

    /** With the usual options of a SYN: segment size, permitted acknowledgments, time stamps, window scale. */
    private static final String GOLDEN = "3039 0050 deadbeef 01020304 a0 d2 faf0 2f77 0007"
            + "020405b40402080a0001e2400000000001030307 6a727461702105";

    private static final String PACKET = "45 00 0043 0000 0000 40 06 0000 0a2a0001 0a2a0002";
    private static final int FLAGS = TcpSegment.SYN | TcpSegment.ACK | TcpSegment.ECE | TcpSegment.CWR;

    private final TcpSegment tcp = new TcpSegment();
    private final int pseudoHeader =
            new Ipv4Packet().wrap(Golden.bytes(PACKET), 0, 20).pseudoHeaderSum(47);

    @Test
    void readsTheGoldenSegment() {
        Memory golden = Golden.bytes(GOLDEN);
        tcp.wrap(golden, 0, golden.size());

        assertThat(tcp.isComplete()).isTrue();
        assertThat(tcp.sourcePort()).isEqualTo(12345);
        assertThat(tcp.destinationPort()).isEqualTo(80);
        assertThat(tcp.sequence()).isEqualTo(0xdeadbeef);
        assertThat(tcp.acknowledgment()).isEqualTo(0x01020304);
        assertThat(tcp.headerLength()).isEqualTo(40);
        assertThat(tcp.flags()).isEqualTo(FLAGS);
        assertThat(tcp.window()).isEqualTo(64240);
        assertThat(tcp.hasValidChecksum(pseudoHeader)).isTrue();
        assertThat(tcp.urgentPointer()).isEqualTo(7);
        assertThat(tcp.optionsOffset()).isEqualTo(20);
        assertThat(tcp.payloadOffset()).isEqualTo(40);
        assertThat(tcp.payloadLength()).isEqualTo(7);
        assertThat(tcp).hasToString("TCP 12345 > 80 seq 3735928559 flags 0xd2, 47 bytes");
    }

    @Test
    void writesTheGoldenSegment() {
        Memory painted = Golden.paintedBefore(GOLDEN, TcpSegment.MIN_HEADER_LENGTH);
        tcp.wrap(painted, 0, painted.size())
                .sourcePort(12345)
                .destinationPort(80)
                .sequence(0xdeadbeef)
                .acknowledgment(0x01020304)
                .headerLength(40)
                .flags(FLAGS)
                .window(64240)
                .urgentPointer(7)
                .updateChecksum(pseudoHeader);

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncation() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < 40; length++) {
            assertThat(tcp.wrap(golden, 0, length).isComplete()).isFalse();
        }
        assertThat(tcp.wrap(golden, 0, golden.size()).headerLength(16).isComplete())
                .isFalse();
    }

    @Test
    void roundTripsRandomFields() {
        Random random = new Random(10);
        Memory painted = Golden.painted(80);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            int[] word = random.ints(5, 0, 0x10000).toArray();
            int sequence = random.nextInt();
            int acknowledgment = random.nextInt();
            int header = 20 + 4 * random.nextInt(11);
            int flags = random.nextInt(0x100);
            tcp.wrap(painted, 1, 60 + random.nextInt(19)).urgentPointer(word[0]).checksum(word[1]);
            tcp.window(word[2]).flags(flags).headerLength(header).acknowledgment(acknowledgment);
            tcp.sequence(sequence).destinationPort(word[3]).sourcePort(word[4]);
            assertThat(tcp.sourcePort()).isEqualTo(word[4]);
            assertThat(tcp.destinationPort()).isEqualTo(word[3]);
            assertThat(tcp.sequence()).isEqualTo(sequence);
            assertThat(tcp.acknowledgment()).isEqualTo(acknowledgment);
            assertThat(tcp.headerLength()).isEqualTo(header);
            assertThat(tcp.flags()).isEqualTo(flags);
            assertThat(tcp.window()).isEqualTo(word[2]);
            assertThat(tcp.checksum()).isEqualTo(word[1]);
            assertThat(tcp.urgentPointer()).isEqualTo(word[0]);
            assertThat(tcp.updateChecksum(word[0]).hasValidChecksum(word[0])).isTrue();
        }
    }
}
