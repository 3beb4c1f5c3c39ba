// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.tuntap.VnetHeader;
import java.io.IOException;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Every mode, from the shortest frame to the longest: what one side sends is what the other receives, and no packet is
 * lost.
 */
@Timeout(120)
class FrameSizesNetnsTest {

    private static final int MAX_MTU = 65521;
    private static final int SLOT = 2048;
    /** An IP packet of 65535 bytes in an Ethernet frame. */
    private static final int LONGEST = 65549;

    /** Around every boundary: of Ethernet, of slots, of MTUs, of what an IP packet can be. */
    private static TreeSet<Integer> sizes(int longest) {
        TreeSet<Integer> sizes = new TreeSet<>();
        int[] boundaries = {16, 60, 64, 128, 1514, 1518, 9014, 32768, MAX_MTU + 14, LONGEST};
        for (int boundary : boundaries) {
            around(sizes, boundary, longest);
        }
        // The first slot of a chain has headroom, the others have none.
        int first = SLOT - 64;
        for (int slots = 0; slots <= 32; slots += slots < 3 ? 1 : 10) {
            around(sizes, first + slots * SLOT, longest);
        }
        return sizes;
    }

    private static void around(TreeSet<Integer> sizes, int boundary, int longest) {
        for (int size = boundary - 2; size <= boundary + 2; size++) {
            if (size >= 14 && size <= longest) {
                sizes.add(size);
            }
        }
    }

    private static TapLink open(TapProfile profile) throws IOException {
        Syscalls sys = profile.syscalls();
        // Multishot reads need slots that hold any frame; the others make chains of small ones.
        PacketPool pool = profile.mode == RxMode.MULTISHOT
                ? PacketPool.create(sys, 48, 66_048)
                : PacketPool.create(sys, 512, SLOT);
        return new TapLink(
                sys,
                profile.config()
                        .withMtu(MAX_MTU)
                        .withRingSize(32)
                        .withOffloads(TunOffload.CHECKSUM, TunOffload.TSO, TunOffload.USO),
                pool);
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void receivesEverySize(TapProfile profile) throws IOException {
        try (TapLink link = open(profile)) {
            assertThat(link.queue.rx().mode()).isEqualTo(profile.mode);
            TreeSet<Integer> sizes = sizes(MAX_MTU + 14);
            // The longest of all: with a tag, as the kernel lets an AF_PACKET socket send it.
            sizes.add(MAX_MTU + 18);
            for (int size : sizes) {
                byte[] frame = Frames.experimental(size);
                if (size > MAX_MTU + 14) {
                    frame[12] = (byte) (EthernetFrame.VLAN >> 8);
                    frame[13] = 0;
                }
                link.wire.inject(frame);
                assertThat(link.receive(size)).as("frame of %d bytes", size).isEqualTo(frame);
            }
            assertThat(link.queue.rx().errors()).isZero();
            assertThat(link.queue.rx().truncated()).isZero();
        }
    }

    /** The kernel cuts what is 65536 bytes or longer itself: it never hands such a super-packet to a TAP device. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void receivesTheLongestSuperPackets(TapProfile profile) throws IOException {
        Frames.Kind kind = Frames.Kind.TCP4;
        try (TapLink link = open(profile)) {
            for (int size : new int[] {1600, 1984, 1985, 4032, 4033, 65534, 65535}) {
                byte[] payload = Frames.experimental(size - kind.headerLength());
                byte[] frame = Frames.unfinished(kind, Frames.of(kind, 0, 0, payload, 0));
                link.wire.injectTcp4(kind, frame, 1448);
                byte[] received = link.receive(frame.length);
                VnetHeader vnet = link.burst.vnet(0);
                assertThat(vnet.gsoType()).isEqualTo(VnetHeader.GSO_TCPV4);
                assertThat(vnet.gsoSize()).isEqualTo(1448);
                assertThat(vnet.needsChecksum()).isTrue();
                assertThat(received).as("super-packet of %d bytes", size).isEqualTo(frame);
            }
            assertThat(link.queue.rx().count(RxCounter.LRO)).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void sendsEverySize(TapProfile profile) throws Exception {
        try (TapLink link = open(profile)) {
            long sent = 0;
            for (int size : sizes(LONGEST)) {
                byte[] frame = Frames.experimental(size);
                link.send(frame, link.pool.frameCapacity());
                assertThat(link.wire.capture(Frames.EXPERIMENTAL))
                        .as("frame of %d bytes", size)
                        .isEqualTo(frame);
                sent++;
            }
            assertThat(link.queue.tx().packets()).isEqualTo(sent);
            assertThat(link.queue.tx().errors()).isZero();
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void sendsChainsOfOneToSixtyFourSegments(TapProfile profile) throws Exception {
        // Many slots are needed, and no long frames: multishot has what it needs with small slots too.
        try (TapLink link = new TapLink(
                profile.syscalls(),
                profile.config().withRingSize(32),
                PacketPool.create(profile.syscalls(), 256, SLOT))) {
            for (int segments = 1; segments <= 64; segments++) {
                byte[] frame = Frames.experimental(15 * segments);
                link.send(frame, 15);
                assertThat(link.wire.capture(Frames.EXPERIMENTAL))
                        .as("frame of %d segments", segments)
                        .isEqualTo(frame);
            }
            assertThat(link.queue.tx().count(TxCounter.MULTI_SEGMENT)).isEqualTo(63);
        }
    }
}
