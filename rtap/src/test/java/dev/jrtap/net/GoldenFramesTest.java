// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames as they were on the wire, read, answered, and cut short. */
class GoldenFramesTest {

    private static final String ARP_REQUEST =
            "ffffffffffff 020000000001 0806" + "0001 0800 06 04 0001 020000000001 0a2a0001 000000000000 0a2a0002";
    private static final String ARP_REPLY =
            "ffffffffffff 020000000001 0806" + "0001 0800 06 04 0002 02000a2a0002 0a2a0002 020000000001 0a2a0001";
    private static final String ECHO_REQUEST = "020000000002 020000000001 0800"
            + "4500 0020 1234 4000 40 01 1447 0a2a0001 0a2a0002 0800 3acc 7274 0007 01020304";

    private final EthernetFrame ethernet = new EthernetFrame();
    private final ArpPacket arp = new ArpPacket();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final IcmpMessage icmp = new IcmpMessage();

    @Test
    void readsAndAnswersArp() {
        Memory frame = bytes(ARP_REQUEST);
        ethernet.wrap(frame, 0, frame.size());
        arp.wrap(frame, ethernet.payloadOffset(), ethernet.payloadLength());

        assertThat(ethernet.type()).isEqualTo(EthernetFrame.ARP);
        assertThat(ethernet.destination()).isEqualTo(MacAddress.BROADCAST);
        assertThat(arp.isComplete()).isTrue();
        assertThat(arp.operation()).isEqualTo(ArpPacket.REQUEST);
        assertThat(arp.senderMac()).isEqualTo(0x020000000001L);
        assertThat(arp.senderIp()).isEqualTo(0x0a2a0001);
        assertThat(arp.targetIp()).isEqualTo(0x0a2a0002);

        arp.answer(0x02000a2a0002L);
        assertThat(hex(frame)).isEqualTo(ARP_REPLY.replace(" ", ""));
    }

    @Test
    void readsAndAnswersEcho() {
        Memory frame = bytes(ECHO_REQUEST);
        ethernet.wrap(frame, 0, frame.size());
        ipv4.wrap(frame, ethernet.payloadOffset(), ethernet.payloadLength());
        assertThat(ipv4.isComplete()).isTrue();
        assertThat(ipv4.isFragment()).isFalse();
        assertThat(ipv4.protocol()).isEqualTo(Ipv4Packet.ICMP);
        assertThat(ipv4.source()).isEqualTo(0x0a2a0001);
        assertThat(ipv4.destination()).isEqualTo(0x0a2a0002);

        icmp.wrap(frame, ipv4.payloadOffset(), ipv4.payloadLength());
        assertThat(icmp.type()).isEqualTo(IcmpMessage.ECHO_REQUEST);
        assertThat(icmp.identifier()).isEqualTo(0x7274);
        assertThat(icmp.sequence()).isEqualTo(7);

        icmp.updateChecksum();
        icmp.answer();
        int corrected = icmp.checksum();
        assertThat(corrected).isEqualTo(icmp.updateChecksum().checksum());
        assertThat(ethernet.swapAddresses().source()).isEqualTo(0x020000000002L);
        assertThat(ipv4.swapAddresses().source()).isEqualTo(0x0a2a0002);
    }

    @Test
    void refusesEveryTruncation() {
        Memory arpFrame = bytes(ARP_REQUEST);
        for (int length = 0; length < ArpPacket.LENGTH; length++) {
            assertThat(arp.wrap(arpFrame, 14, length).isComplete()).isFalse();
        }
        Memory echo = bytes(ECHO_REQUEST);
        for (int length = 0; length < 32; length++) {
            assertThat(ipv4.wrap(echo, 14, length).isComplete()).isFalse();
        }
        for (int length = 0; length < IcmpMessage.HEADER_LENGTH; length++) {
            assertThat(icmp.wrap(echo, 34, length).isComplete()).isFalse();
        }
        for (int length = 0; length < EthernetFrame.HEADER_LENGTH; length++) {
            assertThat(ethernet.wrap(echo, 0, length).isComplete()).isFalse();
        }
    }

    /** RFC 1071, section 3: the bytes 00 01 f2 03 f4 f5 f6 f7 sum to ddf2. */
    @Test
    void sumsTheExampleOfTheRfc() {
        assertThat(InternetChecksum.of(bytes("0001f203f4f5f6f7"), 0, 8)).isEqualTo(~0xddf2 & 0xffff);
    }

    @Test
    void correctsTheChecksumAsRecomputingDoes() {
        Random random = new Random(1);
        Memory message = Memory.allocate(41);
        for (int round = 0; round < 10_000; round++) {
            for (int i = 0; i < message.size(); i++) {
                message.putI8(i, random.nextInt());
            }
            int length = 8 + random.nextInt(34);
            icmp.wrap(message, 0, length).type(IcmpMessage.ECHO_REQUEST);
            message.putI8(1, 0);
            icmp.updateChecksum().answer();
            // A sum of nothing but ones and one of nothing but zeros are the same number to the receiver.
            assertThat(InternetChecksum.of(message, 0, length)).isIn(0, 0xffff);
        }
    }

    private static Memory bytes(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        Memory memory = Memory.allocate(bytes.length);
        memory.putBytes(0, bytes, 0, bytes.length);
        return memory;
    }

    private static String hex(Memory memory) {
        byte[] bytes = new byte[memory.size()];
        memory.getBytes(0, bytes, 0, bytes.length);
        return HexFormat.of().formatHex(bytes);
    }
}
