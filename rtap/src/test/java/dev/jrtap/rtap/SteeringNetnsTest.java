// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.bindings.SkBuff;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Register;
import dev.jrtap.bpf.Size;
import dev.jrtap.bpf.VerifierException;
import dev.jrtap.fixtures.EachOf;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Which of four queue pairs the kernel chooses, by every kind of steering and in every way of receiving. */
@Timeout(120)
class SteeringNetnsTest {

    private static final int QUEUES = 4;
    private static final int FLOWS = 256;
    private static final int NUMBER_AT = 42;
    private static final Steering BY_LENGTH = Steering.byProgram(new Assembler("by_length")
            .ldx(Size.W, Register.R0, Register.R1, SkBuff.LEN)
            .exit()
            .assemble());

    @BeforeEach
    void needsPrograms() {
        Ebpf.require();
    }

    private static TapLink link(TapProfile profile, TunMode mode, Steering steering) throws IOException {
        Syscalls sys = profile.syscalls();
        RtapConfig config = profile.config()
                .withMode(mode)
                .withQueues(QUEUES)
                .withRingSize(32)
                .withSteering(steering);
        TapLink link = new TapLink(sys, config, PacketPool.create(sys, 2048, 2048));
        for (QueuePair pair : link.pairs) {
            pair.rx().await(0);
        }
        return link;
    }

    /** Lets a packet come, which must be in that queue and as it was sent. */
    private static void expect(TapLink link, byte[] frame, int queue) {
        link.wire.inject(frame);
        expectNext(link, frame, queue);
    }

    private static void expectNext(TapLink link, byte[] frame, int queue) {
        RxQueue rx = link.pairs.get(queue).rx();
        do {
            link.burst.release();
            assertThat(rx.await(10 * TapLink.SECOND)).as("queue %d", queue).isTrue();
            assertThat(rx.receive(link.burst)).isEqualTo(1);
            // A bridge asks for groups.
        } while (isForGroup(Frames.bytes(link.burst, 0)) && !isForGroup(frame));
        assertThat(Frames.bytes(link.burst, 0)).isEqualTo(frame);
    }

    private static boolean isForGroup(byte[] frame) {
        return (frame[0] & 1) != 0;
    }

    private static List<Frames.Kind> kinds(TunMode mode) {
        List<Frames.Kind> kinds = new ArrayList<>();
        for (Frames.Kind kind : Frames.Kind.values()) {
            if (kind.mode == mode) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    /** The packets of a flow, and those of the other direction, come to one queue: that of their hash. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aFlowStaysInTheQueueOfItsHash(TapProfile profile) throws Exception {
        for (TunMode mode : TunMode.values()) {
            try (TapLink link = link(profile, mode, Steering.byFlow())) {
                List<Frames.Kind> kinds = kinds(mode);
                int[] flows = new int[QUEUES];
                for (int flow = 0; flow < FLOWS; flow++) {
                    SteeredFrame frame = SteeredFrame.of(kinds.get(flow % kinds.size()), flow);
                    int queue = Integer.remainderUnsigned(frame.hash(), QUEUES);
                    flows[queue]++;
                    expect(link, frame.bytes(), queue);
                    expect(link, frame.reverse().bytes(), queue);
                    expect(link, frame.bytes(), queue);
                }
                // A quarter of all each, and not further from it than five standard deviations.
                assertThat(IntStream.of(flows).summaryStatistics().getMin()).isBetween(64 - 35, 64);
            }
        }
    }

    @ParameterizedTest
    @EachOf(TapProfile.class)
    void portsAndVlansAreNumbers(TapProfile profile) throws Exception {
        try (TapLink link = link(profile, TunMode.TAP, Steering.byDestinationPort())) {
            for (Frames.Kind kind : kinds(TunMode.TAP)) {
                for (int flow = 0; flow < 8; flow++) {
                    SteeredFrame frame = SteeredFrame.of(kind, flow);
                    link.rtap.setSteering(Steering.byDestinationPort());
                    expect(link, frame.bytes(), frame.destinationPort() % QUEUES);
                    link.rtap.setSteering(Steering.bySourcePort());
                    expect(link, frame.bytes(), frame.sourcePort() % QUEUES);
                    link.rtap.setSteering(Steering.byVlan());
                    expect(link, frame.bytes(), frame.vlan() % QUEUES);
                    link.rtap.setSteering(BY_LENGTH);
                    expect(link, frame.bytes(), frame.bytes().length % QUEUES);
                }
            }
        }
    }

    /** A fragment has no ports, other protocols have none that we know, and a frame that is cut off has nothing. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void whatHasNoPortsIsToldApartByAddresses(TapProfile profile) throws Exception {
        try (TapLink link = link(profile, TunMode.TAP, Steering.byFlow())) {
            for (int flow = 0; flow < 16; flow++) {
                SteeredFrame whole = SteeredFrame.of(Frames.Kind.UDP4, flow);
                for (byte[] frame : List.of(whole.fragment(0), whole.fragment(185), whole.ofProtocol(47))) {
                    link.rtap.setSteering(Steering.byFlow());
                    expect(link, frame, Integer.remainderUnsigned(whole.hashOfAddresses(), QUEUES));
                    link.rtap.setSteering(Steering.bySourcePort());
                    expect(link, frame, 0);
                }
            }
            link.rtap.setSteering(Steering.byFlow());
            expect(link, Frames.experimental(60), 0);
            byte[] cut = new byte[30];
            System.arraycopy(SteeredFrame.of(Frames.Kind.UDP6, 1).bytes(), 0, cut, 0, cut.length);
            expect(link, cut, 0);
        }
    }

    /** Where the kernel has taken the tag out of the frame. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aTagBesideThePacketCounts(TapProfile profile) throws Exception {
        try (TapLink from =
                        new TapLink(Syscalls.libc(), RtapConfig.named("from%d").withRxMode(RxMode.POLL));
                TapLink link = link(profile, TunMode.TAP, Steering.byVlan());
                Bridge bridge = Bridge.open()) {
            bridge.join(from.rtap);
            bridge.join(link.rtap);
            for (int id : new int[] {5, 6, 7, 4092}) {
                byte[] frame = SteeredFrame.tagged(
                        SteeredFrame.of(Frames.Kind.UDP4, id).bytes(), id);
                from.send(frame);
                expectNext(link, frame, id % QUEUES);
            }
        }
    }

    /** As many packets as are sent come once each, while the choice changes all the time. */
    @ParameterizedTest
    @EachOf(TapProfile.class)
    void aChangeLosesNothing(TapProfile profile) throws Exception {
        int packets = Stress.times(5_000);
        Steering[] all = {
            Steering.byFlow(), Steering.byDestinationPort(), Steering.byKernel(), BY_LENGTH, Steering.bySourcePort()
        };
        try (TapLink link = link(profile, TunMode.TAP, Steering.byFlow())) {
            AtomicInteger received = new AtomicInteger();
            AtomicBoolean ended = new AtomicBoolean();
            AtomicInteger changes = new AtomicInteger();
            // However fast it is, each of them steers some packets.
            FutureTask<Void> sender = task(
                    () -> send(link, packets, received, ended, i -> changes.get() >= (long) i * all.length / packets));
            FutureTask<Void> changer = task(() -> {
                while (received.get() < packets && !ended.get()) {
                    link.rtap.setSteering(all[changes.getAndIncrement() % all.length]);
                }
                return null;
            });
            BitSet seen = new BitSet();
            try {
                receive(link, packets, seen, received);
            } finally {
                ended.set(true);
                sender.get();
            }
            changer.get();
            assertThat(seen.cardinality()).isEqualTo(packets);
            assertThat(link.rtap.statistics().missed()).isZero();
        }
    }

    private static <T> FutureTask<T> task(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(task).start();
        return task;
    }

    /** Never more at a time than any queue can hold. */
    private static Void send(
            TapLink link, int packets, AtomicInteger received, AtomicBoolean ended, IntPredicate mayGo) {
        for (int i = 0; i < packets && !ended.get(); ) {
            if (i - received.get() < 32 && mayGo.test(i)) {
                byte[] frame =
                        SteeredFrame.of(Frames.Kind.UDP4, i % FLOWS, i % 7 + 4).bytes();
                frame[NUMBER_AT] = (byte) i;
                frame[NUMBER_AT + 1] = (byte) (i >> 8);
                frame[NUMBER_AT + 2] = (byte) (i >> 16);
                link.wire.inject(frame);
                i++;
            } else {
                Thread.yield();
            }
        }
        return null;
    }

    private static void receive(TapLink link, int packets, BitSet seen, AtomicInteger received) {
        long end = System.nanoTime() + 60 * TapLink.SECOND;
        while (received.get() < packets && System.nanoTime() < end) {
            for (QueuePair pair : link.pairs) {
                link.burst.release();
                if (pair.rx().receive(link.burst) == 1) {
                    byte[] frame = Frames.bytes(link.burst, 0);
                    int number = frame[NUMBER_AT] & 0xff
                            | (frame[NUMBER_AT + 1] & 0xff) << 8
                            | (frame[NUMBER_AT + 2] & 0xff) << 16;
                    assertThat(seen.get(number))
                            .as("packet %d came before", number)
                            .isFalse();
                    seen.set(number);
                    received.incrementAndGet();
                }
            }
        }
    }

    @Test
    void itIsTold() throws Exception {
        try (TapLink link = link(TapProfile.PLAIN_POLL, TunMode.TAP, Steering.byFlow())) {
            assertThat(link.rtap.info().steering()).isSameAs(Steering.byFlow());
            assertThat(link.rtap.info().toString()).contains("steering       by flow");
            link.rtap.setSteering(BY_LENGTH);
            assertThat(link.rtap.info().toString()).contains("steering       by program by_length");
            link.rtap.setSteering(Steering.byKernel());
            assertThat(link.rtap.info().steering()).hasToString("by the kernel");
        }
    }

    /** A program that is refused changes nothing. */
    @Test
    void aRefusedProgramLeavesTheFormerOne() throws Exception {
        Steering wrong = Steering.byProgram(new Assembler("wrong").exit().assemble());
        RtapConfig config = TapProfile.PLAIN_POLL.config().withQueues(QUEUES);
        assertThatThrownBy(() -> Rtap.open(config.withSteering(wrong)))
                .isInstanceOf(VerifierException.class)
                .hasMessageContaining("R0 !read_ok");
        try (TapLink link = link(TapProfile.PLAIN_POLL, TunMode.TAP, Steering.byVlan())) {
            assertThatThrownBy(() -> link.rtap.setSteering(wrong)).isInstanceOf(VerifierException.class);
            assertThat(link.rtap.info().steering()).isSameAs(Steering.byVlan());
            SteeredFrame frame = SteeredFrame.of(Frames.Kind.UDP6_TWO_VLANS, 1);
            expect(link, frame.bytes(), frame.vlan() % QUEUES);
        }
    }
}
