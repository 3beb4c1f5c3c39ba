// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Ipv6PacketTest {

    /** With a hop-by-hop header and that of an atomic fragment, around an echo request. */
    private static final String GOLDEN = "6b954321 001f 00 40"
            + "fe800000000000000000000000000001 fe800000000000000000000000000002"
            + "2c00050200000100 3a00000000000001"
            + "8000bc4072740007 6a727461702105";

    private static final int EXTENSIONS_END = 56;

    private final Ipv6Packet ipv6 = new Ipv6Packet();

    @Test
    void readsTheGoldenPacket() {
        Memory golden = Golden.bytes(GOLDEN + "0000");
        ipv6.wrap(golden, 0, golden.size());

        assertThat(ipv6.isComplete()).isTrue();
        assertThat(ipv6.trafficClass()).isEqualTo(0xb9);
        assertThat(ipv6.ecn()).isEqualTo(1);
        assertThat(ipv6.flowLabel()).isEqualTo(0x54321);
        assertThat(ipv6.bodyLength()).isEqualTo(31);
        assertThat(ipv6.nextHeader()).isZero();
        assertThat(ipv6.hopLimit()).isEqualTo(64);
        assertThat(ipv6.sourceHigh()).isEqualTo(0xfe80L << 48);
        assertThat(ipv6.sourceLow()).isEqualTo(1);
        assertThat(ipv6.destinationHigh()).isEqualTo(0xfe80L << 48);
        assertThat(ipv6.destinationLow()).isEqualTo(2);
        assertThat(ipv6.protocol()).isEqualTo(Ipv6Packet.ICMPV6);
        assertThat(ipv6.isFragment()).isFalse();
        assertThat(ipv6.payloadOffset()).isEqualTo(EXTENSIONS_END);
        assertThat(ipv6.payloadLength()).isEqualTo(15);
        assertThat(ipv6).hasToString("fe80::1 > fe80::2 protocol 58, 71 bytes");
        assertThat(ipv6.memory()).isSameAs(golden);

        golden.putI8(51, 1); // more fragments
        assertThat(ipv6.wrap(golden, 0, golden.size()).isFragment()).isTrue();
    }

    @Test
    void writesTheGoldenPacket() {
        Memory painted = Golden.paintedBefore(GOLDEN, Ipv6Packet.HEADER_LENGTH);
        assertThat(ipv6.wrap(painted, 0, painted.size())
                        .version(0xb9, 0x54321)
                        .bodyLength(31)
                        .nextHeader(0)
                        .hopLimit(64)
                        .source(0xfe80L << 48, 2)
                        .destination(0xfe80L << 48, 1)
                        .swapAddresses())
                .isSameAs(ipv6);

        assertThat(Golden.hex(painted)).isEqualTo(Golden.hex(GOLDEN));
    }

    @Test
    void refusesEveryTruncationAndHeadersThatAreTooLong() {
        Memory golden = Golden.bytes(GOLDEN);
        for (int length = 0; length < golden.size(); length++) {
            assertThat(ipv6.wrap(golden, 0, length).isComplete()).isFalse();
            assertThat(ipv6.hasHeader()).as("header in %d bytes", length).isEqualTo(length >= EXTENSIONS_END);
        }
        for (int body = 0; body < 16; body++) {
            assertThat(ipv6.wrap(golden, 0, golden.size()).bodyLength(body).isComplete())
                    .isFalse();
        }
        ipv6.bodyLength(31);
        golden.putI8(41, 200);
        assertThat(ipv6.wrap(golden, 0, golden.size()).isComplete()).isFalse();
        golden.putI8(41, 0);
        golden.putI8(0, 0x45);
        assertThat(ipv6.wrap(golden, 0, golden.size()).isComplete()).isFalse();
    }

    @Test
    void roundTripsRandomFields() {
        Random random = new Random(5);
        ipv6.wrap(Golden.painted(64), 2, 60);
        for (int round = 0; round < Golden.ROUNDS; round++) {
            int traffic = random.nextInt(0x100);
            int flow = random.nextInt(0x100000);
            int body = random.nextInt(0x10000);
            int next = random.nextInt(0x100);
            int hops = random.nextInt(0x100);
            long[] address = random.longs(4).toArray();
            ipv6.destination(address[2], address[3]).source(address[0], address[1]);
            ipv6.hopLimit(hops).nextHeader(next).bodyLength(body).version(traffic, flow);
            assertThat(ipv6.trafficClass()).isEqualTo(traffic);
            assertThat(ipv6.flowLabel()).isEqualTo(flow);
            assertThat(ipv6.bodyLength()).isEqualTo(body);
            assertThat(ipv6.nextHeader()).isEqualTo(next);
            assertThat(ipv6.hopLimit()).isEqualTo(hops);
            assertThat(ipv6.sourceHigh()).isEqualTo(address[0]);
            assertThat(ipv6.sourceLow()).isEqualTo(address[1]);
            assertThat(ipv6.destinationHigh()).isEqualTo(address[2]);
            assertThat(ipv6.destinationLow()).isEqualTo(address[3]);
        }
    }

    /** Its length counts units of four bytes, all others' of eight (RFC 4302, 2.2). */
    @Test
    void stepsOverAnAuthenticationHeader() {
        Memory memory = Memory.allocate(80);
        ipv6.wrap(memory, 0, 80).version(0, 0).bodyLength(40).nextHeader(51);
        memory.putI8(40, 17);
        memory.putI8(41, 4);
        assertThat(ipv6.isComplete()).isTrue();
        assertThat(ipv6.extensionLength()).isEqualTo(24);
        assertThat(ipv6.protocol()).isEqualTo(17);

        assertThat(ipv6.nextHeader(6).protocol()).as("walked anew").isEqualTo(6);
        assertThat(ipv6.extensionLength()).isZero();
    }

    /** Where others have their length, it has a reserved byte, which is ignored (RFC 8200, 4.5). */
    @Test
    void theHeaderOfAFragmentHasOneLength() {
        Memory golden = Golden.bytes(GOLDEN);
        golden.putI8(EXTENSIONS_END - 7, 0x77);
        ipv6.wrap(golden, 0, golden.size());
        assertThat(ipv6.payloadOffset()).isEqualTo(EXTENSIONS_END);
        assertThat(ipv6.protocol()).isEqualTo(Ipv6Packet.ICMPV6);
    }

    @Test
    void aFlowLabelHasTwentyBits() {
        ipv6.wrap(Memory.allocate(40), 0, 40).version(0, 0xfff1_2345);
        assertThat(ipv6.trafficClass()).isZero();
        assertThat(ipv6.flowLabel()).isEqualTo(0x1_2345);
    }

    /** Its length has 32 bits: a jumbogram's, or a super-packet's. */
    @Test
    void thePseudoHeaderHasALengthOfTwoWords() {
        ipv6.wrap(Memory.allocate(40), 0, 40).version(0, 0).nextHeader(6);
        assertThat(ipv6.pseudoHeaderSum(0x7_0009)).isEqualTo(7 + 9 + 6);
    }

    /** Whatever the bytes are, the walk over them ends inside the packet. */
    @Test
    void staysInsideWhateverTheBytesAre() {
        Random random = new Random(6);
        int[] headers = {0, 43, 44, 51, 60, 135, 6};
        for (int round = 0; round < 50 * Golden.ROUNDS; round++) {
            int length = 40 + random.nextInt(64);
            Memory memory = Memory.allocate(length);
            for (int at = 0; at < length; at++) {
                memory.putI8(at, random.nextInt(3) == 0 ? headers[random.nextInt(headers.length)] : random.nextInt(4));
            }
            ipv6.wrap(memory, 0, length)
                    .version(0, 0)
                    .bodyLength(random.nextInt(80))
                    .nextHeader(headers[round % 7]);
            if (ipv6.isComplete()) {
                assertThat(ipv6.payloadLength()).isNotNegative();
                assertThat(ipv6.payloadOffset() + ipv6.payloadLength()).isLessThanOrEqualTo(length);
            }
        }
    }
}
