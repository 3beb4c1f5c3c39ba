// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.ArpPacket;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Ipv4Packet;
import java.util.function.Consumer;

/** A frame under construction; checksums are made when it is taken, so that one can be spoilt afterwards. */
final class HostileFrame {

    static final long HOST_MAC = 0x020000000001L;
    static final long MAC = 0x02000a2a0002L;
    static final long BROADCAST = 0xffffffffffffL;
    static final long FOREIGN = 0x029999999999L;
    static final int HOST = 0x0a2a0001;
    static final int ADDRESS = 0x0a2a0002;

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
