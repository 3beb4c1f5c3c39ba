// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.tuntap.VnetHeader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** IP packets without frames around them: what a VPN or an overlay carries. */
@Timeout(60)
class TunNetnsTest {

    private static final int MAX_MTU = 65535;
    private static final int LOCAL = 0x08000001;
    /** Its first two bytes, where an Ethernet frame has its type, are those of IPv4. */
    private static final int REMOTE = 0x08004501;

    private static TapLink open(TapProfile profile, int mtu, TunOffload... offloads) throws IOException {
        Syscalls sys = profile.syscalls();
        PacketPool pool = profile.mode == RxMode.MULTISHOT
                ? PacketPool.create(sys, 48, 66_048)
                : PacketPool.create(sys, 512, 2048);
        TapLink link = new TapLink(
                sys,
                profile.config()
                        .withMode(TunMode.TUN)
                        .withMtu(mtu)
                        .withRingSize(32)
                        .withOffloads(offloads),
                pool);
        link.rtap.control().addAddress(IpPrefix.parse("8.0.0.1/9"));
        return link;
    }

    /** A datagram from the remote end to the kernel's, in segments of the pool, its checksum still to be made. */
    private static void add(TapLink link, int port, int payload) {
        byte[] packet = new byte[28 + payload];
        new Random(payload).nextBytes(packet);
        Memory memory = Memory.allocate(packet.length);
        memory.putBytes(0, packet, 0, packet.length);
        memory.putI8(1, 0);
        new Ipv4Packet()
                .wrap(memory, 0, 20)
                .headerLength(20)
                .totalLength(packet.length)
                .dontFragment(false)
                .ttl(64)
                .protocol(Ipv4Packet.UDP)
                .source(REMOTE)
                .destination(LOCAL);
        memory.putI16(6, 0);
        new UdpDatagram()
                .wrap(memory, 20, 8 + payload)
                .sourcePort(7)
                .destinationPort(port)
                .datagramLength(8 + payload);
        memory.getBytes(0, packet, 0, packet.length);
        link.burst.release();
        Frames.add(link.burst, packet, link.pool.frameCapacity());
    }

    /** The payload that {@link #add} makes. */
    private static byte[] payload(int length) {
        byte[] packet = new byte[28 + length];
        new Random(length).nextBytes(packet);
        byte[] payload = new byte[length];
        System.arraycopy(packet, 28, payload, 0, length);
        return payload;
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void theKernelCompletesAChecksum(TapProfile profile) throws Exception {
        try (TapLink link = open(profile, 1500);
                DatagramSocket socket = socket()) {
            add(link, socket.getLocalPort(), 101);
            new Ipv4Packet().wrap(link.burst.memory(), link.burst.offset(0), 20).updateChecksum();
            assertThat(new PacketOffload(link.queue.mode()).requestChecksum(link.burst, 0))
                    .isTrue();
            assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
            assertThat(receive(socket)).isEqualTo(payload(101));
            assertThat(link.queue.tx().count(TxCounter.CHECKSUM_OFFLOAD)).isEqualTo(1);
        }
    }

    /** No IPv4 header checksum is set: the kernel would drop the super-packet without a word. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void theKernelCutsASuperPacket(TapProfile profile) throws Exception {
        try (TapLink link = open(profile, 1500, TunOffload.values());
                DatagramSocket socket = socket()) {
            Feature.require("USO", link.rtap.offloads().contains(TunOffload.USO), "Linux 6.2 or newer is needed");
            add(link, socket.getLocalPort(), 3001);
            assertThat(new PacketOffload(TunMode.TUN).requestSegmentation(link.burst, 0, 1000))
                    .isTrue();
            assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
            byte[] payload = payload(3001);
            for (int at = 0; at < 3001; at += 1000) {
                byte[] piece = new byte[Math.min(1000, 3001 - at)];
                System.arraycopy(payload, at, piece, 0, piece.length);
                assertThat(receive(socket)).isEqualTo(piece);
            }
            assertThat(link.queue.tx().packets()).isEqualTo(1);
        }
    }

    private static DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket();
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static byte[] receive(DatagramSocket socket) throws IOException {
        DatagramPacket received = new DatagramPacket(new byte[4000], 4000);
        socket.receive(received);
        byte[] payload = new byte[received.getLength()];
        System.arraycopy(received.getData(), 0, payload, 0, payload.length);
        return payload;
    }

    /** A super-packet arrives whole, and is cut here into what the kernel would have made of it. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void receivesASuperPacketAndCutsIt(TapProfile profile) throws Exception {
        Frames.Kind kind = Frames.Kind.TUN_TCP4;
        try (TapLink link = open(profile, 1500, TunOffload.values())) {
            byte[] payload = new byte[60_000];
            new Random(1).nextBytes(payload);
            byte[] packet = Frames.unfinished(kind, Frames.of(kind, 0, 0, payload, 0));
            link.wire.injectTcp4(kind, packet, 1448);
            assertThat(link.receive(packet.length)).isEqualTo(packet);
            assertThat(link.burst.vnet(0).gsoType()).isEqualTo(VnetHeader.GSO_TCPV4);
            assertThat(link.queue.rx().count(RxCounter.LRO)).isEqualTo(1);

            try (PacketPool room = PacketPool.create(profile.syscalls(), 256, 2048)) {
                Burst whole = new Burst(room, 1);
                Burst cut = new Burst(room, 64);
                Frames.add(whole, packet, 1900);
                room.memory().copy(whole.offset(0) - 10, link.pool.memory(), link.burst.offset(0) - 10, 10);
                assertThat(new Segmenter(TunMode.TUN).segment(whole, 0, cut)).isEqualTo((60_000 + 1447) / 1448);
                for (int i = 0; i < cut.size(); i++) {
                    int length = Math.min(1448, 60_000 - i * 1448);
                    byte[] piece = new byte[length];
                    System.arraycopy(payload, i * 1448, piece, 0, length);
                    assertThat(Frames.bytes(cut, i)).isEqualTo(Frames.of(kind, i, i * 1448, piece, 0));
                }
                cut.release();
            }
        }
    }

    /** Around each boundary of a slot, up to the longest packet that IP has. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void carriesEverySizeUpToTheLargestMtu(TapProfile profile) throws Exception {
        try (TapLink link = open(profile, MAX_MTU)) {
            assertThat(link.rtap.link().mtu()).isEqualTo(MAX_MTU);
            TreeSet<Integer> sizes = new TreeSet<>();
            for (int around : new int[] {30, 1500, 1984, 1984 + 2048, 65_522, 65_534}) {
                for (int size = around - 1; size <= around + 1; size++) {
                    sizes.add(size);
                }
            }
            for (int size : sizes) {
                byte[] packet = Frames.of(Frames.Kind.TUN_UDP4, 0, 0, new byte[size - 28], 0);
                link.wire.inject(packet);
                assertThat(link.receive(size)).as("packet of %d bytes", size).isEqualTo(packet);
                link.send(packet, link.pool.frameCapacity());
            }
            assertThat(link.queue.rx().errors()).isZero();
            assertThat(link.queue.rx().truncated()).isZero();
            assertThat(link.queue.tx().errors()).isZero();
            assertThat(link.queue.tx().packets()).isEqualTo(sizes.size());
        }
    }

    @Test
    void theMtuIsBoundedByWhatTheDeviceCarries() {
        RtapConfig tap = RtapConfig.named("t0");
        RtapConfig tun = tap.withMode(TunMode.TUN);
        assertThat(tap.withMtu(65521).mtu()).isEqualTo(65521);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tap.withMtu(65522))
                .withMessageContaining("68..65521");
        assertThat(tun.withMtu(65535).mtu()).isEqualTo(65535);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tun.withMtu(65536))
                .withMessageContaining("68..65535");
        assertThatIllegalArgumentException().isThrownBy(() -> tun.withMtu(67));
        assertThatIllegalArgumentException().isThrownBy(() -> tun.withMtu(65535).withMode(TunMode.TAP));
    }
}
