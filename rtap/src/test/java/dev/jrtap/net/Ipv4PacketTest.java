// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Ipv4PacketTest {

    /** With the router alert option (RFC 2113), around a datagram; two bytes of padding behind it. */
    private static final String GOLDEN =
            "46 b9 0027 1234 4000 40 11 7e7e 0a2a0001 0a2a0002 94040000" + "3039 0035 000f 6716 6a727461702105";

    private static final int PADDING = 2;

    private final Ipv4Packet ipv4 = new Ipv4Packet();

    @Test
    void readsTheGoldenPacket() {
        Memory golden = Golden.bytes(GOLDEN + "0000");
        ipv4.wrap(golden, 0, golden.size());

        assertThat(ipv4.isComplete()).isTrue();
        assertThat(ipv4.headerLength()).isEqualTo(24);
        assertThat(ipv4.dscp()).isEqualTo(46);
        assertThat(ipv4.ecn()).isEqualTo(1);
        assertThat(ipv4.totalLength()).isEqualTo(golden.size() - PADDING);
        assertThat(ipv4.identification()).isEqualTo(0x1234);
        assertThat(ipv4.isDontFragment()).isTrue();
        assertThat(ipv4.isFragment()).isFalse();
        assertThat(ipv4.ttl()).isEqualTo(64);
        assertThat(ipv4.protocol()).isEqualTo(Ipv4Packet.UDP);
        assertThat(ipv4.hasValidChecksum()).isTrue();
        assertThat(ipv4.source()).isEqualTo(0x0a2a0001);
        assertThat(ipv4.destination()).isEqualTo(0x0a2a0002);
        assertThat(ipv4.optionsOffset()).isEqualTo(20);
        assertThat(ipv4.payloadOffset()).isEqualTo(24);
        assertThat(ipv4.payloadLength()).isEqualTo(15);
        assertThat(ipv4).hasToString("10.42.0.1 > 10.42.0.2 protocol 17, 39 bytes");
        assertThat(Ipv4Packet.format(0xc0a80a01)).isEqualTo("192.168.10.1");
        assertThat(ipv4.memory()).isSameAs(golden);
    }

    @Test
    void writesTheGoldenPacket() {
        Memory painted = Golden.paintedBefore(GOLDEN, 20);
        assertThat(ipv4.wrap(painted, 0, painted.size())
                        .headerLength(24)
                        .dscp(46)
                        .ecn(1)
                        .totalLength(painted.size())
                        .identification(0x1234)
                        .dontFragment(true)
                        .ttl(65)
                        .protocol(Ipv4Packet.UDP)
                        .source(0x0a2a0002)
                        .destination(0x0a2a0001)
                        .updateChecksum()
                        .decrementTtl()
                        .swapAddresses())
                .isSameAs(ipv4);

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncationAndLengthsThatCannotBe() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < golden.size(); length++) {
            assertThat(ipv4.wrap(golden, 0, length).isComplete()).isFalse();
            assertThat(ipv4.hasHeader()).isEqualTo(length >= 24);
        }
        ipv4.wrap(golden, 0, golden.size());
        assertThat(ipv4.headerLength(16).isComplete()).isFalse();
        assertThat(ipv4.headerLength(24).totalLength(23).isComplete()).isFalse();
        golden.putI8(0, 0x66);
        assertThat(ipv4.totalLength(39).isComplete()).isFalse();
    }

    @Test
    void roundTripsRandomFields() {
        Random random = new Random(4);
        ipv4.wrap(Golden.painted(64), 2, 60);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            int header = 20 + 4 * random.nextInt(11);
            int dscp = random.nextInt(64);
            int ecn = random.nextInt(4);
            int[] word = random.ints(4, 0, 0x10000).toArray();
            int[] octet = random.ints(2, 0, 0x100).toArray();
            int source = random.nextInt();
            int destination = random.nextInt();
            boolean whole = random.nextBoolean();
            ipv4.checksum(word[0]).ecn(ecn).dscp(dscp).headerLength(header).totalLength(word[1]);
            ipv4.identification(word[2]).dontFragment(whole).ttl(octet[0]).protocol(octet[1]);
            ipv4.destination(destination).source(source);
            assertThat(ipv4.headerLength()).isEqualTo(header);
            assertThat(ipv4.dscp()).isEqualTo(dscp);
            assertThat(ipv4.ecn()).isEqualTo(ecn);
            assertThat(ipv4.checksum()).isEqualTo(word[0]);
            assertThat(ipv4.totalLength()).isEqualTo(word[1]);
            assertThat(ipv4.identification()).isEqualTo(word[2]);
            assertThat(ipv4.isDontFragment()).isEqualTo(whole);
            assertThat(ipv4.ttl()).isEqualTo(octet[0]);
            assertThat(ipv4.protocol()).isEqualTo(octet[1]);
            assertThat(ipv4.source()).isEqualTo(source);
            assertThat(ipv4.destination()).isEqualTo(destination);
            assertThat(ipv4.updateChecksum().hasValidChecksum()).isTrue();
        }
    }
}
