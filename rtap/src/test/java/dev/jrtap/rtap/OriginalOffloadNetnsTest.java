// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Cases of the original driver's unit tests, by their names: packets of several segments, and work left to the kernel.
 */
@Timeout(60)
class OriginalOffloadNetnsTest {

    /** Where the packets of {@link Frames} are addressed to: the device itself, for it to forward them. */
    private static final long FORWARDER = 0x020000000002L;

    private static final int UDP_OFFSET = 14 + 20;
    private static final int UDP_CHECKSUM = UDP_OFFSET + 6;

    private final PacketOffload offload = new PacketOffload();

    /** 17. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void txMultiseg(TapProfile profile) throws Exception {
        byte[] frame = Frames.experimental(150);
        for (int i = 50; i < frame.length; i++) {
            frame[i] = (byte) (i / 50);
        }
        try (TapLink link = open(profile, profile.config())) {
            Frames.add(link.burst, frame, 50);
            assertThat(link.pool.segmentCount(link.burst.head(0))).isEqualTo(3);
            assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
            assertThat(link.wire.capture(Frames.EXPERIMENTAL)).isEqualTo(frame);
            assertThat(link.rtap.statistics().total().txPackets()).isEqualTo(1);
            assertThat(link.rtap.statistics().total().txBytes()).isEqualTo(frame.length);
        }
    }

    /** 18. A multishot read has one slot for a packet, and says so; the other modes make chains. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void rxMultiseg(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config().withRingSize(32);
        if (profile.mode == RxMode.MULTISHOT) {
            try (PacketPool pool = PacketPool.create(sys, 1024, 256);
                    Rtap rtap = Rtap.open(sys, config)) {
                assertThatThrownBy(() -> rtap.openQueue(0, pool))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("slots of the pool hold frames of 191 bytes");
            }
            config = config.withRxMode(RxMode.AUTO);
        }
        try (TapLink link = new TapLink(sys, config, PacketPool.create(sys, 1024, 256))) {
            // The first slot has 64 bytes of headroom, the others have none.
            for (int[] lengthAndSegments : new int[][] {{192, 1}, {193, 2}, {214, 2}, {228, 2}, {1000, 5}}) {
                byte[] frame = Frames.experimental(lengthAndSegments[0]);
                link.wire.inject(frame);
                assertThat(link.receive()).isEqualTo(frame);
                assertThat(link.pool.segmentCount(link.burst.head(0)))
                        .as("segments of %d bytes", frame.length)
                        .isEqualTo(lengthAndSegments[1]);
            }
        }
    }

    /** 19. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void offloadConfig(TapProfile profile) throws Exception {
        byte[] frame = Frames.experimental(100);
        RtapConfig config = profile.config();
        try (TapLink link = open(profile, config.withOffloads(TunOffload.values()))) {
            assertThat(link.rtap.offloads()).contains(TunOffload.CHECKSUM, TunOffload.TSO);
            assertThat(link.rtap.info().toString()).contains("offloads       CHECKSUM, TSO, TSO_ECN");
        }
        for (TunOffload[] wanted : new TunOffload[][] {
            {},
            {TunOffload.CHECKSUM},
            {TunOffload.CHECKSUM, TunOffload.TSO},
            {TunOffload.CHECKSUM, TunOffload.TSO, TunOffload.TSO_ECN}
        }) {
            try (TapLink link = open(profile, config.withOffloads(wanted))) {
                assertThat(link.rtap.info().offloads()).containsExactly(wanted);
                link.wire.inject(frame);
                assertThat(link.receive()).isEqualTo(frame);
            }
        }
    }

    /** 20. The checksum is completed where the datagram leaves the machine: here, where the kernel forwards it. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void txCsumOffload(TapProfile profile) throws Exception {
        byte[] frame = Frames.of(Frames.Kind.UDP4, 0, 0, Frames.experimental(100), 0);
        byte[] undone = frame.clone();
        try (TapLink link = open(profile, profile.config().withMacAddress(FORWARDER))) {
            forward(link.rtap);
            Arrays.fill(undone, UDP_CHECKSUM, UDP_CHECKSUM + 2, (byte) 0);
            Frames.add(link.burst, undone, undone.length);
            assertThat(offload.requestChecksum(link.burst, 0)).isTrue();
            assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);

            byte[] captured = link.wire.capture(EthernetFrame.IPV4);
            assertThat(captured).hasSameSizeAs(frame);
            assertThat(captured[UDP_CHECKSUM] | captured[UDP_CHECKSUM + 1]).isNotZero();
            byte[] forwarded = link.receive(frame.length);
            assertThat(tail(forwarded)).isEqualTo(tail(frame));
            assertThat(link.rtap.statistics().total().txPackets()).isEqualTo(1);
        }
    }

    private static byte[] tail(byte[] frame) {
        return Arrays.copyOfRange(frame, UDP_OFFSET, frame.length);
    }

    /** 29. What is sent comes back, so that both directions count it. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void xstatsOffloadStats(TapProfile profile) throws Exception {
        byte[] udp = Frames.of(Frames.Kind.UDP4, 0, 0, Frames.experimental(100), 0);
        byte[] tcp = Frames.of(Frames.Kind.TCP4, 0, 0, Frames.experimental(1200), 0);
        RtapConfig config = profile.config().withMacAddress(FORWARDER);
        try (TapLink link = open(profile, config.withOffloads(TunOffload.CHECKSUM, TunOffload.TSO))) {
            forward(link.rtap);
            Gro.on(link.rtap.name());
            assertCounts(link, 0, 0, 0, 0);
            Frames.add(link.burst, udp, udp.length);
            assertThat(offload.requestChecksum(link.burst, 0)).isTrue();
            link.queue.tx().send(link.burst);
            link.receive(udp.length);
            assertCounts(link, 1, 0, 0, 0);

            link.burst.release();
            Frames.add(link.burst, tcp, tcp.length);
            assertThat(offload.requestSegmentation(link.burst, 0, 500)).isTrue();
            link.queue.tx().send(link.burst);
            link.receive(tcp.length);
            assertCounts(link, 2, 1, 0, 0);

            link.send(Frames.experimental(150), 50);
            assertCounts(link, 2, 1, 1, 0);

            // Only a device with NAPI has its packets looked at, on their way to be merged, and so their checksums.
            link.send(tcp, tcp.length);
            link.receive(tcp.length);
            assertCounts(link, 2, 1, 1, profile.napi ? 1 : 0);
        }
    }

    private static void assertCounts(TapLink link, long checksums, long superPackets, long chains, long valid)
            throws IOException {
        assertThat(link.rtap.extendedStatistics())
                .containsEntry("tx_q0_checksum_offload_packets", checksums)
                .containsEntry("tx_q0_tso_packets", superPackets)
                .containsEntry("tx_q0_multiseg_packets", chains)
                .containsEntry("rx_q0_checksum_none_packets", checksums)
                .containsEntry("rx_q0_lro_packets", superPackets)
                .containsEntry("rx_q0_checksum_good_packets", valid)
                .containsEntry("rx_q0_checksum_bad_packets", 0L);
    }

    private static TapLink open(TapProfile profile, RtapConfig config) throws IOException {
        Syscalls sys = profile.syscalls();
        // Multishot reads need slots that hold a super-packet.
        PacketPool pool = profile.mode == RxMode.MULTISHOT
                ? PacketPool.create(sys, 48, 66_048)
                : PacketPool.create(sys, 512, 2048);
        return new TapLink(sys, config.withRingSize(32), pool);
    }

    /** Has the kernel send the packets of {@link Frames} back through the device that they have come from. */
    private static void forward(Rtap rtap) throws IOException {
        rtap.control().addAddress(IpPrefix.parse("198.18.0.3/24"));
        rtap.control().setNeighbor(InetAddress.getByName("198.18.0.2"), 0x020000000009L);
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf", rtap.name(), "forwarding"), "1");
    }
}
