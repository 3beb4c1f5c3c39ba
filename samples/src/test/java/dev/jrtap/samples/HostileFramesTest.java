// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.memory.Memory;
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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames as a hostile neighbor sends them: which are answered, and that every answer is right. No device is needed.
 */
class HostileFramesTest {

    private static final long HOST_MAC = 0x020000000001L;
    private static final long MAC = 0x02000a2a0002L;
    private static final long BROADCAST = 0xffffffffffffL;
    private static final long FOREIGN = 0x029999999999L;
    private static final int HOST = 0x0a2a0001;
    private static final int ADDRESS = 0x0a2a0002;
    private static final boolean ANSWERED = true;
    private static final boolean SILENT = false;

    private static final int SOURCE = 26;
    private static final int DESTINATION = 30;
    private static final int SENDER_MAC = 22;
    private static final int SENDER_IP = 28;
    private static final int TARGET_IP = 38;

    private PacketPool pool;
    private Burst burst;
    private final Answer answer = new Ipv4Echo(new Ipv4Station(MAC, ADDRESS, 24));

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

    /** A frame under construction; checksums are made when it is taken, so that one can be spoilt afterwards. */
    private static final class Frame {

        final Memory memory;
        private final int options;
        private final int length;

        private Frame(int options, int length) {
            this.options = options;
            this.length = length;
            this.memory = Memory.allocate(length);
        }

        static Frame ping(int payload) {
            return ping(new byte[0], payload);
        }

        static Frame ping(byte[] options, int payload) {
            Frame frame = new Frame(options.length, 42 + options.length + payload);
            Memory memory = frame.memory;
            new EthernetFrame()
                    .wrap(memory, 0, frame.length)
                    .destination(MAC)
                    .source(HOST_MAC)
                    .type(EthernetFrame.IPV4);
            memory.putBytes(34, options, 0, options.length);
            frame.ipv4()
                    .headerLength(20 + options.length)
                    .totalLength(frame.length - 14)
                    .ttl(64)
                    .protocol(Ipv4Packet.ICMP)
                    .source(HOST)
                    .destination(ADDRESS);
            frame.icmp().type(IcmpMessage.ECHO_REQUEST).identifier(1).sequence(2);
            for (int i = 0; i < payload; i++) {
                memory.putI8(42 + options.length + i, 'a' + i % 8);
            }
            return frame.sums();
        }

        static Frame arp() {
            Frame frame = new Frame(0, 42);
            Memory memory = frame.memory;
            new EthernetFrame()
                    .wrap(memory, 0, 42)
                    .destination(BROADCAST)
                    .source(HOST_MAC)
                    .type(EthernetFrame.ARP);
            new ArpPacket()
                    .wrap(memory, 14, 28)
                    .ipv4OverEthernet()
                    .operation(ArpPacket.REQUEST)
                    .senderMac(HOST_MAC)
                    .senderIp(HOST)
                    .targetIp(ADDRESS);
            return frame;
        }

        Ipv4Packet ipv4() {
            return new Ipv4Packet().wrap(memory, 14, length - 14);
        }

        IcmpMessage icmp() {
            return new IcmpMessage().wrap(memory, 34 + options, length - 34 - options);
        }

        Frame sums() {
            icmp().updateChecksum();
            return ipSum();
        }

        Frame ipSum() {
            ipv4().updateChecksum();
            return this;
        }

        Frame but(Consumer<Memory> change) {
            change.accept(memory);
            return this;
        }

        Frame mac(int at, long mac) {
            memory.putI16Be(at, (int) (mac >>> 32));
            memory.putI32Be(at + 2, (int) mac);
            return this;
        }

        byte[] bytes() {
            byte[] bytes = new byte[length];
            memory.getBytes(0, bytes, 0, length);
            return bytes;
        }
    }

    private static Arguments row(String name, Frame frame, boolean answered) {
        return Arguments.of(name, frame.bytes(), answered);
    }

    private static Arguments cut(String name, Frame frame, int length) {
        return Arguments.of(name + " of " + length + " bytes", Arrays.copyOf(frame.bytes(), length), SILENT);
    }

    private static Frame from(int source) {
        return Frame.ping(8).but(m -> m.putI32Be(SOURCE, source)).ipSum();
    }

    private static Frame to(int destination, long mac) {
        return Frame.ping(8)
                .but(m -> m.putI32Be(DESTINATION, destination))
                .mac(0, mac)
                .ipSum();
    }

    private static Frame ip(int at, int value) {
        return Frame.ping(32).but(m -> m.putI8(at, value)).ipSum();
    }

    private static Frame icmp(int type, int code) {
        Frame frame = Frame.ping(8);
        frame.icmp().type(type).code(code);
        return frame.sums();
    }

    private static Frame padded(int with) {
        Frame short60 = Frame.ping(18);
        short60.ipv4().totalLength(28);
        new IcmpMessage().wrap(short60.memory, 34, 8).updateChecksum();
        for (int at = 42; at < 60; at++) {
            short60.memory.putI8(at, with);
        }
        return short60.ipSum();
    }

    static Stream<Arguments> frames() {
        List<Arguments> rows = new ArrayList<>();
        arps(rows);
        packets(rows);
        addresses(rows);
        return rows.stream();
    }

    private static void arps(List<Arguments> rows) {
        rows.add(row("plain arp", Frame.arp(), ANSWERED));
        rows.add(row("arp probe", Frame.arp().but(m -> m.putI32Be(SENDER_IP, 0)), ANSWERED));
        rows.add(row("arp unicast request", Frame.arp().mac(0, MAC), ANSWERED));
        rows.add(row("arp for another", Frame.arp().but(m -> m.putI32Be(TARGET_IP, 0x0a2a0003)), SILENT));
        rows.add(row("arp of its own address", Frame.arp().but(m -> m.putI32Be(SENDER_IP, ADDRESS)), SILENT));
        rows.add(row("arp reply", Frame.arp().but(m -> m.putI16Be(20, 2)), SILENT));
        rows.add(row("arp operation 7", Frame.arp().but(m -> m.putI16Be(20, 7)), SILENT));
        rows.add(row("arp sender mac multicast", Frame.arp().mac(SENDER_MAC, 0x01005e000001L), SILENT));
        rows.add(row("arp sender mac broadcast", Frame.arp().mac(SENDER_MAC, BROADCAST), SILENT));
        rows.add(row("arp frame source multicast", Frame.arp().mac(6, 0x01005e000001L), SILENT));
        rows.add(row("arp sender mac its own", Frame.arp().mac(SENDER_MAC, MAC), SILENT));
        rows.add(row("arp sender mac not the frame's", Frame.arp().mac(SENDER_MAC, 0x021111111111L), ANSWERED));
        rows.add(row("arp to a foreign mac", Frame.arp().mac(0, FOREIGN), SILENT));
        rows.add(row("arp to a group", Frame.arp().mac(0, 0x01005e000001L), SILENT));
        rows.add(row("arp sender ip broadcast", Frame.arp().but(m -> m.putI32Be(SENDER_IP, -1)), SILENT));
        rows.add(row("arp hardware length 8", Frame.arp().but(m -> m.putI8(18, 8)), SILENT));
        rows.add(row("arp hardware type 6", Frame.arp().but(m -> m.putI16Be(14, 6)), SILENT));
        for (int length : new int[] {14, 15, 20, 28, 41}) {
            rows.add(cut("arp", Frame.arp(), length));
        }
    }

    private static void packets(List<Arguments> rows) {
        rows.add(row("plain ping", Frame.ping(32), ANSWERED));
        for (int length : new int[] {14, 15, 33, 34, 41}) {
            rows.add(cut("ping", Frame.ping(32), length));
        }
        rows.add(row("wrong IP checksum", Frame.ping(32).but(m -> m.putI16Be(24, 0x1234)), SILENT));
        rows.add(row("wrong ICMP checksum", Frame.ping(32).but(m -> m.putI16Be(36, 0x1234)), SILENT));
        rows.add(row(
                "total length beyond the frame",
                Frame.ping(32).but(m -> m.putI16Be(16, 200)).ipSum(),
                SILENT));
        rows.add(row(
                "total length below the header",
                Frame.ping(32).but(m -> m.putI16Be(16, 10)).ipSum(),
                SILENT));
        rows.add(row(
                "total length short of ICMP",
                Frame.ping(32).but(m -> m.putI16Be(16, 24)).ipSum(),
                SILENT));
        rows.add(row("header length 16", Frame.ping(32).but(m -> m.putI8(14, 0x44)), SILENT));
        rows.add(row("header length 60, no room", Frame.ping(12).but(m -> m.putI8(14, 0x4f)), SILENT));
        rows.add(row("version 6 in an IPv4 frame", Frame.ping(32).but(m -> m.putI8(14, 0x65)), SILENT));
        rows.add(row("trailing padding", padded(0), ANSWERED));
        rows.add(row("trailing padding, not zero", padded('Z'), ANSWERED));
        rows.add(row("option NOP", Frame.ping(new byte[] {1, 1, 1, 0}, 8), ANSWERED));
        byte[] route = new byte[16];
        route[0] = 7;
        route[1] = 15;
        route[2] = 4;
        rows.add(row("option record route", Frame.ping(route, 8), ANSWERED));
        byte[] loose = {(byte) 131, 7, 4, 10, 42, 0, 9, 0};
        rows.add(row("option loose source route", Frame.ping(loose, 8), SILENT));
        byte[] strict = {(byte) 137, 7, 4, 10, 42, 0, 9, 0};
        rows.add(row("option strict source route", Frame.ping(strict, 8), SILENT));
        rows.add(row("option of length 0", Frame.ping(new byte[] {7, 0, 0, 0}, 8), SILENT));
        rows.add(row("option beyond the header", Frame.ping(new byte[] {7, 39, 4, 0}, 8), SILENT));
        rows.add(row("first fragment", ip(20, 0x20), SILENT));
        rows.add(row("later fragment", ip(21, 2), SILENT));
        rows.add(row("reserved flag", ip(20, 0x80), ANSWERED));
        rows.add(row("TTL 0", ip(22, 0), ANSWERED));
        rows.add(row("TTL 1", ip(22, 1), ANSWERED));
        rows.add(row("echo with code 5", icmp(8, 5), ANSWERED));
        rows.add(row("echo reply", icmp(0, 0), SILENT));
        rows.add(row("timestamp request", icmp(13, 0), SILENT));
        rows.add(row("ICMP without data", Frame.ping(0), ANSWERED));
        rows.add(row("ICMP of odd length", Frame.ping(3), ANSWERED));
        Frame special = Frame.ping(0);
        special.icmp().identifier(0xf7ff).sequence(0);
        rows.add(row("ICMP whose sum is 0xffff", special.sums(), ANSWERED));
        Frame zero = Frame.ping(0);
        zero.icmp().identifier(0).sequence(0);
        rows.add(row("ICMP of nothing but zeros", zero.sums(), ANSWERED));
        rows.add(row("the longest", Frame.ping(1472), ANSWERED));
    }

    private static void addresses(List<Arguments> rows) {
        rows.add(row("source its own address", from(ADDRESS), SILENT));
        rows.add(row("source 255.255.255.255", from(-1), SILENT));
        rows.add(row("source directed broadcast", from(0x0a2a00ff), SILENT));
        rows.add(row("source network address", from(0x0a2a0000), SILENT));
        rows.add(row("source multicast", from(0xe0000001), SILENT));
        rows.add(row("source class E", from(0xf0000001), SILENT));
        rows.add(row("source 0.0.0.0", from(0), SILENT));
        rows.add(row("source 0.1.2.3", from(0x00010203), SILENT));
        rows.add(row("source 127.0.0.1", from(0x7f000001), SILENT));
        rows.add(row("source beyond the subnet", from(0xc0000201), ANSWERED));
        rows.add(row("to the directed broadcast", to(0x0a2a00ff, BROADCAST), SILENT));
        rows.add(row("to 255.255.255.255", to(-1, BROADCAST), SILENT));
        rows.add(row("link-layer broadcast", Frame.ping(8).mac(0, BROADCAST), SILENT));
        rows.add(row("link-layer multicast", Frame.ping(8).mac(0, 0x01005e000001L), SILENT));
        rows.add(row("foreign mac", Frame.ping(8).mac(0, FOREIGN), SILENT));
        rows.add(row("source mac broadcast", Frame.ping(8).mac(6, BROADCAST), SILENT));
        rows.add(row("source mac its own", Frame.ping(8).mac(6, MAC), SILENT));
        rows.add(row("VLAN tagged", Frame.ping(8).but(m -> m.putI16Be(12, 0x8100)), SILENT));
        rows.add(row("two tags", Frame.ping(8).but(m -> m.putI16Be(12, 0x88a8)), SILENT));
        rows.add(row("UDP", ip(23, 17), SILENT));
        rows.add(row("IPv6", Frame.ping(8).but(m -> m.putI16Be(12, 0x86dd)), SILENT));
        rows.add(row("length in place of a type", Frame.ping(8).but(m -> m.putI16Be(12, 50)), SILENT));
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
        assertThat(ethernet.source()).isEqualTo(MAC);
        if (ethernet.type() == EthernetFrame.ARP) {
            ArpPacket arp = new ArpPacket().wrap(burst.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
            assertThat(arp.operation()).isEqualTo(ArpPacket.REPLY);
            assertThat(arp.senderMac()).isEqualTo(MAC);
            assertThat(arp.senderIp()).isEqualTo(ADDRESS);
            assertThat(arp.targetMac()).isEqualTo(ethernet.destination());
            return;
        }
        Ipv4Packet ipv4 = new Ipv4Packet().wrap(burst.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
        assertThat(ethernet.destination()).isEqualTo(HOST_MAC);
        assertThat(ipv4.hasValidChecksum()).isTrue();
        assertThat(ipv4.ttl()).isEqualTo(64);
        assertThat(ipv4.source()).isEqualTo(ADDRESS);
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
        assertThat(answer(Frame.ping(route, 8).bytes())).isTrue();
        assertThat(Arrays.copyOfRange(bytes(), 34, 50))
                .containsExactly(7, 15, 8, 10, 42, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Bytes changed at random, and cut at random: whatever is answered is right. */
    @Test
    void everyAnswerToAMutatedFrameIsRight() {
        Random random = new Random(7);
        byte[][] bases = {Frame.arp().bytes(), Frame.ping(32).bytes()};
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
                assertThat(ethernet.source()).isEqualTo(MAC);
                if (ethernet.type() == EthernetFrame.IPV4) {
                    Ipv4Packet ipv4 =
                            new Ipv4Packet().wrap(burst.memory(), ethernet.payloadOffset(), ethernet.payloadLength());
                    assertThat(ipv4.hasValidChecksum()).isTrue();
                    assertThat(ipv4.source()).isEqualTo(ADDRESS);
                }
            }
        }
        assertThat(answered).isPositive();
    }
}
