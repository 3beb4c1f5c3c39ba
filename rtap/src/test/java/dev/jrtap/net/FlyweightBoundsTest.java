// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shortest message of each kind, and what one bit does to a checksum. */
class FlyweightBoundsTest {

    private static final int BEFORE = 3;

    /** Whether the message of {@code length} bytes at {@code at} is complete. */
    private interface Completeness {
        boolean of(Memory memory, int at, int length);
    }

    /** Whether the message at {@code at}, with all the bytes there are behind it, has the checksum that it tells. */
    private interface Checksum {
        boolean isValid(Memory memory, int at);
    }

    private record Shortest(String name, String bytes, Completeness complete) {
        @Override
        public String toString() {
            return name;
        }
    }

    private record Checked(String name, String bytes, Checksum checksum) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Shortest> shortest() {
        return Stream.of(
                new Shortest(
                        "ARP",
                        "0001 0800 06 04 0001 020000000001 0a2a0001 000000000000 0a2a0002",
                        (m, at, length) -> new ArpPacket().wrap(m, at, length).isComplete()),
                new Shortest(
                        "Ethernet",
                        "ffffffffffff 020000000001 0806",
                        (m, at, length) ->
                                new EthernetFrame().wrap(m, at, length).isComplete()),
                new Shortest(
                        "ICMP",
                        "08 00 0000 7274 0007",
                        (m, at, length) -> new IcmpMessage().wrap(m, at, length).isComplete()),
                new Shortest(
                        "ICMPv6",
                        "80 00 0000 7274 0007",
                        (m, at, length) ->
                                new Icmpv6Message().wrap(m, at, length).isComplete()),
                new Shortest(
                        "IPv4",
                        "45 00 0014 1234 4000 40 11 0000 0a2a0001 0a2a0002",
                        (m, at, length) -> new Ipv4Packet().wrap(m, at, length).isComplete()),
                new Shortest(
                        "IPv4, options",
                        "46 00 0018 1234 4000 40 11 0000 0a2a0001 0a2a0002 94040000",
                        (m, at, length) -> new Ipv4Packet().wrap(m, at, length).isComplete()),
                new Shortest(
                        "IPv6",
                        "60000000 0000 3b 40 fe800000000000000000000000000001 fe800000000000000000000000000002",
                        (m, at, length) -> new Ipv6Packet().wrap(m, at, length).isComplete()),
                new Shortest(
                        "IPv6, options",
                        "60000000 0008 00 40 fe800000000000000000000000000001 fe800000000000000000000000000002"
                                + "3b 00 01 04 00000000",
                        (m, at, length) -> new Ipv6Packet().wrap(m, at, length).isComplete()),
                new Shortest(
                        "TCP",
                        "3039 0050 00000001 00000002 50 02 ffff 0000 0000",
                        (m, at, length) -> new TcpSegment().wrap(m, at, length).isComplete()),
                new Shortest(
                        "UDP",
                        "3039 0035 0008 0000",
                        (m, at, length) -> new UdpDatagram().wrap(m, at, length).isComplete()),
                new Shortest(
                        "VLAN",
                        "2007 0800",
                        (m, at, length) -> new VlanTag().wrap(m, at, length).isComplete()));
    }

    @ParameterizedTest
    @MethodSource
    void shortest(Shortest message) {
        Memory bytes = Golden.bytes("aa".repeat(BEFORE) + message.bytes());
        int length = bytes.size() - BEFORE;
        assertThat(message.complete().of(bytes, BEFORE, length)).isTrue();
        for (int cut = 0; cut < length; cut++) {
            assertThat(message.complete().of(bytes.slice(0, BEFORE + cut), BEFORE, cut))
                    .as("%d bytes", cut)
                    .isFalse();
        }
    }

    private static Stream<Checked> oneBitSpoilsTheChecksum() {
        int pseudoHeader = 0x1234;
        Memory tcp = Golden.bytes("3039 0050 00000001 00000002 50 02 ffff 0000 0000 6a7274");
        new TcpSegment().wrap(tcp, 0, tcp.size()).updateChecksum(pseudoHeader);
        Memory udp = Golden.bytes("3039 0035 000b 0000 6a7274");
        new UdpDatagram().wrap(udp, 0, udp.size()).updateChecksum(pseudoHeader);
        Memory icmp = Golden.bytes("08 00 0000 7274 0007 6a7274");
        new IcmpMessage().wrap(icmp, 0, icmp.size()).updateChecksum();
        Memory icmpv6 = Golden.bytes("80 00 0000 7274 0007 6a7274");
        new Icmpv6Message().wrap(icmpv6, 0, icmpv6.size()).updateChecksum(pseudoHeader);
        Memory ipv4 = Golden.bytes("45 b9 0027 1234 4000 40 11 0000 0a2a0001 0a2a0002");
        new Ipv4Packet().wrap(ipv4, 0, ipv4.size()).updateChecksum();
        return Stream.of(
                new Checked(
                        "TCP",
                        Golden.hex(tcp),
                        (m, at) -> new TcpSegment().wrap(m, at, m.size() - at).hasValidChecksum(pseudoHeader)),
                new Checked(
                        "UDP",
                        Golden.hex(udp),
                        (m, at) -> new UdpDatagram().wrap(m, at, m.size() - at).hasValidChecksum(pseudoHeader)),
                new Checked(
                        "ICMP",
                        Golden.hex(icmp),
                        (m, at) -> new IcmpMessage().wrap(m, at, m.size() - at).hasValidChecksum()),
                new Checked(
                        "ICMPv6",
                        Golden.hex(icmpv6),
                        (m, at) ->
                                new Icmpv6Message().wrap(m, at, m.size() - at).hasValidChecksum(pseudoHeader)),
                new Checked(
                        "IPv4",
                        Golden.hex(ipv4),
                        (m, at) -> new Ipv4Packet().wrap(m, at, m.size() - at).hasValidChecksum()));
    }

    /** Except for the lengths, which say how much it covers. */
    @ParameterizedTest
    @MethodSource
    void oneBitSpoilsTheChecksum(Checked message) {
        Memory bytes = Golden.bytes("aa".repeat(BEFORE) + message.bytes());
        assertThat(message.checksum().isValid(bytes, BEFORE)).isTrue();
        for (int at = BEFORE; at < bytes.size(); at++) {
            boolean isLength = message.name().equals("UDP") && (at - BEFORE) / 2 == 2
                    || message.name().equals("IPv4") && at == BEFORE;
            for (int bit = 0; bit < Byte.SIZE && !isLength; bit++) {
                bytes.putI8(at, bytes.getU8(at) ^ 1 << bit);
                assertThat(message.checksum().isValid(bytes, BEFORE))
                        .as("bit %d of byte %d", bit, at)
                        .isFalse();
                bytes.putI8(at, bytes.getU8(at) ^ 1 << bit);
            }
        }
    }
}
