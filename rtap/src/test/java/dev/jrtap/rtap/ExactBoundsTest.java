// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jrtap.net.TcpSegment;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exactly as much as is allowed, and one more. */
@Tag("any-kernel")
@Tag("any-user")
class ExactBoundsTest {

    private static final Frames.Kind TCP = Frames.Kind.TCP4;
    private static final Frames.Kind UDP = Frames.Kind.UDP4;

    private final PacketOffload offload = new PacketOffload();
    private final Coalescer coalescer = new Coalescer();
    private PacketPool pool;
    private Burst in;
    private Burst out;

    @BeforeEach
    void open() throws ErrnoException {
        pool = PacketPool.create(Syscalls.libc(), 512, 2048);
        in = new Burst(pool, 300);
        out = new Burst(pool, 300);
    }

    @AfterEach
    void close() {
        in.release();
        out.release();
        assertThat(pool.available()).isEqualTo(pool.slots());
        pool.close();
    }

    @Test
    void asManyPiecesAsThereIsRoomForAreCut() {
        Burst exact = new Burst(pool, 5);
        Frames.add(in, Frames.of(TCP, 0, 0, new byte[5000], 0), 1900);
        assertThat(offload.requestSegmentation(in, 0, 1000)).isTrue();
        assertThat(new Segmenter().segment(in, 0, exact)).isEqualTo(5);
        // A packet that needs no cutting finds no room either, and stays.
        Frames.add(in, Frames.of(TCP, 0, 0, new byte[10], 0), 1900);
        assertThat(new Segmenter().segment(in, 1, exact)).isZero();
        assertThat(in.length(1)).isEqualTo(TCP.headerLength() + 10);
        exact.release();
    }

    /** 120 bytes of headers: they need the vnet header before them, and leave the last byte of the slot free. */
    @ParameterizedTest
    @CsvSource({"131, 3", "130, 0"})
    void headersFillASlotAndNoMore(int slotSize, int pieces) throws ErrnoException {
        try (PacketPool small = PacketPool.create(Syscalls.libc(), 64, slotSize)) {
            Burst whole = new Burst(small, 1);
            Burst cut = new Burst(small, 8);
            byte[] packet = new byte[120 + 30];
            packet[0] = 0x4f;
            packet[3] = (byte) packet.length;
            packet[8] = 64;
            packet[9] = 6;
            packet[60 + 12] = (byte) 0xf0;
            packet[60 + 13] = TcpSegment.ACK;
            Frames.add(whole, packet, 40);
            whole.vnet(0).segmentation(VnetHeader.GSO_TCPV4, 10, 120);
            assertThat(new Segmenter(TunMode.TUN).segment(whole, 0, cut)).isEqualTo(pieces);
            whole.release();
            cut.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 50, 0, 50, 2", "100, 100, 8, 100, 2", "100, 100, 0, 100, 1"})
    void aShortPacketOrPushEndsASuperPacket(int first, int second, int flags, int third, int merged) {
        Frames.add(in, Frames.of(TCP, 0, 0, new byte[first], 0), 1900);
        Frames.add(in, Frames.of(TCP, 1, first, new byte[second], flags), 1900);
        Frames.add(in, Frames.of(TCP, 2, first + second, new byte[third], 0), 1900);
        assertThat(coalescer.coalesce(in, out)).isEqualTo(3);
        assertThat(out.size()).isEqualTo(merged);
    }

    @ParameterizedTest
    @CsvSource({"256, 1", "257, 2"})
    void aSuperPacketHasAsManySegmentsAsOneWriteTakes(int packets, int merged) {
        for (int i = 0; i < packets; i++) {
            Frames.add(in, Frames.of(TCP, i, 10 * i, new byte[10], 0), 1900);
        }
        assertThat(coalescer.coalesce(in, out)).isEqualTo(packets);
        assertThat(out.size()).isEqualTo(merged);
        assertThat(out.segments(0)).isEqualTo(256);
    }

    /** 65535 bytes with all headers. */
    @ParameterizedTest
    @CsvSource({"21823, 21823, 1", "21824, 21822, 2"})
    void aSuperPacketIsNoLongerThanAnIpPacketCanBe(int each, int last, int merged) {
        assertThat(TCP.headerLength() + 3 * 21823).isEqualTo(65535);
        Frames.add(in, Frames.of(TCP, 0, 0, new byte[each], 0), 1900);
        Frames.add(in, Frames.of(TCP, 1, each, new byte[each], 0), 1900);
        Frames.add(in, Frames.of(TCP, 2, 2 * each, new byte[last], 0), 1900);
        assertThat(coalescer.coalesce(in, out)).isEqualTo(3);
        assertThat(out.size()).isEqualTo(merged);
    }

    /** A datagram without a checksum would be given one. */
    @Test
    void aDatagramWithoutChecksumIsNotMergedEvenIfItIsValid() {
        for (int i = 0; i < 2; i++) {
            byte[] frame = Frames.of(UDP, i, 0, new byte[10], 0);
            frame[14 + 20 + 6] = 0;
            frame[14 + 20 + 7] = 0;
            Frames.add(in, frame, 1900);
            // VIRTIO_NET_HDR_F_DATA_VALID
            in.memory().putI8(in.offset(i) - VnetHeader.LENGTH, 2);
        }
        coalescer.coalesce(in, out);
        assertThat(out.size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"999, true", "1000, false"})
    void aPayloadOfOneSegmentNeedsNoCutting(int size, boolean cut) {
        Frames.add(in, Frames.of(TCP, 0, 0, new byte[1000], 0), 1900);
        assertThat(offload.requestSegmentation(in, 0, size)).isEqualTo(cut);
    }

    @Test
    void aChainedPacketIsInHandOnce() {
        in.add();
        out.add();
        in.chain(0, out, 0);
        assertThat(out.slotOrNone(0)).isEqualTo(PacketPool.NONE);
        out.release();
        assertThat(pool.available()).isEqualTo(pool.slots() - 2);
    }

    @Test
    void theSmallestSlotsAndTheLargestPools() throws ErrnoException {
        PacketPool.create(Syscalls.libc(), 1, 128).close();
        for (int slotSize : new int[] {32768, 65536, 1 << 20}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PacketPool.create(Syscalls.libc(), 65536, slotSize))
                    .withMessageContaining("2 GiB");
        }
    }

    /** With a tag, and the byte by which a longer one is known. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1500, 1965, 1966, 9006, 9007, 65535})
    void aPoolForAnMtuHoldsItsFramesInOneSlot(int mtu) throws ErrnoException {
        try (PacketPool made = PacketPool.forMtu(1, mtu)) {
            assertThat(made.frameCapacity()).isGreaterThanOrEqualTo(mtu + 18);
        }
    }
}
