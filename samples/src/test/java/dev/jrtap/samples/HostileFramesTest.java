// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.net.ArpPacket;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.syscall.Syscalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames as a hostile neighbor sends them: which are answered, and that every answer is right. No device is needed.
 */
@Tag("any-kernel")
class HostileFramesTest {

    private static final boolean ANSWERED = true;
    private static final boolean SILENT = false;

    private PacketPool pool;
    private Burst burst;
    private final Answer answer = new Ipv4Echo(new Ipv4Station(HostileFrame.MAC, HostileFrame.ADDRESS, 24));

    @BeforeEach
    void open() throws Exception {
        pool = PacketPool.create(Syscalls.libc(), 4, 2048);
        burst = new Burst(pool, 1);
    }

    @AfterEach
    void close() {
        burst.release();
        pool.close();
    }

    private static Arguments row(String name, HostileFrame frame, boolean answered) {
        return Arguments.of(name, frame.bytes(), answered);
    }

    private static Arguments cut(String name, HostileFrame frame, int length) {
        return Arguments.of(name + " of " + length + " bytes", Arrays.copyOf(frame.bytes(), length), SILENT);
    }

    static Stream<Arguments> frames() {
        List<Arguments> rows = new ArrayList<>();
        arps(rows);
        packets(rows);
        addresses(rows);
        return rows.stream();
    }

    private static void arps(List<Arguments> rows) {
        rows.add(row("plain arp", HostileFrame.arp(), ANSWERED));
        rows.add(row("arp probe", HostileFrame.arp().but(m -> m.putI32Be(HostileFrame.SENDER_IP, 0)), ANSWERED));
        rows.add(row("arp unicast request", HostileFrame.arp().mac(0, HostileFrame.MAC), ANSWERED));
        rows.add(row(
                "arp for another",
                HostileFrame.arp().but(m -> m.putI32Be(HostileFrame.TARGET_IP, 0x0a2a0003)),
                SILENT));
        rows.add(row(
                "arp of its own address",
                HostileFrame.arp().but(m -> m.putI32Be(HostileFrame.SENDER_IP, HostileFrame.ADDRESS)),
                SILENT));
        rows.add(row("arp reply", HostileFrame.arp().but(m -> m.putI16Be(20, 2)), SILENT));
        rows.add(row("arp operation 7", HostileFrame.arp().but(m -> m.putI16Be(20, 7)), SILENT));
        rows.add(row(
                "arp sender mac multicast", HostileFrame.arp().mac(HostileFrame.SENDER_MAC, 0x01005e000001L), SILENT));
        rows.add(row(
                "arp sender mac broadcast",
                HostileFrame.arp().mac(HostileFrame.SENDER_MAC, HostileFrame.BROADCAST),
                SILENT));
        rows.add(row("arp frame source multicast", HostileFrame.arp().mac(6, 0x01005e000001L), SILENT));
        rows.add(row(
                "arp sender mac its own", HostileFrame.arp().mac(HostileFrame.SENDER_MAC, HostileFrame.MAC), SILENT));
        rows.add(row(
                "arp sender mac not the frame's",
                HostileFrame.arp().mac(HostileFrame.SENDER_MAC, 0x021111111111L),
                ANSWERED));
        rows.add(row("arp to a foreign mac", HostileFrame.arp().mac(0, HostileFrame.FOREIGN), SILENT));
        rows.add(row("arp to a group", HostileFrame.arp().mac(0, 0x01005e000001L), SILENT));
        rows.add(row(
                "arp sender ip broadcast",
                HostileFrame.arp().but(m -> m.putI32Be(HostileFrame.SENDER_IP, -1)),
                SILENT));
        rows.add(row("arp hardware length 8", HostileFrame.arp().but(m -> m.putI8(18, 8)), SILENT));
        rows.add(row("arp hardware type 6", HostileFrame.arp().but(m -> m.putI16Be(14, 6)), SILENT));
        for (int length : new int[] {14, 15, 20, 28, 41}) {
            rows.add(cut("arp", HostileFrame.arp(), length));
        }
    }

    private static void packets(List<Arguments> rows) {
        rows.add(row("plain ping", HostileFrame.ping(32), ANSWERED));
        for (int length : new int[] {14, 15, 33, 34, 41}) {
            rows.add(cut("ping", HostileFrame.ping(32), length));
        }
        rows.add(row("wrong IP checksum", HostileFrame.ping(32).but(m -> m.putI16Be(24, 0x1234)), SILENT));
        rows.add(row("wrong ICMP checksum", HostileFrame.ping(32).but(m -> m.putI16Be(36, 0x1234)), SILENT));
        rows.add(row(
                "total length beyond the frame",
                HostileFrame.ping(32).but(m -> m.putI16Be(16, 200)).ipSum(),
                SILENT));
        rows.add(row(
                "total length below the header",
                HostileFrame.ping(32).but(m -> m.putI16Be(16, 10)).ipSum(),
                SILENT));
        rows.add(row(
                "total length short of ICMP",
                HostileFrame.ping(32).but(m -> m.putI16Be(16, 24)).ipSum(),
                SILENT));
        rows.add(row("header length 16", HostileFrame.ping(32).but(m -> m.putI8(14, 0x44)), SILENT));
        rows.add(row("header length 60, no room", HostileFrame.ping(12).but(m -> m.putI8(14, 0x4f)), SILENT));
        rows.add(row("version 6 in an IPv4 frame", HostileFrame.ping(32).but(m -> m.putI8(14, 0x65)), SILENT));
        rows.add(row("trailing padding", HostileFrame.padded(0), ANSWERED));
        rows.add(row("trailing padding, not zero", HostileFrame.padded('Z'), ANSWERED));
        rows.add(row("option NOP", HostileFrame.ping(new byte[] {1, 1, 1, 0}, 8), ANSWERED));
        byte[] route = new byte[16];
        route[0] = 7;
        route[1] = 15;
        route[2] = 4;
        rows.add(row("option record route", HostileFrame.ping(route, 8), ANSWERED));
        byte[] loose = {(byte) 131, 7, 4, 10, 42, 0, 9, 0};
        rows.add(row("option loose source route", HostileFrame.ping(loose, 8), SILENT));
        byte[] strict = {(byte) 137, 7, 4, 10, 42, 0, 9, 0};
        rows.add(row("option strict source route", HostileFrame.ping(strict, 8), SILENT));
        rows.add(row("option of length 0", HostileFrame.ping(new byte[] {7, 0, 0, 0}, 8), SILENT));
        rows.add(row("option beyond the header", HostileFrame.ping(new byte[] {7, 39, 4, 0}, 8), SILENT));
        rows.add(row("first fragment", HostileFrame.ip(20, 0x20), SILENT));
        rows.add(row("later fragment", HostileFrame.ip(21, 2), SILENT));
        rows.add(row("reserved flag", HostileFrame.ip(20, 0x80), ANSWERED));
        rows.add(row("TTL 0", HostileFrame.ip(22, 0), ANSWERED));
        rows.add(row("TTL 1", HostileFrame.ip(22, 1), ANSWERED));
        rows.add(row("echo with code 5", HostileFrame.icmp(8, 5), ANSWERED));
        rows.add(row("echo reply", HostileFrame.icmp(0, 0), SILENT));
        rows.add(row("timestamp request", HostileFrame.icmp(13, 0), SILENT));
        rows.add(row("ICMP without data", HostileFrame.ping(0), ANSWERED));
        rows.add(row("ICMP of odd length", HostileFrame.ping(3), ANSWERED));
        HostileFrame special = HostileFrame.ping(0);
        special.icmp().identifier(0xf7ff).sequence(0);
        rows.add(row("ICMP whose sum is 0xffff", special.sums(), ANSWERED));
        HostileFrame zero = HostileFrame.ping(0);
        zero.icmp().identifier(0).sequence(0);
        rows.add(row("ICMP of nothing but zeros", zero.sums(), ANSWERED));
        rows.add(row("the longest", HostileFrame.ping(1472), ANSWERED));
    }

    private static void addresses(List<Arguments> rows) {
        rows.add(row("source its own address", HostileFrame.from(HostileFrame.ADDRESS), SILENT));
        rows.add(row("source 255.255.255.255", HostileFrame.from(-1), SILENT));
        rows.add(row("source directed broadcast", HostileFrame.from(0x0a2a00ff), SILENT));
        rows.add(row("source network address", HostileFrame.from(0x0a2a0000), SILENT));
        rows.add(row("source multicast", HostileFrame.from(0xe0000001), SILENT));
        rows.add(row("source class E", HostileFrame.from(0xf0000001), SILENT));
        rows.add(row("source 0.0.0.0", HostileFrame.from(0), SILENT));
        rows.add(row("source 0.1.2.3", HostileFrame.from(0x00010203), SILENT));
        rows.add(row("source 127.0.0.1", HostileFrame.from(0x7f000001), SILENT));
        rows.add(row("source beyond the subnet", HostileFrame.from(0xc0000201), ANSWERED));
        rows.add(row("to the directed broadcast", HostileFrame.to(0x0a2a00ff, HostileFrame.BROADCAST), SILENT));
        rows.add(row("to 255.255.255.255", HostileFrame.to(-1, HostileFrame.BROADCAST), SILENT));
        rows.add(row("link-layer broadcast", HostileFrame.ping(8).mac(0, HostileFrame.BROADCAST), SILENT));
        rows.add(row("link-layer multicast", HostileFrame.ping(8).mac(0, 0x01005e000001L), SILENT));
        rows.add(row("foreign mac", HostileFrame.ping(8).mac(0, HostileFrame.FOREIGN), SILENT));
        rows.add(row("source mac broadcast", HostileFrame.ping(8).mac(6, HostileFrame.BROADCAST), SILENT));
        rows.add(row("source mac its own", HostileFrame.ping(8).mac(6, HostileFrame.MAC), SILENT));
        rows.add(row("VLAN tagged", HostileFrame.ping(8).but(m -> m.putI16Be(12, 0x8100)), SILENT));
        rows.add(row("two tags", HostileFrame.ping(8).but(m -> m.putI16Be(12, 0x88a8)), SILENT));
        rows.add(row("UDP", HostileFrame.ip(23, 17), SILENT));
        rows.add(row("IPv6", HostileFrame.ping(8).but(m -> m.putI16Be(12, 0x86dd)), SILENT));
        rows.add(row("length in place of a type", HostileFrame.ping(8).but(m -> m.putI16Be(12, 50)), SILENT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void isAnsweredOrNot(String name, byte[] frame, boolean answered) {
        assertThat(answer(frame)).as(name).isEqualTo(answered);
        byte[] now = bytes();
        if (answered) {
            assertRight(frame, now);
        } else {
            assertThat(now).isEqualTo(frame);
        }
    }

    private boolean answer(byte[] frame) {
        burst.release();
        burst.add();
        burst.length(0, frame.length);
        burst.memory().putBytes(burst.offset(0), frame, 0, frame.length);
        return answer.answer(burst, 0);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[burst.length(0)];
        burst.memory().getBytes(burst.offset(0), bytes, 0, bytes.length);
        return bytes;
    }

    private void assertRight(byte[] request, byte[] reply) {
        EthernetFrame ethernet = new EthernetFrame().wrap(burst.memory(), burst.offset(0), reply.length);
        assertThat(ethernet.source()).isEqualTo(HostileFrame.MAC);
        if (ethernet.type() == EthernetFrame.ARP) {
            ArpPacket arp = new ArpPacket().wrap(burst.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
            assertThat(arp.operation()).isEqualTo(ArpPacket.REPLY);
            assertThat(arp.senderMac()).isEqualTo(HostileFrame.MAC);
            assertThat(arp.senderIp()).isEqualTo(HostileFrame.ADDRESS);
            assertThat(arp.targetMac()).isEqualTo(ethernet.destination());
            return;
        }
        Ipv4Packet ipv4 = new Ipv4Packet().wrap(burst.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        assertThat(ethernet.destination()).isEqualTo(HostileFrame.HOST_MAC);
        assertThat(ipv4.hasValidChecksum()).isTrue();
        assertThat(ipv4.ttl()).isEqualTo(64);
        assertThat(ipv4.source()).isEqualTo(HostileFrame.ADDRESS);
        IcmpMessage icmp = new IcmpMessage().wrap(burst.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
        assertThat(icmp.type()).isEqualTo(IcmpMessage.ECHO_REPLY);
        assertThat(icmp.hasValidChecksum()).isTrue();
        int data = icmp.payloadOffset() - burst.offset(0);
        assertThat(Arrays.copyOfRange(reply, data, reply.length))
                .isEqualTo(Arrays.copyOfRange(request, data, request.length));
    }

    @Test
    void theRouteIsRecorded() {
        byte[] route = new byte[16];
        route[0] = 7;
        route[1] = 15;
        route[2] = 4;
        assertThat(answer(HostileFrame.ping(route, 8).bytes())).isTrue();
        assertThat(Arrays.copyOfRange(bytes(), 34, 50))
                .containsExactly(7, 15, 8, 10, 42, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Bytes changed at random, and cut at random: whatever is answered is right. */
    @Test
    void everyAnswerToAMutatedFrameIsRight() {
        Random random = new Random(7);
        byte[][] bases = {HostileFrame.arp().bytes(), HostileFrame.ping(32).bytes()};
        int answered = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] frame = bases[i % 2].clone();
            for (int k = random.nextInt(4); k > 0; k--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                frame = Arrays.copyOf(frame, 14 + random.nextInt(frame.length));
            }
            if (answer(frame)) {
                answered++;
                EthernetFrame ethernet = new EthernetFrame().wrap(burst.memory(), burst.offset(0), frame.length);
                assertThat(ethernet.source()).isEqualTo(HostileFrame.MAC);
                if (ethernet.type() == EthernetFrame.IPV4) {
                    Ipv4Packet ipv4 =
                            new Ipv4Packet().wrap(burst.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
                    assertThat(ipv4.hasValidChecksum()).isTrue();
                    assertThat(ipv4.source()).isEqualTo(HostileFrame.ADDRESS);
                }
            }
        }
        assertThat(answered).isPositive();
    }
}
