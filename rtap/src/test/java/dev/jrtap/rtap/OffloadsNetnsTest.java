// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.IfTun;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Garbage;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.DelegatingSyscalls;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.tuntap.VnetHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class OffloadsNetnsTest {

    private static final TunOffload[] ALL = TunOffload.values();

    /** What a kernel before 6.2 answers: each bit that it does not know is EINVAL. */
    private static final class OldOffloads extends DelegatingSyscalls {

        final List<Long> masks = new ArrayList<>();

        OldOffloads(Syscalls real) {
            super(real);
        }

        @Override
        public int ioctl(int fd, long request, long argument) {
            if (request == IfTun.TUNSETOFFLOAD) {
                masks.add(argument);
                if ((argument & (IfTun.TUN_F_USO4 | IfTun.TUN_F_USO6)) != 0) {
                    return -Errno.EINVAL;
                }
            }
            return super.ioctl(fd, request, argument);
        }
    }

    @Test
    void grantsWhatTheKernelHas() throws Exception {
        try (Rtap rtap = Rtap.open(
                TapProfile.NAPI_ONE_SHOT.syscalls(), RtapConfig.named("rtap%d").withOffloads(ALL))) {
            Feature.require("USO", rtap.offloads().contains(TunOffload.USO), "Linux 6.2 or newer is needed");
            assertThat(rtap.offloads()).containsExactly(ALL);
        }
    }

    @Test
    void leavesOutWhatTheKernelLacks() throws Exception {
        OldOffloads old = new OldOffloads(TapProfile.NAPI_ONE_SHOT.syscalls());
        try (Rtap rtap = Rtap.open(old, RtapConfig.named("rtap%d").withOffloads(ALL))) {
            assertThat(rtap.offloads()).containsExactly(TunOffload.CHECKSUM, TunOffload.TSO, TunOffload.TSO_ECN);
            assertThat(old.masks).hasSize(2);
        }
    }

    @Test
    void grantsNoSegmentationWithoutChecksums() throws Exception {
        Syscalls sys = TapProfile.NAPI_ONE_SHOT.syscalls();
        try (Rtap rtap = Rtap.open(sys, RtapConfig.named("rtap%d").withOffloads(TunOffload.TSO, TunOffload.USO))) {
            assertThat(rtap.offloads()).isEmpty();
        }
    }

    /** A persistent device keeps the offloads that an earlier process has asked for. */
    @Test
    void clearsWhatAnEarlierOwnerHasLeft() throws Exception {
        OldOffloads seen = new OldOffloads(TapProfile.NAPI_ONE_SHOT.syscalls());
        Rtap.open(seen, RtapConfig.named("stale0").withPersistence().withOffloads(TunOffload.CHECKSUM))
                .close();
        seen.masks.clear();
        try (Rtap rtap = Rtap.open(seen, RtapConfig.named("stale0"))) {
            assertThat(rtap.offloads()).isEmpty();
            assertThat(seen.masks).containsExactly(0L);
            rtap.setPersistent(false);
        }
    }

    /** Without offloads, the kernel cuts and completes what it hands over. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void nothingIsLeftUndoneThatWasNotAskedFor(TapProfile profile) throws Exception {
        Frames.Kind kind = Frames.Kind.TCP4;
        byte[] payload = Frames.experimental(3000);
        byte[] whole = Frames.unfinished(kind, Frames.of(kind, 0, 0, payload, 0));
        Syscalls sys = profile.syscalls();
        try (TapLink link = new TapLink(sys, profile.config(), PacketPool.create(sys, 1024, 2048))) {
            link.wire.injectTcp4(kind, whole, 1000);
            for (int i = 0; i < 3; i++) {
                byte[] part = new byte[1000];
                System.arraycopy(payload, i * 1000, part, 0, 1000);
                byte[] frame = Frames.of(kind, i, i * 1000, part, 0);
                assertThat(link.receive(frame.length)).isEqualTo(frame);
                assertThat(VnetHeader.isClear(link.pool.memory(), link.burst.offset(0) - VnetHeader.LENGTH))
                        .isTrue();
            }
        }
    }

    /** What the kernel refuses is counted by its reason, and does not disturb what follows. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void malformedRequestsAreCountedAndHarmless(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        try (TapLink link = new TapLink(sys, profile.config(), PacketPool.create(sys, 1024, 2048))) {
            TxQueue tx = link.queue.tx();
            sendWith(link, vnet -> vnet.checksum(60_000, 6));
            sendWith(link, vnet -> vnet.segmentation(77, 100, 42));
            sendWith(link, vnet -> vnet.checksum(34, 6).segmentation(VnetHeader.GSO_UDP, 0, 42));
            link.send(Frames.experimental(13 + 1), 2000);
            Frames.add(link.burst, new byte[5], 2000);
            tx.send(link.burst);
            assertThat(tx.count(TxCounter.INVALID)).isEqualTo(4);
            assertThat(tx.errors()).isEqualTo(4);

            link.rtap.down();
            link.send(Frames.experimental(60), 2000);
            assertThat(tx.count(TxCounter.LINK_DOWN)).isEqualTo(1);
            link.rtap.up();
            link.send(Frames.experimental(60), 2000);
            assertThat(tx.packets()).isEqualTo(2);
        }
    }

    private static void sendWith(TapLink link, Consumer<VnetHeader> request) {
        Frames.add(link.burst, Frames.of(Frames.Kind.UDP4, 0, 0, new byte[500], 0), 2000);
        request.accept(link.burst.vnet(0));
        link.queue.tx().send(link.burst);
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void tooManySegmentsAreCountedAndHarmless(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        try (TapLink link = new TapLink(sys, profile.config(), PacketPool.create(sys, 1024, 2048))) {
            link.send(Frames.experimental(10 * PacketPool.MAX_SEGMENTS), 10);
            link.send(Frames.experimental(10 * PacketPool.MAX_SEGMENTS + 1), 10);
            assertThat(link.queue.tx().count(TxCounter.TOO_MANY_SEGMENTS)).isEqualTo(1);
            assertThat(link.queue.tx().packets()).isEqualTo(1);
        }
    }

    /** A frame that begins where its slot does has no room for a vnet header: it gets one of its own. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void sendsFramesWithoutHeadroom(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        try (TapLink link = new TapLink(sys, profile.config(), PacketPool.create(sys, 1024, 2048))) {
            byte[] frame = Frames.experimental(200);
            link.burst.add();
            link.burst.prepend(0, 64);
            link.burst.length(0, frame.length);
            link.burst.memory().putBytes(link.burst.offset(0), frame, 0, frame.length);
            assertThatThrownBy(() -> link.burst.vnet(0)).isInstanceOf(IllegalStateException.class);
            link.queue.tx().send(link.burst);
            assertThat(link.wire.capture(Frames.EXPERIMENTAL)).isEqualTo(frame);
        }
    }

    /** A kernel that talks nonsense: positions outside of the frame, unknown kinds, less than a frame. */
    @Test
    void malformedHeadersFromTheKernelAreCountedAndHarmless() throws Exception {
        Syscalls real = TapProfile.NAPI_POLL.syscalls();
        int[] nonsense = new int[1];
        Syscalls sys = new DelegatingSyscalls(real) {
            @Override
            public long read(int fd, long buffer, long count) {
                long result = super.read(fd, buffer, count);
                if (result <= VnetHeader.LENGTH || nonsense[0] == 0) {
                    return result;
                }
                VnetHeader vnet = new VnetHeader().wrap(Memory.wrap(buffer, VnetHeader.LENGTH), 0);
                switch (nonsense[0]) {
                    case 1 -> vnet.checksum(60_000, 16);
                    case 2 -> vnet.segmentation(VnetHeader.GSO_TCPV4, 0, 54);
                    case 3 -> vnet.segmentation(96, 1000, 54);
                    case 4 -> vnet.segmentation(VnetHeader.GSO_UDP, 1000, 60_000);
                    default -> {
                        return VnetHeader.LENGTH + 13;
                    }
                }
                return result;
            }
        };
        RtapConfig config = TapProfile.NAPI_POLL.config();
        try (TapLink link = new TapLink(sys, config, PacketPool.create(real, 64, 2048))) {
            // What the stack says when a device comes up is over before the nonsense begins.
            link.wire.inject(Frames.experimental(60));
            link.receive();
            RxQueue rx = link.queue.rx();
            for (nonsense[0] = 1; nonsense[0] <= 5; nonsense[0]++) {
                long before = rx.count(RxCounter.MALFORMED) + rx.errors();
                link.wire.inject(Frames.experimental(100));
                link.burst.release();
                while (rx.count(RxCounter.MALFORMED) + rx.errors() == before) {
                    // What is malformed is no packet, and ends no sleep.
                    rx.await(TapLink.SECOND / 100);
                }
            }
            assertThat(rx.count(RxCounter.MALFORMED)).isGreaterThanOrEqualTo(4);
            assertThat(rx.errors()).isGreaterThanOrEqualTo(1);
            assertThat(link.rtap.statistics().total().rxErrors())
                    .isEqualTo(rx.count(RxCounter.MALFORMED) + rx.errors());
            nonsense[0] = 0;
            link.wire.inject(Frames.experimental(60));
            assertThat(link.receive()).isEqualTo(Frames.experimental(60));
        }
    }

    /** Chains both ways: received into several slots, sent from several slots. */
    @ParameterizedTest
    @EnumSource(
            value = TapProfile.class,
            names = {"NAPI_ONE_SHOT", "NAPI_POLL"})
    void allocatesNothingForChains(TapProfile profile) throws Exception {
        Syscalls sys = profile.syscalls();
        byte[] frame = Frames.experimental(3000);
        try (TapLink link = new TapLink(sys, profile.config().withMtu(9000), PacketPool.create(sys, 512, 1024))) {
            Runnable path = () -> {
                for (int i = 0; i < 2000; i++) {
                    link.wire.inject(frame);
                    link.queue.rx().await(TapLink.SECOND);
                    link.queue.rx().receive(link.burst);
                    link.queue.tx().send(link.burst);
                    link.burst.release();
                }
            };
            path.run();
            assertThat(Garbage.of(path)).isZero();
            assertThat(link.queue.tx().count(TxCounter.MULTI_SEGMENT)).isGreaterThan(2000);
        }
    }
}
