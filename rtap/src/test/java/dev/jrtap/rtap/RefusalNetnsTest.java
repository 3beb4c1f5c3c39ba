// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.jrtap.fixtures.EachOf;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.tuntap.TunOffload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Super-packets that the kernel refuses arrive even so; a device that is gone is reported as gone. */
@Timeout(60)
class RefusalNetnsTest {

    private static final int SIZE = 1000;
    private static final int PIECES = 5;

    private static TapLink open(TapProfile profile, RtapConfig config) throws Exception {
        return new TapLink(
                profile.syscalls(), config.withRingSize(16), PacketPool.create(profile.syscalls(), 128, 8192));
    }

    /**
     * A super-packet; where it is spoilt, its vnet header wants a checksum after its end, which every kernel refuses
     * with EINVAL.
     */
    private static List<byte[]> add(Burst burst, Frames.Kind kind, boolean spoilt) {
        byte[] payload = new byte[(PIECES - 1) * SIZE + 7];
        new Random(7).nextBytes(payload);
        Frames.add(burst, Frames.of(kind, 0, 0, payload, 0), 8000);
        int i = burst.size() - 1;
        assertThat(new PacketOffload().requestSegmentation(burst, i, SIZE)).isTrue();
        if (spoilt) {
            int start = burst.vnet(i).checksumStart();
            burst.vnet(i).checksum(start, 8192);
        }
        List<byte[]> pieces = new ArrayList<>();
        for (int k = 0; k < PIECES; k++) {
            byte[] piece = new byte[Math.min(SIZE, payload.length - k * SIZE)];
            System.arraycopy(payload, k * SIZE, piece, 0, piece.length);
            pieces.add(Frames.of(kind, k, k * SIZE, piece, 0));
        }
        return pieces;
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aRefusedSuperPacketIsCutAndSentAgain(TapProfile profile) throws Exception {
        for (Frames.Kind kind : new Frames.Kind[] {Frames.Kind.TCP4, Frames.Kind.UDP4}) {
            try (TapLink link = open(profile, profile.config())) {
                List<byte[]> pieces = add(link.burst, kind, true);
                assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
                assertArrive(link, pieces);
                link.queue.tx().flush();
                assertThat(link.queue.tx().count(TxCounter.RESEGMENTED)).isEqualTo(1);
                assertThat(link.queue.tx().errors()).isZero();
                assertThat(link.queue.tx().packets()).isEqualTo(PIECES);

                // Remembered: a right one is not left to the kernel any more.
                pieces = add(link.burst, kind, false);
                assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
                assertArrive(link, pieces);
                link.queue.tx().flush();
                assertThat(link.queue.tx().count(TxCounter.RESEGMENTED)).isEqualTo(1);
                assertThat(link.queue.tx().count(TxCounter.TSO)).isZero();
                assertThat(link.queue.tx().packets()).isEqualTo(2 * PIECES);
            }
        }
    }

    /** The kernel has taken the pieces before the queue is closed: they were sent, and are counted as that. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatWasSentAgainCountsAsSentEvenIfNothingFollowsButTheClose(TapProfile profile) throws Exception {
        try (TapLink link = open(profile, profile.config())) {
            List<byte[]> pieces = add(link.burst, Frames.Kind.TCP4, true);
            assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
            link.queue.close();
            assertArrive(link, pieces);
            assertThat(link.queue.tx().packets()).isEqualTo(PIECES);
            assertThat(link.queue.tx().count(TxCounter.UNSENT)).isZero();
        }
    }

    private static void assertArrive(TapLink link, List<byte[]> pieces) throws Exception {
        for (byte[] piece : pieces) {
            assertThat(link.wire.capture(EthernetFrame.IPV4)).isEqualTo(piece);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aKindThatIsForbiddenIsNeverLeftToTheKernel(TapProfile profile) throws Exception {
        RtapConfig config = profile.config().withSoftwareSegmentation(TunOffload.USO);
        try (TapLink link = open(profile, config)) {
            List<byte[]> pieces = add(link.burst, Frames.Kind.UDP4, false);
            assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
            assertArrive(link, pieces);
            assertThat(link.queue.tx().count(TxCounter.TSO)).isZero();
            assertThat(link.queue.tx().count(TxCounter.RESEGMENTED)).isZero();

            add(link.burst, Frames.Kind.TCP4, false);
            assertThat(link.queue.tx().send(link.burst)).isEqualTo(1);
            link.queue.tx().flush();
            assertThat(link.queue.tx().count(TxCounter.TSO)).isEqualTo(1);
        }
    }

    /** More pieces than the ring has room for: they go as there is room, and nothing is lost. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void morePiecesThanTheRingHolds(TapProfile profile) throws Exception {
        RtapConfig config = profile.config().withSoftwareSegmentation(TunOffload.TSO);
        try (TapLink link = new TapLink(
                profile.syscalls(), config.withRingSize(8), PacketPool.create(profile.syscalls(), 256, 8192))) {
            Burst four = new Burst(link.pool, 4);
            List<byte[]> pieces = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                pieces.addAll(add(four, Frames.Kind.TCP4, false));
            }
            while (four.size() > 0) {
                link.queue.tx().send(four);
            }
            link.queue.tx().flush();
            link.queue.tx().flush();
            assertArrive(link, pieces);
            assertThat(link.queue.tx().packets()).isEqualTo(4 * PIECES);
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aDeviceThatIsGoneSaysSo(TapProfile profile) throws Exception {
        try (TapLink link = open(profile, profile.config())) {
            link.queue.rx().await(0);
            assertThat(link.rtap.isGone()).isFalse();
            assertThat(link.queue.isGone()).isFalse();
            Shell.run("ip", "link", "delete", link.rtap.name());
            long before = System.nanoTime();
            // What has come before it went comes first.
            while (link.queue.rx().await(30_000_000_000L)) {
                link.queue.rx().receive(link.burst);
                link.burst.release();
            }
            assertThat(System.nanoTime() - before).isLessThan(10_000_000_000L);
            assertThat(link.queue.isGone()).isTrue();
            assertThat(link.rtap.isGone()).isTrue();
            assertThat(link.queue.rx().count(RxCounter.GONE)).isEqualTo(1);
            assertThat(link.queue.rx().await(30_000_000_000L)).isFalse();
            assertThat(link.queue.isOpen()).isTrue();

            link.burst.add();
            link.burst.length(0, 60);
            link.queue.tx().send(link.burst);
            assertThat(link.queue.tx().count(TxCounter.GONE)).isEqualTo(1);
        }
    }

    @Test
    void onlySegmentationIsDoneHere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RtapConfig.named("x").withSoftwareSegmentation(TunOffload.CHECKSUM));
    }
}
