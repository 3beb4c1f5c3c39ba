// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.Ipv6Packet;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One direction without hosts and without a clock: packets are made here, and the time is what the test says. */
final class Lab implements AutoCloseable {

    static final long MILLI = 1_000_000;
    static final int CLIENT = 0x0a400001;
    static final int SERVER = 0x0a400002;

    /** A packet that came out. */
    record Arrival(long nanos, byte[] frame) {

        /** The number in the payload of a datagram over IPv4. */
        int number() {
            return ByteBuffer.wrap(frame).getInt(42);
        }
    }

    final PacketPool pool;
    final PacketLog log = new PacketLog();
    final Capture capture;
    final Transit transit;
    final Direction direction;
    final List<Arrival> arrivals = new ArrayList<>();
    final List<Arrival> told = new ArrayList<>();
    private final Burst burst;
    private int number;

    Lab(long seed) throws Exception {
        this(seed, false);
    }

    Lab(long seed, boolean hasOffloads) throws Exception {
        this(seed, hasOffloads, 1 << 20);
    }

    Lab(long seed, boolean hasOffloads, int captureBytes) throws Exception {
        pool = PacketPool.forMtu(2048, 1500);
        capture = new Capture(captureBytes, log, 0);
        transit = new Transit(seed, pool, log, capture, 0, new Life(), () -> {});
        direction = new Direction("client>server", transit, into(arrivals), hasOffloads);
        direction.connect(new Direction("server>client", transit, into(told), hasOffloads));
        burst = new Burst(pool, 1);
    }

    private static Sink into(List<Arrival> list) {
        return (from, i, now) -> {
            byte[] frame = new byte[from.length(i)];
            from.memory().getBytes(from.offset(i), frame, 0, frame.length);
            list.add(new Arrival(now, frame));
        };
    }

    /** Sends a datagram whose payload begins with a number, counted from 0 on. */
    void udp(long now, int sourcePort, int payload) {
        keepUdp(sourcePort, payload);
        accept(now);
    }

    /** Makes a datagram, which {@link #again} sends again and again, as long as it is lost. */
    void keepUdp(int sourcePort, int payload) {
        int length = 42 + payload;
        put(length, SERVER, Ipv4Packet.UDP);
        Memory memory = burst.memory();
        int at = burst.offset(0) + 34;
        memory.putI32Be(at + 8, number++);
        UdpDatagram udp = new UdpDatagram().wrap(memory, at, length - 34);
        udp.sourcePort(sourcePort).destinationPort(53).datagramLength(length - 34);
        udp.updateChecksum(ipv4().pseudoHeaderSum(length - 34));
    }

    void again(long now) {
        direction.accept(burst, 0, now);
    }

    /** Sends a TCP segment without payload. */
    void tcp(long now, int flags) {
        put(54, SERVER, Ipv4Packet.TCP);
        int at = burst.offset(0) + 34;
        TcpSegment tcp = new TcpSegment().wrap(burst.memory(), at, 20);
        tcp.headerLength(20).sourcePort(40000).destinationPort(80).flags(flags);
        tcp.updateChecksum(ipv4().pseudoHeaderSum(20));
        accept(now);
    }

    /** Sends a frame of a type and nothing else. */
    void frame(long now, int type) {
        burst.add();
        burst.length(0, 60);
        burst.memory().zero(burst.offset(0), 60);
        new EthernetFrame().wrap(burst.memory(), burst.offset(0), 60).type(type);
        accept(now);
    }

    /** Sends a datagram of IPv6 without fragmentation. */
    void udp6(long now, int payload) {
        int length = 62 + payload;
        burst.add();
        burst.length(0, length);
        Memory memory = burst.memory();
        int at = burst.offset(0);
        memory.zero(at, length);
        new EthernetFrame().wrap(memory, at, length).source(1).destination(2).type(EthernetFrame.IPV6);
        new Ipv6Packet()
                .wrap(memory, at + 14, length - 14)
                .version(0, 0)
                .bodyLength(8 + payload)
                .nextHeader(Ipv6Packet.UDP)
                .hopLimit(64)
                .source(0xfd00_0000_0000_0000L, 1)
                .destination(0xfd00_0000_0000_0000L, 2);
        new UdpDatagram().wrap(memory, at + 54, 8 + payload).destinationPort(53).datagramLength(8 + payload);
        accept(now);
    }

    private Ipv4Packet ipv4() {
        return new Ipv4Packet().wrap(burst.memory(), burst.offset(0) + 14, burst.length(0) - 14);
    }

    private void put(int length, int destination, int protocol) {
        burst.add();
        burst.length(0, length);
        Memory memory = burst.memory();
        int at = burst.offset(0);
        memory.zero(at, length);
        new EthernetFrame().wrap(memory, at, length).source(1).destination(2).type(EthernetFrame.IPV4);
        ipv4().headerLength(20)
                .totalLength(length - 14)
                .ttl(64)
                .dontFragment(true)
                .protocol(protocol)
                .source(CLIENT)
                .destination(destination)
                .updateChecksum();
    }

    private void accept(long now) {
        direction.accept(burst, 0, now);
        burst.release();
    }

    /** Lets the time come to {@code now}, and passes on what is due until then. */
    void passOn(long now) {
        for (long due = transit.advance(now); due - now <= 0; due = transit.advance(now)) {
            transit.passOn(due);
        }
    }

    /** The numbers of packets of this fate, from 1 on. */
    List<Long> indices(Fate fate) {
        return log.events(event -> event.fate() == fate).stream()
                .map(PacketEvent::index)
                .toList();
    }

    @Override
    public void close() {
        burst.release();
        transit.release();
        pool.close();
    }
}
