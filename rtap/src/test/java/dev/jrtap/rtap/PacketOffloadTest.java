// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.net.TcpSegment;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is asked of the kernel, or of the helpers, before a packet is sent. Without a device: the pool, and bytes. */
@Tag("any-kernel")
@Tag("any-user")
class PacketOffloadTest {

    private final Random random = new Random(12);
    private Segmenter segmenter;
    private Coalescer coalescer;
    private PacketOffload offload;
    private PacketPool pool;
    private Burst in;
    private Burst out;

    @BeforeEach
    void open() throws ErrnoException {
        pool = PacketPool.create(Syscalls.libc(), 256, 2048);
        in = new Burst(pool, 64);
        out = new Burst(pool, 64);
        use(TunMode.TAP);
    }

    private void use(TunMode mode) {
        segmenter = new Segmenter(mode);
        coalescer = new Coalescer(mode);
        offload = new PacketOffload(mode);
    }

    /** Also the proof that no slot is lost: the pool refuses to close otherwise. */
    @AfterEach
    void close() {
        in.release();
        out.release();
        pool.close();
    }

    @ParameterizedTest
    @EnumSource(Frames.Kind.class)
    void completesTheChecksumThatWasLeftUndone(Frames.Kind kind) {
        use(kind.mode);
        for (int length : new int[] {0, 1, 2, 3, 64, 1001, 5000, 9001}) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            byte[] frame = Frames.of(kind, 0, 0, payload, 0);
            Frames.add(in, frame, length > 1900 ? 333 : 1900);
            assertThat(offload.requestChecksum(in, 0)).isTrue();
            assertThat(Frames.bytes(in, 0)).isNotEqualTo(frame);
            assertThat(in.vnet(0).needsChecksum()).isTrue();

            assertThat(offload.finishChecksum(in, 0)).isTrue();
            assertThat(Frames.bytes(in, 0)).isEqualTo(frame);
            assertThat(VnetHeader.isClear(pool.memory(), in.offset(0) - VnetHeader.LENGTH))
                    .isTrue();
            in.release();
        }
    }

    /** Nobody says a word when the kernel drops a super-packet for its header checksum, so that is written here. */
    @ParameterizedTest
    @EnumSource(Frames.Kind.class)
    void segmentationIsRequestedWithTheHeaderChecksumRight(Frames.Kind kind) {
        use(kind.mode);
        byte[] frame = Frames.of(kind, 0, 0, new byte[1500], 0);
        byte[] wrong = frame.clone();
        if (kind.ipv4) {
            wrong[kind.linkLength() + 10] = 0;
            wrong[kind.linkLength() + 11] = 0;
        }
        Frames.add(in, wrong, 1900);
        assertThat(offload.requestSegmentation(in, 0, 1000)).isTrue();
        byte[] asked = Frames.bytes(in, 0);
        assertThat(Arrays.copyOf(asked, kind.headerLength() - (kind.tcp ? 32 : 8)))
                .isEqualTo(Arrays.copyOf(frame, kind.headerLength() - (kind.tcp ? 32 : 8)));
    }

    @Test
    void refusesASegmentThatNoPacketCanHave() {
        for (int size : new int[] {Integer.MIN_VALUE, -1, 0, 65_536, Integer.MAX_VALUE}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> offload.requestSegmentation(in, 0, size))
                    .withMessage("a segment has 1..65535 bytes of payload: " + size);
        }
    }

    /** Asked for the wrong kind of packet, in a pool whose queues have only carried the other. */
    @Test
    void refusesPacketsOfAnotherKindOfDevice() {
        PoolUsers.Queue queue = pool.users().join("queue 0 of tun0", TunMode.TUN);
        Frames.add(in, Frames.of(Frames.Kind.TUN_UDP4, 0, 0, new byte[100], 0), 1900);
        byte[] before = Frames.bytes(in, 0);
        String advice = "Rtap.mode()";
        assertThatIllegalStateException()
                .isThrownBy(() -> offload.requestChecksum(in, 0))
                .withMessageContaining(advice);
        assertThatIllegalStateException()
                .isThrownBy(() -> offload.requestSegmentation(in, 0, 10))
                .withMessageContaining(advice);
        assertThatIllegalStateException()
                .isThrownBy(() -> coalescer.coalesce(in, out))
                .withMessageContaining(advice);
        in.vnet(0).segmentation(VnetHeader.GSO_UDP, 10, 28);
        assertThatIllegalStateException()
                .isThrownBy(() -> segmenter.segment(in, 0, out))
                .withMessageContaining(advice);
        assertThat(Frames.bytes(in, 0)).isEqualTo(before);
        use(TunMode.TUN);
        assertThat(offload.requestChecksum(in, 0)).isTrue();
        queue.leave();
    }

    /** All of the headroom is in use: nothing can be asked of the kernel, and nothing is left to be done. */
    @Test
    void aFrameWithoutHeadroomGoesAsItIs() {
        Frames.add(in, Frames.of(Frames.Kind.UDP4, 0, 0, new byte[3000], 0), 1900);
        in.prepend(0, 60);
        byte[] frame = Frames.bytes(in, 0);
        assertThat(offload.requestChecksum(in, 0)).isFalse();
        assertThat(offload.requestSegmentation(in, 0, 1000)).isFalse();
        assertThat(offload.finishChecksum(in, 0)).isTrue();
        assertThat(segmenter.segment(in, 0, out)).isEqualTo(1);
        in.release();
        assertThat(coalescer.coalesce(out, in)).isEqualTo(1);
        assertThat(Frames.bytes(in, 0)).isEqualTo(frame);
    }

    @Test
    void aChecksumFieldLiesInTheFirstSegment() {
        in.add();
        in.length(0, 60);
        offload.requestChecksum(in, 0, 0, 58);
        offload.requestChecksum(in, 0, 58, 0);
        for (int[] outside :
                new int[][] {{0, 59}, {59, 0}, {-1, 10}, {10, -1}, {0x7ffffff0, 0x20}, {Integer.MAX_VALUE, 1}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> offload.requestChecksum(in, 0, outside[0], outside[1]));
        }
    }

    @Test
    void congestionIsSignalledOnceInTheFirstSegment() {
        Frames.add(in, Frames.of(Frames.Kind.TCP6, 0, 0, new byte[3000], TcpSegment.CWR), 1900);
        assertThat(offload.requestSegmentation(in, 0, 1000)).isTrue();
        assertThat(in.vnet(0).isEcn()).isTrue();
        assertThat(in.vnet(0).gsoType()).isEqualTo(VnetHeader.GSO_TCPV6);
        assertThat(segmenter.segment(in, 0, out)).isEqualTo(3);
        TcpSegment tcp = new TcpSegment();
        for (int i = 0; i < 3; i++) {
            tcp.wrap(out.memory(), out.offset(i) + 54, 32);
            assertThat((tcp.flags() & TcpSegment.CWR) != 0).isEqualTo(i == 0);
        }
    }

    @Test
    void headersCanBePutBeforeAFrameAndTakenOff() {
        Frames.add(in, Frames.of(Frames.Kind.UDP4, 0, 0, new byte[10], 0), 1900);
        assertThat(offload.requestChecksum(in, 0)).isTrue();
        byte[] frame = Frames.bytes(in, 0);
        in.prepend(0, 50);
        assertThat(in.length(0)).isEqualTo(frame.length + 50);
        assertThat(in.vnet(0).checksumStart()).isEqualTo(34 + 50);
        in.prepend(0, -50);
        assertThat(in.vnet(0).checksumStart()).isEqualTo(34);
        assertThat(Frames.bytes(in, 0)).isEqualTo(frame);
    }
}
