// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.syscall.ErrnoException;
import java.util.Arrays;
import java.util.List;

/**
 * A target for {@code .ci/fuzz}: whatever frame comes, it is left as it was, or answered from this host's address to
 * one other station, with a length that the frame allows.
 *
 * <p>The first byte says what is made right, so that more than the first check is reached: 1 the addresses of the
 * frame, 2 its type (bits 3 and 4 choose), 4 the checksums of IPv4 and ICMP; 32 and 64 take the other bytes as
 * differences to a frame that is answered.
 */
public final class EchoFuzz {

    private static final int LONGEST = 1514;
    private static final int NEIGHBOR_ADVERTISEMENT = 86;
    private static final long GROUP_BIT = 1L << 40;
    private static final int[] TYPES = {EthernetFrame.ARP, EthernetFrame.IPV4, EthernetFrame.IPV6, 0x8100};

    private static final byte[] PING = HostileFrame.ping(32).bytes();
    private static final byte[] ARP = HostileFrame.arp().bytes();

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
                new Ipv4Echo(station), new Ipv6Echo(HostileFrame.MAC, 0xfd00001000420000L, 2), new UdpEcho(station));
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
        check(request, answered);
    }

    private static byte[] frame(byte[] bytes) {
        int given = Math.min(bytes.length - 1, LONGEST);
        byte[] right = (bytes[0] & 32) != 0 ? PING : (bytes[0] & 64) != 0 ? ARP : new byte[0];
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
            Ipv4Packet ipv4 = new Ipv4Packet().wrap(memory, FRAME.payloadOffset(), FRAME.payloadLength());
            if (ipv4.isComplete()) {
                ipv4.source(HostileFrame.HOST).destination(HostileFrame.ADDRESS).updateChecksum();
                IcmpMessage icmp = new IcmpMessage().wrap(memory, ipv4.payloadOffset(), ipv4.payloadLength());
                if (icmp.isComplete()) {
                    icmp.updateChecksum();
                }
            }
        }
    }

    private static void check(byte[] request, boolean answered) {
        byte[] reply = new byte[BURST.length(0)];
        BURST.memory().getBytes(BURST.offset(0), reply, 0, reply.length);
        if (!answered) {
            if (!Arrays.equals(request, reply)) {
                throw new AssertionError("a frame that is not answered was changed");
            }
            return;
        }
        FRAME.wrap(BURST.memory(), BURST.offset(0), reply.length);
        if (FRAME.source() != HostileFrame.MAC || (FRAME.destination() & GROUP_BIT) != 0) {
            throw new AssertionError("answered by another, or to a group: " + FRAME);
        }
        if (FRAME.destination() == HostileFrame.MAC) {
            throw new AssertionError("answered to itself: " + FRAME);
        }
        if (reply.length > Math.max(request.length, NEIGHBOR_ADVERTISEMENT)) {
            throw new AssertionError(reply.length + " bytes answer " + request.length);
        }
    }
}
