// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArpPacketTest {

    private static final String GOLDEN = "0001 0800 06 04 0001 020000000001 0a2a0001 000000000000 0a2a0002";
    private static final String REPLY = "0001 0800 06 04 0002 02000a2a0002 0a2a0002 020000000001 0a2a0001";

    private final ArpPacket arp = new ArpPacket();

    @Test
    void readsTheGoldenPacketAndAnswersIt() {
        Memory golden = Golden.bytes(GOLDEN);
        arp.wrap(golden, 0, golden.size());

        assertThat(arp.isComplete()).isTrue();
        assertThat(arp.operation()).isEqualTo(ArpPacket.REQUEST);
        assertThat(arp.senderMac()).isEqualTo(0x020000000001L);
        assertThat(arp.senderIp()).isEqualTo(0x0a2a0001);
        assertThat(arp.targetMac()).isZero();
        assertThat(arp.targetIp()).isEqualTo(0x0a2a0002);
        assertThat(arp).hasToString("who has 10.42.0.2, from 10.42.0.1 at 02:00:00:00:00:01");

        arp.answer(0x02000a2a0002L);
        assertThat(Golden.hex(golden)).isEqualTo(Golden.hex(REPLY));
    }

    @Test
    void writesTheGoldenPacket() {
        Memory painted = Golden.painted(ArpPacket.LENGTH);
        arp.wrap(painted, 0, painted.size())
                .ipv4OverEthernet()
                .operation(ArpPacket.REQUEST)
                .senderMac(0x020000000001L)
                .senderIp(0x0a2a0001)
                .targetMac(0)
                .targetIp(0x0a2a0002);

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncationAndWhatIsAboutSomethingElse() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < ArpPacket.LENGTH; length++) {
            assertThat(arp.wrap(golden, 0, length).isComplete()).isFalse();
        }
        for (int at = 0; at < 6; at++) {
            Memory other = Golden.bytes(GOLDEN);
            other.putI8(at, 0x77);
            assertThat(arp.wrap(other, 0, other.size()).isComplete()).isFalse();
        }
    }

    @Test
    void roundTripsRandomFields() {
        Random random = new Random(3);
        arp.wrap(Golden.painted(40), 5, ArpPacket.LENGTH);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            long sender = random.nextLong() >>> 16;
            long target = random.nextLong() >>> 16;
            int from = random.nextInt();
            int to = random.nextInt();
            int operation = random.nextInt(0x10000);
            arp.targetIp(to).targetMac(target).senderIp(from).senderMac(sender).operation(operation);
            assertThat(arp.operation()).isEqualTo(operation);
            assertThat(arp.senderMac()).isEqualTo(sender);
            assertThat(arp.senderIp()).isEqualTo(from);
            assertThat(arp.targetMac()).isEqualTo(target);
            assertThat(arp.targetIp()).isEqualTo(to);
        }
    }
}
