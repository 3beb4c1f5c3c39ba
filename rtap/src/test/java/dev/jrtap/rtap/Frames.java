// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.IfEther;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.Ipv6Packet;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.net.VlanTag;
import dev.jrtap.tuntap.TunMode;
import java.util.Random;

/** Packets of a flow, with all checksums complete. */
final class Frames {

    /** The protocol that carries the payload. */
    enum Kind {
        UDP4(true, false, 0),
        UDP6(false, false, 0),
        TCP4(true, true, 0),
        TCP6(false, true, 0),
        TCP4_VLAN(true, true, 1),
        UDP6_TWO_VLANS(false, false, 2),
        TUN_UDP4(true, false),
        TUN_UDP6(false, false),
        TUN_TCP4(true, true),
        TUN_TCP6(false, true);

        final TunMode mode;
        final boolean ipv4;
        final boolean tcp;
        final int tags;

        /** In a frame. */
        Kind(boolean ipv4, boolean tcp, int tags) {
            this.mode = TunMode.TAP;
            this.ipv4 = ipv4;
            this.tcp = tcp;
            this.tags = tags;
        }

        /** Without a frame around it. */
        Kind(boolean ipv4, boolean tcp) {
            this.mode = TunMode.TUN;
            this.ipv4 = ipv4;
            this.tcp = tcp;
            this.tags = 0;
        }

        int linkLength() {
            return mode == TunMode.TUN ? 0 : 14 + 4 * tags;
        }

        int headerLength() {
            return linkLength() + (ipv4 ? 20 : 40) + (tcp ? 32 : 8);
        }
    }

    /** An EtherType for local experiments (IEEE 802), which the kernel's stack ignores. */
    static final int EXPERIMENTAL = IfEther.ETH_P_802_EX1;

    private static final byte[] OPTIONS = {1, 1, 8, 10, 0, 1, 2, 3, 4, 5, 6, 7};
    private static final long MAC = 0x020000000001L;

    /** 8.0.69.1: in an IP packet, its first two bytes are where an Ethernet frame has the type of IPv4. */
    private static final int SOURCE = 0x08004501;

    private Frames() {}

    /** Returns a frame that the stack ignores, of random bytes that its length determines. */
    static byte[] experimental(int length) {
        byte[] frame = new byte[length];
        new Random(length).nextBytes(frame);
        frame[0] = 0x02;
        frame[12] = (byte) (EXPERIMENTAL >> 8);
        frame[13] = (byte) EXPERIMENTAL;
        return frame;
    }

    /** Returns a frame that the stack ignores, to {@code destination}: 48 bits. */
    static byte[] experimental(int length, long destination) {
        byte[] frame = experimental(length);
        for (int i = 0; i < 6; i++) {
            frame[i] = (byte) (destination >> 8 * (5 - i));
        }
        return frame;
    }

    /** Returns packet {@code index} of a flow, {@code before} bytes of payload after its start. */
    static byte[] of(Kind kind, int index, int before, byte[] payload, int tcpFlags) {
        int length = kind.headerLength() + payload.length;
        Memory memory = Memory.allocate(length);
        int at = link(kind, memory, length);
        int transport = at + (kind.ipv4 ? 20 : 40);
        int bytes = length - transport;
        int sum = kind.ipv4 ? ipv4(kind, memory, at, index, 20 + bytes) : ipv6(kind, memory, at, bytes);
        memory.putBytes(length - payload.length, payload, 0, payload.length);
        if (kind.tcp) {
            memory.putBytes(transport + 20, OPTIONS, 0, OPTIONS.length);
            new TcpSegment()
                    .wrap(memory, transport, bytes)
                    .sourcePort(1024)
                    .destinationPort(9)
                    .sequence(0xfffff000 + before)
                    .acknowledgment(7)
                    .headerLength(32)
                    .flags(TcpSegment.ACK | tcpFlags)
                    .window(1000)
                    .updateChecksum(sum);
        } else {
            new UdpDatagram()
                    .wrap(memory, transport, bytes)
                    .sourcePort(1024)
                    .destinationPort(9)
                    .datagramLength(bytes)
                    .updateChecksum(sum);
        }
        byte[] frame = new byte[length];
        memory.getBytes(0, frame, 0, length);
        return frame;
    }

    private static int link(Kind kind, Memory memory, int length) {
        if (kind.mode == TunMode.TUN) {
            return 0;
        }
        int type = kind.ipv4 ? EthernetFrame.IPV4 : EthernetFrame.IPV6;
        EthernetFrame ethernet = new EthernetFrame().wrap(memory, 0, length);
        ethernet.destination(MAC + 1).source(MAC).type(kind.tags == 0 ? type : EthernetFrame.VLAN);
        int at = 14;
        for (int tag = 1; tag <= kind.tags; tag++) {
            new VlanTag().wrap(memory, at, length - at).id(tag).type(tag == kind.tags ? type : EthernetFrame.VLAN);
            at += VlanTag.LENGTH;
        }
        return at;
    }

    private static int ipv4(Kind kind, Memory memory, int at, int index, int length) {
        Ipv4Packet ipv4 = new Ipv4Packet().wrap(memory, at, length);
        ipv4.headerLength(20)
                .totalLength(length)
                .identification(0xfffe + index)
                .dontFragment(true)
                .ttl(64)
                .protocol(kind.tcp ? Ipv4Packet.TCP : Ipv4Packet.UDP)
                .source(SOURCE)
                .destination(0xc6120002)
                .updateChecksum();
        return ipv4.pseudoHeaderSum(length - 20);
    }

    private static int ipv6(Kind kind, Memory memory, int at, int body) {
        Ipv6Packet ipv6 = new Ipv6Packet().wrap(memory, at, 40 + body);
        ipv6.version(0, 0x12345)
                .bodyLength(body)
                .nextHeader(kind.tcp ? Ipv6Packet.TCP : Ipv6Packet.UDP)
                .hopLimit(64)
                .source(0xfd00L << 48, 1)
                .destination(0xfd00L << 48, 2);
        return ipv6.pseudoHeaderSum(body);
    }

    /** Returns a TCP packet over IPv4 with a partial checksum: its field has the sum of the pseudo-header. */
    static byte[] unfinished(Kind kind, byte[] frame) {
        Memory memory = Memory.allocate(frame.length);
        memory.putBytes(0, frame, 0, frame.length);
        int ip = kind.linkLength();
        int bytes = frame.length - ip - 20;
        int sum = new Ipv4Packet().wrap(memory, ip, 20).pseudoHeaderSum(bytes);
        new TcpSegment().wrap(memory, ip + 20, bytes).checksum(sum);
        byte[] unfinished = new byte[frame.length];
        memory.getBytes(0, unfinished, 0, frame.length);
        return unfinished;
    }

    /** Puts a frame into a burst, cut into segments of at most {@code segment} bytes. */
    static void add(Burst burst, byte[] frame, int segment) {
        Burst piece = new Burst(burst.pool(), 1);
        int head = -1;
        for (int at = 0; at < frame.length || head < 0; at += segment) {
            int length = Math.min(segment, frame.length - at);
            Burst to = head < 0 ? burst : piece;
            if (!to.add()) {
                throw new AssertionError("no slot for a frame of " + frame.length + " bytes");
            }
            int i = to.size() - 1;
            to.length(i, length);
            to.memory().putBytes(to.offset(i), frame, at, length);
            if (head < 0) {
                head = i;
            } else {
                burst.chain(head, piece, 0);
                piece.release();
            }
        }
    }

    static byte[] bytes(Burst burst, int i) {
        byte[] frame = new byte[burst.length(i)];
        int at = 0;
        Segments segments = new Segments();
        for (segments.of(burst, i); segments.next(); ) {
            burst.memory().getBytes(segments.offset(), frame, at, segments.length());
            at += segments.length();
        }
        return frame;
    }
}
