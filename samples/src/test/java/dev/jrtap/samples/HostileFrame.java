// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.ArpPacket;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Icmpv6Message;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.Ipv6Packet;
import dev.jrtap.net.UdpDatagram;
import java.util.function.Consumer;

/** A frame under construction; checksums are made when it is taken, so that one can be spoilt afterwards. */
final class HostileFrame {

    static final long HOST_MAC = 0x020000000001L;
    static final long MAC = 0x02000a2a0002L;
    static final long BROADCAST = 0xffffffffffffL;
    static final long FOREIGN = 0x029999999999L;
    static final int HOST = 0x0a2a0001;
    static final int ADDRESS = 0x0a2a0002;
    static final long ADDRESS_HIGH = 0xfd00_0010_0042_0000L;
    static final long ADDRESS_LOW = 2;

    static final int SOURCE = 26;
    static final int DESTINATION = 30;
    static final int SENDER_MAC = 22;
    static final int SENDER_IP = 28;
    static final int TARGET_IP = 38;

    final Memory memory;
    private final int options;
    private final int length;

    private HostileFrame(int options, int length) {
        this.options = options;
        this.length = length;
        this.memory = Memory.allocate(length);
    }

    static HostileFrame ping(int payload) {
        return ping(new byte[0], payload);
    }

    static HostileFrame ping(byte[] options, int payload) {
        HostileFrame frame = new HostileFrame(options.length, 42 + options.length + payload);
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

    static HostileFrame arp() {
        HostileFrame frame = new HostileFrame(0, 42);
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

    /** To the port of the echo protocol. */
    static HostileFrame udp(int payload) {
        HostileFrame frame = ping(payload);
        frame.ipv4().protocol(Ipv4Packet.UDP);
        new UdpDatagram()
                .wrap(frame.memory, 34, 8 + payload)
                .sourcePort(4711)
                .destinationPort(UdpEcho.PORT)
                .datagramLength(8 + payload)
                .updateChecksum(frame.ipv4().pseudoHeaderSum(8 + payload));
        return frame.ipSum();
    }

    static HostileFrame ping6(int payload) {
        return icmpv6(8 + payload, MAC, ADDRESS_HIGH, ADDRESS_LOW, ADDRESS_HIGH, 1)
                .sums6(Icmpv6Message.ECHO_REQUEST);
    }

    /** Asks for the MAC address, as Linux does: to the group of the address's last 24 bits. */
    static HostileFrame solicitation() {
        HostileFrame frame = icmpv6(32, 0x3333_ff00_0002L, 0xff02L << 48, 0x1_ff00_0002L, ADDRESS_HIGH, 1);
        frame.memory.putI8(78, 1);
        frame.memory.putI8(79, 1);
        return frame.mac(80, HOST_MAC).sums6(135);
    }

    /** Asks whether the address is free. */
    static HostileFrame probe() {
        return icmpv6(24, 0x3333_ff00_0002L, 0xff02L << 48, 0x1_ff00_0002L, 0, 0)
                .sums6(135);
    }

    private static HostileFrame icmpv6(int length, long mac, long toHigh, long toLow, long fromHigh, long fromLow) {
        HostileFrame frame = new HostileFrame(0, 54 + length);
        new EthernetFrame()
                .wrap(frame.memory, 0, frame.length)
                .destination(mac)
                .source(HOST_MAC)
                .type(EthernetFrame.IPV6);
        frame.ipv6()
                .version(0, 0)
                .bodyLength(length)
                .nextHeader(Ipv6Packet.ICMPV6)
                .hopLimit(255)
                .destination(toHigh, toLow)
                .source(fromHigh, fromLow);
        frame.memory.putI64Be(62, ADDRESS_HIGH);
        frame.memory.putI64Be(70, ADDRESS_LOW);
        return frame;
    }

    private HostileFrame sums6(int type) {
        new Icmpv6Message()
                .wrap(memory, 54, length - 54)
                .type(type)
                .updateChecksum(ipv6().pseudoHeaderSum(length - 54));
        return this;
    }

    Ipv6Packet ipv6() {
        return new Ipv6Packet().wrap(memory, 14, length - 14);
    }

    Ipv4Packet ipv4() {
        return new Ipv4Packet().wrap(memory, 14, length - 14);
    }

    IcmpMessage icmp() {
        return new IcmpMessage().wrap(memory, 34 + options, length - 34 - options);
    }

    HostileFrame sums() {
        icmp().updateChecksum();
        return ipSum();
    }

    HostileFrame ipSum() {
        ipv4().updateChecksum();
        return this;
    }

    HostileFrame but(Consumer<Memory> change) {
        change.accept(memory);
        return this;
    }

    HostileFrame mac(int at, long mac) {
        memory.putI16Be(at, (int) (mac >>> 32));
        memory.putI32Be(at + 2, (int) mac);
        return this;
    }

    byte[] bytes() {
        byte[] bytes = new byte[length];
        memory.getBytes(0, bytes, 0, length);
        return bytes;
    }

    static HostileFrame from(int source) {
        return HostileFrame.ping(8).but(m -> m.putI32Be(SOURCE, source)).ipSum();
    }

    static HostileFrame to(int destination, long mac) {
        return HostileFrame.ping(8)
                .but(m -> m.putI32Be(DESTINATION, destination))
                .mac(0, mac)
                .ipSum();
    }

    static HostileFrame ip(int at, int value) {
        return HostileFrame.ping(32).but(m -> m.putI8(at, value)).ipSum();
    }

    static HostileFrame icmp(int type, int code) {
        HostileFrame frame = HostileFrame.ping(8);
        frame.icmp().type(type).code(code);
        return frame.sums();
    }

    static HostileFrame padded(int with) {
        HostileFrame short60 = HostileFrame.ping(18);
        short60.ipv4().totalLength(28);
        new IcmpMessage().wrap(short60.memory, 34, 8).updateChecksum();
        for (int at = 42; at < 60; at++) {
            short60.memory.putI8(at, with);
        }
        return short60.ipSum();
    }
}
