// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Garbage;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.VnetHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Without a device: the pool, and bytes. */
class SegmentAndCoalesceTest {

    private final Random random = new Random(12);
    private final Segmenter segmenter = new Segmenter();
    private final Coalescer coalescer = new Coalescer();
    private final PacketOffload offload = new PacketOffload();
    private PacketPool pool;
    private Burst in;
    private Burst out;

    @BeforeEach
    void open() throws ErrnoException {
        pool = PacketPool.create(Syscalls.libc(), 256, 2048);
        in = new Burst(pool, 64);
        out = new Burst(pool, 64);
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

    @ParameterizedTest
    @EnumSource(Frames.Kind.class)
    void completesTheChecksumThatWasLeftUndone(Frames.Kind kind) {
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
