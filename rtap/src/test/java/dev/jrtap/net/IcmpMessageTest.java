// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IcmpMessageTest {

    private static final String GOLDEN = "08 00 817e 7274 0007 01020304";

    private final IcmpMessage icmp = new IcmpMessage();

    @Test
    void readsTheGoldenMessage() {
        Memory golden = Golden.bytes(GOLDEN);
        icmp.wrap(golden, 0, golden.size());

        assertThat(icmp.isComplete()).isTrue();
        assertThat(icmp.type()).isEqualTo(IcmpMessage.ECHO_REQUEST);
        assertThat(icmp.code()).isZero();
        assertThat(icmp.hasValidChecksum()).isTrue();
        assertThat(icmp.identifier()).isEqualTo(0x7274);
        assertThat(icmp.sequence()).isEqualTo(7);
        assertThat(icmp.payloadOffset()).isEqualTo(8);
        assertThat(icmp.payloadLength()).isEqualTo(4);
        assertThat(icmp).hasToString("ICMP type 8 code 0, 12 bytes");
    }

    @Test
    void writesTheGoldenMessage() {
        Memory painted = Golden.paintedBefore(GOLDEN, IcmpMessage.HEADER_LENGTH);
        icmp.wrap(painted, 0, painted.size())
                .type(IcmpMessage.ECHO_REQUEST)
                .code(0)
                .identifier(0x7274)
                .sequence(7)
                .updateChecksum();

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncation() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < IcmpMessage.HEADER_LENGTH; length++) {
            assertThat(icmp.wrap(golden, 0, length).isComplete()).isFalse();
        }
    }

    @Test
    void roundTripsRandomFieldsAndAnswersAsRecomputingDoes() {
        Random random = new Random(7);
        Memory painted = Golden.painted(64);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            int[] word = random.ints(3, 0, 0x10000).toArray();
            int code = random.nextInt(0x100);
            icmp.wrap(painted, 1, 8 + random.nextInt(50));
            icmp.sequence(word[0])
                    .identifier(word[1])
                    .checksum(word[2])
                    .code(code)
                    .type(IcmpMessage.ECHO_REQUEST);
            assertThat(icmp.type()).isEqualTo(IcmpMessage.ECHO_REQUEST);
            assertThat(icmp.code()).isEqualTo(code);
            assertThat(icmp.identifier()).isEqualTo(word[1]);
            assertThat(icmp.sequence()).isEqualTo(word[0]);
            assertThat(icmp.checksum()).isEqualTo(word[2]);
            assertThat(icmp.updateChecksum().answer().hasValidChecksum()).isTrue();
            assertThat(icmp.type()).isEqualTo(IcmpMessage.ECHO_REPLY);
        }
    }

    /** RFC 1624: the sum of nothing but zeros is the only one whose checksum is 0xffff. */
    @Test
    void theReplyToAnAllZeroRequestIsValid() {
        for (int length = 8; length < 20; length++) {
            Memory memory = Memory.allocate(length);
            IcmpMessage message = new IcmpMessage().wrap(memory, 0, length).type(IcmpMessage.ECHO_REQUEST);
            message.updateChecksum().answer();
            assertThat(message.checksum()).isEqualTo(0xffff);
            assertThat(message.hasValidChecksum()).isTrue();
        }
    }

    /** The corrected checksum is the one that is computed anew, and a wrong one stays wrong. */
    @Test
    void aReplyIsValidIfItsRequestWas() {
        Random random = new Random(1624);
        for (int i = 0; i < 200_000; i++) {
            int length = 8 + random.nextInt(4);
            Memory memory = Memory.allocate(length);
            IcmpMessage message = new IcmpMessage().wrap(memory, 0, length).type(IcmpMessage.ECHO_REQUEST);
            message.identifier(random.nextInt(4) << 14).sequence(random.nextInt(3) - 1 & 0xffff);
            message.updateChecksum();
            int wrong = random.nextBoolean() ? random.nextInt(0x10000) : 0;
            message.checksum(message.checksum() ^ wrong);
            boolean valid = message.hasValidChecksum();
            message.answer();
            assertThat(message.hasValidChecksum()).isEqualTo(valid);
            if (wrong == 0) {
                int corrected = message.checksum();
                assertThat(message.updateChecksum().checksum()).isEqualTo(corrected);
            }
        }
    }
}
