// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.jrtap.fixtures.Garbage;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.TcpSegment;
import dev.jrtap.net.UdpDatagram;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a direction does to packets, exactly: the time is the test's. */
class DirectionTest {

    private static final long MILLI = Lab.MILLI;
    private static final int PORT = 1000;

    private static final Impairment SOME = Impairment.none()
            .withDelay(Duration.ofMillis(5))
            .withJitter(Duration.ofMillis(2))
            .withLoss(0.1)
            .withBurstLoss(0.05, 0.3, 0.9)
            .withDuplication(0.1)
            .withReordering(0.1, Duration.ofMillis(3))
            .withCorruption(0.1);

    @Test
    void delaysEachPacketByTheSame() throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(Impairment.none().withDelay(Duration.ofMillis(50)));
            for (int i = 0; i < 100; i++) {
                lab.udp(i * MILLI, PORT, 10);
            }
            lab.passOn(49 * MILLI + 999_999);
            assertThat(lab.arrivals).isEmpty();
            lab.passOn(1000 * MILLI);
            assertThat(lab.arrivals).hasSize(100);
            for (int i = 0; i < 100; i++) {
                assertThat(lab.arrivals.get(i).nanos()).isEqualTo((50 + i) * MILLI);
                assertThat(lab.arrivals.get(i).number()).isEqualTo(i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jitterSpreadsDelaysAndKeepsTheOrderOfAFlow(boolean normal) throws Exception {
        try (Lab lab = new Lab(1)) {
            Impairment delayed = Impairment.none().withDelay(Duration.ofMillis(50));
            lab.direction.impair(
                    normal
                            ? delayed.withNormalJitter(Duration.ofMillis(5))
                            : delayed.withJitter(Duration.ofMillis(10)));
            for (int i = 0; i < 1000; i++) {
                // So far apart that none has to wait for the one before.
                lab.udp(i * 200 * MILLI, PORT, 10);
                lab.passOn((i * 200 + 199) * MILLI);
            }
            double[] delays = lab.log.events().stream()
                    .mapToDouble(event -> event.delay().toNanos() / 1e6)
                    .toArray();
            double mean = IntStream.range(0, 1000)
                    .mapToDouble(i -> delays[i])
                    .average()
                    .orElseThrow();
            double deviation = Math.sqrt(IntStream.range(0, 1000)
                    .mapToDouble(i -> (delays[i] - mean) * (delays[i] - mean))
                    .average()
                    .orElseThrow());
            assertThat(mean).isBetween(49.4, 50.6);
            // Of a uniform distribution over 20 ms: 20 / sqrt(12).
            assertThat(deviation).isBetween(normal ? 4.6 : 5.4, normal ? 5.4 : 6.2);

            lab.arrivals.clear();
            for (int i = 0; i < 1000; i++) {
                lab.udp(300_000 * MILLI + i * MILLI / 10, PORT, 10);
            }
            lab.passOn(400_000 * MILLI);
            assertThat(lab.arrivals).extracting(Lab.Arrival::number).isSorted().hasSize(1000);
        }
    }

    @Test
    void lossIsWithinThreeSigmaAndTheSameInEachRunOfASeed() throws Exception {
        int packets = 100_000;
        List<Long> first = lost(1, packets, PORT);
        double sigma = Math.sqrt(packets * 0.02 * 0.98);
        assertThat((double) first.size()).isBetween(packets * 0.02 - 3 * sigma, packets * 0.02 + 3 * sigma);
        for (int run = 1; run < 20; run++) {
            assertThat(lost(1, packets / 20, PORT))
                    .isEqualTo(first.stream()
                            .filter(index -> index <= packets / 20)
                            .toList());
        }
        assertThat(lost(2, packets / 20, PORT)).isNotEqualTo(lost(1, packets / 20, PORT));
    }

    private static List<Long> lost(long seed, int packets, int port) throws Exception {
        try (Lab lab = new Lab(seed)) {
            lab.direction.impair(Impairment.none().withLoss(0.02));
            for (int i = 0; i < packets; i++) {
                lab.udp(i, port, 10);
            }
            assertThat(lab.arrivals.size() + lab.indices(Fate.LOST).size()).isEqualTo(packets);
            return lab.indices(Fate.LOST);
        }
    }

    /** The kernel chooses another port each time; the first flow from such a port is the first one all the same. */
    @Test
    void chanceDoesNotDependOnThePortThatAKernelHasChosen() throws Exception {
        assertThat(lost(1, 5000, 40_000)).isEqualTo(lost(1, 5000, 50_000)).isNotEqualTo(lost(1, 5000, PORT));
    }

    @Test
    void chanceDoesNotDependOnOtherFlows() throws Exception {
        try (Lab alone = new Lab(9);
                Lab among = new Lab(9)) {
            alone.direction.impair(SOME);
            among.direction.impair(SOME);
            for (int i = 0; i < 2000; i++) {
                alone.udp(i * MILLI, PORT, 10);
                among.udp(i * MILLI, PORT + 1 + i % 7, 10);
                among.udp(i * MILLI, PORT, 10);
                alone.passOn(i * MILLI);
                among.passOn(i * MILLI);
            }
            String flow = "UDP 10.64.0.1:" + PORT + " > 10.64.0.2:53";
            assertThat(among.log.events(event -> event.flow().equals(flow)))
                    .hasSize(2000)
                    .isEqualTo(alone.log.events());
        }
    }

    @Test
    void twoFlowsOrSeedsOrDirectionsDoNotDrawAlike() throws Exception {
        assertThat(lost(1, 5000, PORT)).isNotEqualTo(lost(1, 5000, PORT + 1)).isNotEqualTo(lost(2, 5000, PORT));
        Flow forth = new FlowTable("a>b", 1).of(new PacketView());
        Flow back = new FlowTable("b>a", 1).of(new PacketView());
        assertThat(forth.chance(1, Dice.Use.LOSS)).isNotEqualTo(back.chance(1, Dice.Use.LOSS));
        assertThat(forth.chance(1, Dice.Use.LOSS)).isNotEqualTo(forth.chance(1, Dice.Use.DUPLICATE));
    }

    @Test
    void burstsOfLossAreAsLongAsAsked() throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(Impairment.none().withBurstLoss(0.01, 0.25, 1));
            for (int i = 0; i < 100_000; i++) {
                lab.udp(i, PORT, 10);
            }
            List<Long> lost = lab.indices(Fate.LOST_IN_BURST);
            long bursts = IntStream.range(0, lost.size())
                    .filter(i -> i == 0 || lost.get(i) != lost.get(i - 1) + 1)
                    .count();
            // In the bad state for 0.01 / (0.01 + 0.25) of the time, 4 packets each time.
            assertThat(lost.size() / 100_000.0).isBetween(0.034, 0.043);
            assertThat(lost.size() / (double) bursts).isBetween(3.7, 4.3);
        }
    }

    @Test
    void losesEveryNthAndWhatThePredicateWants() throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(Impairment.none().withLossOfEvery(3));
            for (int i = 0; i < 9; i++) {
                lab.udp(i, PORT, 10);
            }
            assertThat(lab.indices(Fate.LOST_BY_COUNT)).containsExactly(3L, 6L, 9L);

            lab.direction.impair(Impairment.none()
                    .withLossIf(packet -> packet.hasTcpFlags(TcpSegment.SYN) && packet.destinationPort() == 80
                            || packet.etherType() == EthernetFrame.ARP));
            lab.tcp(10, TcpSegment.SYN);
            lab.tcp(11, TcpSegment.ACK);
            lab.frame(12, EthernetFrame.ARP);
            assertThat(lab.direction.count(Fate.LOST_BY_PREDICATE)).isEqualTo(2);
            assertThat(lab.direction.count(Fate.DELIVERED)).isEqualTo(7);
        }
    }

    @Test
    void chanceLeavesNeighborDiscoveryAloneAndACutDoesNot() throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(Impairment.none().withLoss(1).withCorruption(1).withDuplication(1));
            lab.frame(0, EthernetFrame.ARP);
            assertThat(lab.arrivals).hasSize(1);
            lab.direction.cut();
            lab.frame(0, EthernetFrame.ARP);
            assertThat(lab.indices(Fate.CUT)).hasSize(1);
            lab.direction.mend();
            lab.frame(0, EthernetFrame.ARP);
            assertThat(lab.arrivals).hasSize(2);
        }
    }

    @Test
    void duplicatesAndReordersExactlyAsTheLogSays() throws Exception {
        try (Lab lab = new Lab(4)) {
            lab.direction.impair(Impairment.none()
                    .withDelay(Duration.ofMillis(1))
                    .withDuplication(0.1)
                    .withReordering(0.1, Duration.ofMillis(3)));
            for (int i = 0; i < 1000; i++) {
                lab.udp(i * MILLI, PORT, 10);
            }
            lab.passOn(2000 * MILLI);
            List<Integer> expected = lab.log.events().stream()
                    .sorted(Comparator.comparing(event -> event.at().plus(event.delay())))
                    .flatMap(event -> Collections.nCopies(event.isDuplicated() ? 2 : 1, event).stream())
                    .map(event -> (int) event.index() - 1)
                    .toList();
            assertThat(lab.arrivals).extracting(Lab.Arrival::number).isEqualTo(expected);
            assertThat(lab.log.events(PacketEvent::isDuplicated)).hasSizeBetween(70, 130);
            assertThat(lab.log.events(PacketEvent::isReordered)).hasSizeBetween(70, 130);
            assertThat(expected).isNotEqualTo(expected.stream().sorted().toList());
        }
    }

    @Test
    void aFlippedBitIsFoundByTheChecksumOrByNobody() throws Exception {
        for (boolean unnoticed : new boolean[] {false, true}) {
            try (Lab lab = new Lab(1)) {
                lab.direction.impair(
                        unnoticed
                                ? Impairment.none().withUnnoticedCorruption(1)
                                : Impairment.none().withCorruption(1));
                for (int i = 0; i < 500; i++) {
                    lab.udp(i, PORT, 101);
                }
                assertThat(lab.arrivals).hasSize(500);
                for (int i = 0; i < 500; i++) {
                    byte[] frame = lab.arrivals.get(i).frame();
                    assertThat(hasValidChecksum(frame)).as("packet %d", i).isEqualTo(unnoticed);
                    byte[] sent = lab.arrivals.get(0).frame();
                    assertThat(Arrays.copyOf(frame, 34)).isEqualTo(Arrays.copyOf(sent, 34));
                }
                lab.direction.impair(Impairment.none().withUnnoticedCorruption(1));
                lab.udp(600, PORT, 0);
                assertThat(lab.log.events().get(500).isCorrupted())
                        .as("there is no payload")
                        .isFalse();
            }
        }
    }

    private static boolean hasValidChecksum(byte[] frame) {
        Memory memory = Memory.allocate(frame.length);
        memory.putBytes(0, frame, 0, frame.length);
        Ipv4Packet ipv4 = new Ipv4Packet().wrap(memory, 14, frame.length - 14);
        UdpDatagram udp = new UdpDatagram().wrap(memory, 34, frame.length - 34);
        return udp.datagramLength() == frame.length - 34
                && udp.hasValidChecksum(ipv4.pseudoHeaderSum(frame.length - 34));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000_000, 10_000_000, 100_000_000, 500_000_000})
    void bandwidthIsExactAndTheQueueHasItsTail(long bitsPerSecond) throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(Impairment.none().withBandwidth(bitsPerSecond, 64 * 1024, 1000));
            long frame = 1042;
            // One and a half times the rate.
            double gap = frame * 8e9 / bitsPerSecond / 1.5;
            int packets = 3000;
            for (int i = 0; i < packets; i++) {
                lab.udp(Math.round(i * gap), PORT, 1000);
                lab.passOn(Math.round(i * gap));
            }
            long end = Math.round(packets * gap);
            double bits =
                    lab.arrivals.stream().filter(each -> each.nanos() <= end).count() * frame * 8;
            assertThat(bits / (end / 1e9)).isBetween(0.98 * bitsPerSecond, 1.0 * bitsPerSecond);
            long waiting = lab.log.events(event -> !event.fate().isLost()).size() - lab.arrivals.size();
            assertThat(waiting * frame).as("one of them is going out").isBetween(64 * 1024 - frame, 64 * 1024 + frame);
            assertThat(lab.direction.count(Fate.QUEUE_FULL)).isPositive();
        }
    }

    @Test
    void theQueueHoldsSoManyPacketsAndNoMore() throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(Impairment.none().withBandwidth(1_000_000, 1 << 20, 20));
            for (int i = 0; i < 50; i++) {
                lab.udp(0, PORT, 10);
            }
            assertThat(lab.direction.count(Fate.DELIVERED)).isEqualTo(20);
            assertThat(lab.direction.count(Fate.QUEUE_FULL)).isEqualTo(30);
            lab.passOn(1000 * MILLI);
            lab.udp(1000 * MILLI, PORT, 10);
            assertThat(lab.direction.count(Fate.DELIVERED)).isEqualTo(21);
        }
    }

    @Test
    void aLongPacketVanishesOrIsToldOf() throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(Impairment.none().withMtuBlackHole(1400));
            lab.udp(0, PORT, 1372);
            lab.udp(0, PORT, 1373);
            assertThat(lab.indices(Fate.TOO_LONG)).containsExactly(2L);
            assertThat(lab.told).isEmpty();

            lab.direction.impair(Impairment.none().withPathMtu(1400));
            lab.udp(0, PORT, 1373);
            lab.udp6(0, 1400);
            assertThat(lab.told).hasSize(2);
            byte[] needed = lab.told.get(0).frame();
            assertThat(needed[34]).as("type").isEqualTo((byte) 3);
            assertThat(needed[35]).as("code").isEqualTo((byte) 4);
            assertThat(ByteBuffer.wrap(needed).getShort(40)).as("MTU").isEqualTo((short) 1400);
            byte[] tooBig = lab.told.get(1).frame();
            assertThat(lab.log.events(event -> event.fate() == Fate.TOLD).stream()
                            .map(PacketEvent::toString))
                    .containsExactly(
                            "0.000 ms server>client: IP protocol 1 10.64.0.2 > 10.64.0.1 #1, 590 bytes:"
                                    + " an ICMP error of the link",
                            "0.000 ms server>client: IP protocol 58 [fd00::2] > [fd00::1] #1, 1294 bytes:"
                                    + " an ICMP error of the link");
            assertThat(tooBig[54]).as("type").isEqualTo((byte) 2);
            assertThat(ByteBuffer.wrap(tooBig).getInt(58)).as("MTU").isEqualTo(1400);
        }
    }

    @Test
    void theSenderOfARefusedPacketIsTold() throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(Impairment.none().withHostUnreachable());
            lab.tcp(0, TcpSegment.SYN);
            lab.direction.impair(Impairment.none().withProhibited());
            lab.tcp(0, TcpSegment.SYN);
            assertThat(lab.told).hasSize(2);
            assertThat(lab.told.get(0).frame()[35]).isEqualTo((byte) 1);
            assertThat(lab.told.get(1).frame()[35]).isEqualTo((byte) 13);
            assertThat(lab.arrivals).isEmpty();
        }
    }

    @Test
    void aTimelineChangesByTimeAndByPackets() throws Exception {
        try (Lab lab = new Lab(1)) {
            long start = System.nanoTime();
            lab.direction.play(Timeline.begin()
                    .afterPackets(3)
                    .cut()
                    .afterPackets(2)
                    .mend()
                    .after(Duration.ofSeconds(3600))
                    .impair(Impairment.none().withLoss(1)));
            for (int i = 0; i < 10; i++) {
                lab.udp(start + i, PORT, 10);
            }
            assertThat(lab.indices(Fate.CUT)).containsExactly(4L, 5L);
            lab.udp(start + 3_599_000 * MILLI, PORT, 10);
            assertThat(lab.indices(Fate.LOST)).isEmpty();
            lab.udp(start + 3_601_000 * MILLI, PORT, 10);
            assertThat(lab.indices(Fate.LOST)).containsExactly(12L);
        }
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    /** The longest queues at the slowest and the fastest rate: nothing overflows, and no packet passes another. */
    @Test
    void theExtremesOfABandwidthKeepTheirOrder() throws Exception {
        for (long rate : new long[] {1, Long.MAX_VALUE}) {
            try (Lab lab = new Lab(1)) {
                lab.direction.impair(Impairment.none()
                        .withBandwidth(rate, 1L << 30, 1 << 20)
                        .withDelay(Duration.ofDays(1))
                        .withNormalJitter(Duration.ofDays(1)));
                for (int i = 0; i < 1000; i++) {
                    lab.udp(i, 1000, 1400);
                }
                List<PacketEvent> events = lab.log.events();
                assertThat(events).hasSize(1000).allMatch(event -> event.fate() == Fate.DELIVERED);
                for (int i = 1; i < events.size(); i++) {
                    PacketEvent before = events.get(i - 1);
                    PacketEvent event = events.get(i);
                    assertThat(event.at().plus(event.delay()))
                            .isGreaterThanOrEqualTo(before.at().plus(before.delay()));
                }
            }
        }
    }

    @Test
    void refusesWhatCannotBe() throws Exception {
        Impairment none = Impairment.none();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> none.withLoss(1.1))
                .withMessageContaining("1.1");
        assertThatIllegalArgumentException().isThrownBy(() -> none.withLoss(Double.NaN));
        for (Duration wrong : List.of(Duration.ofNanos(-1), Duration.ofDays(2), Duration.ofSeconds(Long.MAX_VALUE))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> none.withDelay(wrong))
                    .withMessage("delay must be 0..24 hours: " + wrong);
            assertThatIllegalArgumentException().isThrownBy(() -> none.withJitter(wrong));
            assertThatIllegalArgumentException().isThrownBy(() -> none.withReordering(1, wrong));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Timeline.begin().after(wrong));
        }
        assertThatNullPointerException()
                .isThrownBy(() -> none.withDelay(nothing()))
                .withMessage("delay");
        assertThatIllegalArgumentException().isThrownBy(() -> none.withDelay(Duration.ofMillis(-1)));
        refused("bitsPerSecond must be 1 or more: 0", () -> none.withBandwidth(0));
        refused("bitsPerSecond must be 1 or more: " + Long.MIN_VALUE, () -> none.withBandwidth(Long.MIN_VALUE));
        refused("queueBytes must be 1..1073741824: " + Long.MAX_VALUE, () -> none.withBandwidth(1, Long.MAX_VALUE, 1));
        refused("queueBytes must be 1..1073741824: 0", () -> none.withBandwidth(1, 0, 1));
        refused("queuePackets must be 1..1048576: 1048577", () -> none.withBandwidth(1, 1, (1 << 20) + 1));
        refused("queuePackets must be 1..1048576: -1", () -> none.withBandwidth(1, 1, -1));
        refused("n must be 0 or more: -1", () -> none.withLossOfEvery(-1));
        refused("bytes must be 68 or more: 67", () -> none.withMtuBlackHole(67));
        refused("bytes must be 68 or more: -1", () -> none.withPathMtu(-1));
        refused("packets must be 0 or more: -1", () -> Timeline.begin().afterPackets(-1));
        refused("mtu must be 68..65521: 67", () -> LinkConfig.standard().withMtu(67));
        refused(
                "buffers must be 256..65536: 255",
                () -> NetworkConfig.standard().withBuffers(255));
        refused(
                "captureBytes must be 256..1073741824: " + Integer.MAX_VALUE,
                () -> NetworkConfig.standard().withCaptureBytes(Integer.MAX_VALUE));
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY, -Double.MIN_VALUE}) {
            refused("loss must be a probability, 0..1: " + wrong, () -> none.withLoss(wrong));
            refused("toBad must be a probability, 0..1: " + wrong, () -> none.withBurstLoss(wrong, 1, 1));
            refused("toGood must be a probability, 0..1: " + wrong, () -> none.withBurstLoss(1, wrong, 1));
            refused("badLoss must be a probability, 0..1: " + wrong, () -> none.withBurstLoss(1, 1, wrong));
            refused("duplication must be a probability, 0..1: " + wrong, () -> none.withDuplication(wrong));
            refused(
                    "reordering must be a probability, 0..1: " + wrong,
                    () -> none.withReordering(wrong, Duration.ZERO));
            refused("corruption must be a probability, 0..1: " + wrong, () -> none.withCorruption(wrong));
            refused("corruption must be a probability, 0..1: " + wrong, () -> none.withUnnoticedCorruption(wrong));
        }
        try (Lab lab = new Lab(1, true)) {
            assertThatNullPointerException()
                    .isThrownBy(() -> lab.direction.impair(nothing()))
                    .withMessage("impairment");
            assertThatNullPointerException()
                    .isThrownBy(() -> lab.direction.play(nothing()))
                    .withMessage("timeline");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lab.direction.impair(none.withCorruption(0.1)))
                    .withMessageContaining("client>server has offloads");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lab.direction.play(
                            Timeline.begin().after(Duration.ZERO).impair(none.withPathMtu(1400))));
        }
    }

    @SuppressWarnings("NullAway") // misuse
    private static <T> T nothing() {
        return null;
    }

    @Test
    void makesNoGarbage() throws Exception {
        try (Lab lab = new Lab(1)) {
            lab.direction.impair(SOME.withLoss(1));
            lab.keepUdp(PORT, 10);
            // Until the log is full it grows.
            for (int i = 0; i < 140_000; i++) {
                lab.again(i);
            }
            assertThat(Garbage.of(() -> lab.again(140_000))).isZero();
        }
    }
}
