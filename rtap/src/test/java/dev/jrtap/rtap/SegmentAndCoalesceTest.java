// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jrtap.fixtures.Garbage;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.tuntap.VnetHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Without a device: the pool, and bytes. */
@Tag("any-kernel")
@Tag("any-user")
class SegmentAndCoalesceTest {

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
    void whatIsCoalescedAndCutAgainIsTheSame(Frames.Kind kind) {
        use(kind.mode);
        for (int packets = 2; packets <= 40; packets++) {
            int size = 1 + random.nextInt(1400);
            List<byte[]> frames = flow(kind, packets, size);
            // What an IP packet cannot hold is left for another one.
            int merged = Math.min(packets, (65535 - kind.headerLength()) / size);

            frames.forEach(frame -> Frames.add(in, frame, 1900));
            assertThat(coalescer.coalesce(in, out)).isEqualTo(packets);
            assertThat(in.size()).isZero();
            assertThat(out.size()).isEqualTo(merged == packets ? 1 : 2);
            assertThat(out.vnet(0).gsoSize()).isEqualTo(size);
            assertThat(out.vnet(0).fits(out.length(0))).isTrue();

            assertThat(segmenter.segment(out, 0, in)).isEqualTo(merged);
            for (int i = 0; i < merged; i++) {
                assertThat(Frames.bytes(in, i))
                        .as("packet %d of %d", i, packets)
                        .isEqualTo(frames.get(i));
            }
            in.release();
            out.release();
            assertThat(pool.available()).isEqualTo(pool.slots());
        }
    }

    private List<byte[]> flow(Frames.Kind kind, int packets, int size) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            boolean last = i == packets - 1;
            byte[] payload = new byte[last ? 1 + random.nextInt(size) : size];
            random.nextBytes(payload);
            int flags = last ? TcpSegment.PSH | (random.nextBoolean() ? TcpSegment.FIN : 0) : 0;
            frames.add(Frames.of(kind, i, i * size, payload, flags));
        }
        return frames;
    }

    /** One thing differs at a time, and the two packets stay two. */
    @ParameterizedTest
    @EnumSource(Frames.Kind.class)
    void leavesAloneWhatDoesNotBelongTogether(Frames.Kind kind) {
        use(kind.mode);
        for (int at = 0; at < kind.headerLength(); at++) {
            byte[] first = Frames.of(kind, 0, 0, new byte[100], 0);
            byte[] second = Frames.of(kind, 1, 100, new byte[100], 0);
            second[at] ^= 0x40;
            byte[] changed = second.clone();
            Frames.add(in, first, 1900);
            Frames.add(in, second, 1900);

            assertThat(coalescer.coalesce(in, out)).isEqualTo(2);
            assertThat(out.size()).as("byte %d differs", at).isEqualTo(2);
            assertThat(Frames.bytes(out, 0)).isEqualTo(first);
            assertThat(Frames.bytes(out, 1)).isEqualTo(changed);
            out.release();
        }
    }

    /**
     * Any one bit differs, in the first, the second or both, and all checksums are right again: what comes out can be
     * cut into the same.
     */
    @ParameterizedTest
    @EnumSource(Frames.Kind.class)
    void whateverIsMergedIsCutIntoTheSame(Frames.Kind kind) {
        isCutIntoTheSame(kind, false);
    }

    @ParameterizedTest
    @EnumSource(Frames.Kind.class)
    void whateverIsMergedWithChecksumsLeftToTheKernelIsCutIntoTheSame(Frames.Kind kind) {
        isCutIntoTheSame(kind, true);
    }

    private void isCutIntoTheSame(Frames.Kind kind, boolean left) {
        use(kind.mode);
        for (int bit = 0; bit < 8 * kind.headerLength(); bit++) {
            for (int which = 1; which <= 3; which++) {
                for (int i = 0; i < 2; i++) {
                    byte[] frame = Frames.of(kind, i, 100 * i, new byte[100], 0);
                    frame[bit / 8] ^= (byte) ((which >> i & 1) << bit % 8);
                    Frames.add(in, frame, 1900);
                    if (offload.requestChecksum(in, i)) {
                        offload.finishChecksum(in, i);
                    }
                }
                List<byte[]> before = List.of(Frames.bytes(in, 0), Frames.bytes(in, 1));
                for (int i = 0; left && i < 2; i++) {
                    offload.requestChecksum(in, i);
                }
                coalescer.coalesce(in, out);
                for (int i = 0; i < out.size(); i++) {
                    segmenter.segment(out, i, in);
                }
                assertThat(in.size()).isEqualTo(2);
                for (int i = 0; i < 2; i++) {
                    offload.finishChecksum(in, i);
                    assertThat(Frames.bytes(in, i))
                            .as("bit %d of byte %d, in %d", bit % 8, bit / 8, which)
                            .isEqualTo(before.get(i));
                }
                in.release();
                out.release();
            }
        }
    }

    /** UDP_MAX_SEGMENTS before Linux 6.9. */
    @Test
    void theSixtyFifthDatagramBeginsAnother() throws ErrnoException {
        try (PacketPool large = PacketPool.create(Syscalls.libc(), 256, 512)) {
            Burst datagrams = new Burst(large, 65);
            Burst merged = new Burst(large, 65);
            for (int i = 0; i < 65; i++) {
                Frames.add(datagrams, Frames.of(Frames.Kind.UDP4, i, 0, new byte[10], 0), 400);
            }
            coalescer.coalesce(datagrams, merged);
            assertThat(merged.size()).isEqualTo(2);
            assertThat(merged.segments(0)).isEqualTo(64);
            merged.release();
        }
    }

    @Test
    void cutsNothingWhereThereIsNoRoomAndLosesNothing() {
        Frames.add(in, Frames.of(Frames.Kind.TCP4, 0, 0, new byte[60_000], 0), 1900);
        assertThat(offload.requestSegmentation(in, 0, 1000)).isTrue();
        byte[] before = Frames.bytes(in, 0);
        Burst small = new Burst(pool, 59);
        assertThat(segmenter.segment(in, 0, small)).isZero();
        assertThat(small.size()).isZero();

        Burst hoard = new Burst(pool, 200);
        while (pool.available() > 30) {
            hoard.add();
        }
        assertThat(segmenter.segment(in, 0, out)).isZero();
        assertThat(out.size()).isZero();
        assertThat(pool.available()).isEqualTo(30);
        assertThat(Frames.bytes(in, 0)).isEqualTo(before);
        hoard.release();

        assertThat(segmenter.segment(in, 0, out)).isEqualTo(60);
        assertThat(in.slotOrNone(0)).isEqualTo(PacketPool.NONE);
    }

    /** Slots so small that the headers of what is cut, and of what is to be cut, fill one or more of them. */
    @ParameterizedTest
    @EnumSource(Frames.Kind.class)
    void cutsInTheSmallestSlots(Frames.Kind kind) throws ErrnoException {
        use(kind.mode);
        try (PacketPool small = PacketPool.create(Syscalls.libc(), 256, 128)) {
            Burst whole = new Burst(small, 1);
            Burst cut = new Burst(small, 64);
            List<byte[]> frames = flow(kind, 5, 200);
            byte[] payload = new byte[0];
            for (byte[] frame : frames) {
                payload = concatenate(payload, frame, kind.headerLength());
            }
            byte[] last = frames.get(frames.size() - 1);
            int flags = kind.tcp ? last[kind.headerLength() - 32 + 13] & (TcpSegment.PSH | TcpSegment.FIN) : 0;
            Frames.add(whole, Frames.of(kind, 0, 0, payload, flags), 50);
            VnetHeader vnet = whole.vnet(0);
            int tcp = kind.ipv4 ? VnetHeader.GSO_TCPV4 : VnetHeader.GSO_TCPV6;
            vnet.segmentation(kind.tcp ? tcp : VnetHeader.GSO_UDP, 200, kind.headerLength());

            assertThat(segmenter.segment(whole, 0, cut)).isEqualTo(5);
            for (int i = 0; i < 5; i++) {
                assertThat(Frames.bytes(cut, i)).isEqualTo(frames.get(i));
            }
            cut.release();
            whole.release();
        }
    }

    private static byte[] concatenate(byte[] payload, byte[] frame, int from) {
        byte[] all = Arrays.copyOf(payload, payload.length + frame.length - from);
        System.arraycopy(frame, from, all, payload.length, frame.length - from);
        return all;
    }

    /** What has been chained before, header by header and piece by piece, is merged as well. */
    @ParameterizedTest
    @EnumSource(Frames.Kind.class)
    void mergesPacketsOfManySegments(Frames.Kind kind) {
        use(kind.mode);
        List<byte[]> frames = flow(kind, 3, 1000);
        frames.forEach(frame -> Frames.add(in, frame, 300));
        assertThat(in.segments(0)).isEqualTo(4);
        assertThat(coalescer.coalesce(in, out)).isEqualTo(3);
        assertThat(out.size()).isEqualTo(1);
        assertThat(segmenter.segment(out, 0, in)).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(Frames.bytes(in, i)).isEqualTo(frames.get(i));
        }
    }

    /** A packet would follow on itself. */
    @Test
    void aBurstIsNotMergedIntoItself() {
        Frames.add(in, Frames.of(Frames.Kind.UDP6, 0, 0, new byte[10], 0), 1900);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> coalescer.coalesce(in, in))
                .withMessageContaining("another burst");
        assertThat(in.size()).isEqualTo(1);
    }

    @Test
    void mergesNoMoreSegmentsThanOneWriteTakes() throws ErrnoException {
        try (PacketPool large = PacketPool.create(Syscalls.libc(), 512, 256)) {
            Burst pieces = new Burst(large, 14);
            Burst merged = new Burst(large, 14);
            flow(Frames.Kind.TCP4, 14, 1400).forEach(frame -> Frames.add(pieces, frame, 70));
            int each = pieces.segments(0);
            coalescer.coalesce(pieces, merged);
            assertThat(merged.size()).isEqualTo(2);
            assertThat(merged.segments(0)).isEqualTo(PacketPool.MAX_SEGMENTS / each * each);
            merged.release();
        }
    }

    @Test
    void allocatesNothing() {
        Frames.Kind kind = Frames.Kind.TCP4;
        List<byte[]> frames = flow(kind, 40, 100);
        Runnable path = () -> {
            for (int round = 0; round < 1000; round++) {
                for (int i = 0; i < frames.size(); i++) {
                    byte[] frame = frames.get(i);
                    in.add();
                    in.length(i, frame.length);
                    in.memory().putBytes(in.offset(i), frame, 0, frame.length);
                }
                coalescer.coalesce(in, out);
                segmenter.segment(out, 0, in);
                for (int i = 0; i < in.size(); i++) {
                    offload.requestChecksum(in, i);
                    offload.finishChecksum(in, i);
                }
                in.release();
                out.release();
            }
        };
        assertThat(Garbage.of(path)).isZero();
    }
}
