// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Icmpv6MessageTest {

    private static final String GOLDEN = "80 00 bc40 7274 0007 6a727461702105";
    private static final String PACKET =
            "60000000 000f 3a 40" + "fe800000000000000000000000000001 fe800000000000000000000000000002";

    private final Icmpv6Message icmp = new Icmpv6Message();
    private final int pseudoHeader =
            new Ipv6Packet().wrap(Golden.bytes(PACKET), 0, 40).pseudoHeaderSum(15);

    @Test
    void readsTheGoldenMessage() {
        Memory golden = Golden.bytes(GOLDEN);
        icmp.wrap(golden, 0, golden.size());

        assertThat(icmp.isComplete()).isTrue();
        assertThat(icmp.type()).isEqualTo(Icmpv6Message.ECHO_REQUEST);
        assertThat(icmp.code()).isZero();
        assertThat(icmp.hasValidChecksum(pseudoHeader)).isTrue();
        assertThat(icmp.identifier()).isEqualTo(0x7274);
        assertThat(icmp.sequence()).isEqualTo(7);
        assertThat(icmp.payloadOffset()).isEqualTo(8);
        assertThat(icmp.payloadLength()).isEqualTo(7);
        assertThat(icmp).hasToString("ICMPv6 type 128 code 0, 15 bytes");
    }

    @Test
    void writesTheGoldenMessage() {
        Memory painted = Golden.paintedBefore(GOLDEN, Icmpv6Message.HEADER_LENGTH);
        icmp.wrap(painted, 0, painted.size())
                .type(Icmpv6Message.ECHO_REQUEST)
                .code(0)
                .identifier(0x7274)
                .sequence(7)
                .updateChecksum(pseudoHeader);

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncation() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < Icmpv6Message.HEADER_LENGTH; length++) {
            assertThat(icmp.wrap(golden, 0, length).isComplete()).isFalse();
        }
    }

    @Test
    void roundTripsRandomFieldsAndAnswersAsRecomputingDoes() {
        Random random = new Random(8);
        Memory painted = Golden.painted(64);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            int[] word = random.ints(3, 0, 0x10000).toArray();
            int code = random.nextInt(0x100);
            icmp.wrap(painted, 1, 8 + random.nextInt(50));
            icmp.sequence(word[0])
                    .identifier(word[1])
                    .checksum(word[2])
                    .code(code)
                    .type(Icmpv6Message.ECHO_REQUEST);
            assertThat(icmp.type()).isEqualTo(Icmpv6Message.ECHO_REQUEST);
            assertThat(icmp.code()).isEqualTo(code);
            assertThat(icmp.identifier()).isEqualTo(word[1]);
            assertThat(icmp.sequence()).isEqualTo(word[0]);
            assertThat(icmp.checksum()).isEqualTo(word[2]);
            assertThat(icmp.updateChecksum(pseudoHeader).answer().hasValidChecksum(pseudoHeader))
                    .isTrue();
        }
    }
}
