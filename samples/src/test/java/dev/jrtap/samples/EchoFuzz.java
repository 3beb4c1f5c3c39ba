// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Icmpv6Message;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.Ipv6Packet;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.syscall.ErrnoException;
import java.util.Arrays;
import java.util.List;

/**
 * A target for {@code .ci/fuzz}: whatever frame comes, it is left as it was, or answered as {@link EchoReply} says.
 *
 * <p>The first byte says what is made right, so that more than the first check is reached: 1 the addresses of the
 * frame, 2 its type (bits 3 and 4 choose), 4 the addresses of IPv4 and all checksums; from bit 5 on it chooses a frame
 * that is answered, to which the other bytes are differences.
 */
public final class EchoFuzz {

    private static final int LONGEST = 1514;
    private static final int[] TYPES = {EthernetFrame.ARP, EthernetFrame.IPV4, EthernetFrame.IPV6, EthernetFrame.VLAN};
    private static final List<byte[]> ANSWERED = List.of(
            new byte[0],
            HostileFrame.ping(32).bytes(),
            HostileFrame.arp().bytes(),
            HostileFrame.udp(16).bytes(),
            HostileFrame.ping6(16).bytes(),
            HostileFrame.solicitation().bytes(),
            HostileFrame.probe().bytes(),
            new byte[0]);

    private static final PacketPool POOL = pool();
    private static final Burst BURST = new Burst(POOL, 1);
    private static final EthernetFrame FRAME = new EthernetFrame();
    private static final List<Answer> ANSWERS = answers();

    private EchoFuzz() {}

    private static PacketPool pool() {
        try {
            return PacketPool.create(4, 2048);
        } catch (ErrnoException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static List<Answer> answers() {
        Ipv4Station station = new Ipv4Station(HostileFrame.MAC, HostileFrame.ADDRESS, 24);
        return List.of(
                new Ipv4Echo(station),
                new Ipv6Echo(HostileFrame.MAC, HostileFrame.ADDRESS_HIGH, HostileFrame.ADDRESS_LOW),
                new UdpEcho(station));
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        byte[] frame = frame(bytes);
        int length = frame.length;
        BURST.release();
        BURST.add();
        BURST.length(0, length);
        Memory memory = BURST.memory();
        int at = BURST.offset(0);
        memory.putBytes(at, frame, 0, length);
        if (length >= EthernetFrame.HEADER_LENGTH) {
            repair(memory, at, length, bytes[0]);
        }
        byte[] request = new byte[length];
        memory.getBytes(at, request, 0, length);
        boolean answered = ANSWERS.stream().anyMatch(answer -> answer.answer(BURST, 0));
        byte[] reply = new byte[BURST.length(0)];
        memory.getBytes(BURST.offset(0), reply, 0, reply.length);
        if (answered) {
            EchoReply.check(request, reply);
        } else if (!Arrays.equals(request, reply)) {
            throw new AssertionError("a frame that is not answered was changed");
        }
    }

    private static byte[] frame(byte[] bytes) {
        int given = Math.min(bytes.length - 1, LONGEST);
        byte[] right = ANSWERED.get(bytes[0] >> 5 & 7);
        byte[] frame = Arrays.copyOf(right, Math.max(given, right.length));
        for (int i = 0; i < given; i++) {
            frame[i] ^= bytes[1 + i];
        }
        return frame;
    }

    private static void repair(Memory memory, int at, int length, byte what) {
        FRAME.wrap(memory, at, length);
        if ((what & 1) != 0) {
            FRAME.destination(HostileFrame.MAC).source(HostileFrame.HOST_MAC);
        }
        if ((what & 2) != 0) {
            FRAME.type(TYPES[what >> 3 & 3]);
        }
        if ((what & 4) != 0 && FRAME.type() == EthernetFrame.IPV4) {
            repairIpv4(new Ipv4Packet().wrap(memory, FRAME.payloadOffset(), FRAME.payloadLength()));
        } else if ((what & 4) != 0 && FRAME.type() == EthernetFrame.IPV6) {
            repairIpv6(new Ipv6Packet().wrap(memory, FRAME.payloadOffset(), FRAME.payloadLength()));
        }
    }

    private static void repairIpv4(Ipv4Packet ipv4) {
        if (!ipv4.isComplete()) {
            return;
        }
        ipv4.source(HostileFrame.HOST).destination(HostileFrame.ADDRESS).updateChecksum();
        IcmpMessage icmp = new IcmpMessage().wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
        UdpDatagram udp = new UdpDatagram().wrap(ipv4.memory(), ipv4.payloadOffset(), ipv4.payloadLength());
        if (ipv4.protocol() == Ipv4Packet.ICMP && icmp.isComplete()) {
            icmp.updateChecksum();
        } else if (ipv4.protocol() == Ipv4Packet.UDP && udp.isComplete()) {
            udp.updateChecksum(ipv4.pseudoHeaderSum(udp.datagramLength()));
        }
    }

    private static void repairIpv6(Ipv6Packet ipv6) {
        if (ipv6.isComplete() && ipv6.payloadLength() >= Icmpv6Message.HEADER_LENGTH) {
            new Icmpv6Message()
                    .wrap(ipv6.memory(), ipv6.payloadOffset(), ipv6.payloadLength())
                    .updateChecksum(ipv6.pseudoHeaderSum(ipv6.payloadLength()));
        }
    }
}
