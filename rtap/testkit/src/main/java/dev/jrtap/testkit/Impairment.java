// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The impairment of one direction of a link. Immutable: each {@code with} method returns a changed copy; a later one of
 * a kind replaces an earlier one.
 *
 * <pre>{@code
 * link.impair(Impairment.none().withDelay(Duration.ofMillis(50)).withLoss(0.02));
 * }</pre>
 *
 * <p>The order: a packet that is too long, refused or lost goes no further; then come the queue of the bandwidth,
 * corruption, duplication, and delay with jitter and reordering. ARP and neighbor discovery are delayed and queued like
 * any packet; chance does not affect them, because losing one costs a second and tests nothing.
 *
 * <p>Chance is a function of the network's seed, the link, the direction, the flow and the index of the packet in its
 * flow.
 *
 * <p>Threads: any.
 */
public final class Impairment implements Cloneable {

    /** Distributions of jitter. */
    enum Spread {
        UNIFORM,
        NORMAL
    }

    /** The ICMP error for a refused packet. */
    enum Refusal {
        /** Type 3, code 1; for IPv6 type 1, code 3. */
        HOST_UNREACHABLE,
        /** Type 3, code 13; for IPv6 type 1, code 1. */
        PROHIBITED
    }

    private static final Impairment NONE = new Impairment();

    /** The smallest MTU of IPv4 (RFC 791), in bytes. */
    private static final int MIN_MTU = 68;

    private static final long BITS_PER_BYTE = 8;

    /** At 1 bit/s they take 272 years, nearly the range of a {@code long} in nanoseconds. */
    private static final long MOST_BYTES = 1L << 30;

    private static final int MOST_PACKETS = 1 << 20;

    long delayNanos;
    long jitterNanos;
    Spread spread = Spread.UNIFORM;
    double loss;
    double toBad;
    double toGood;
    double badLoss;
    int lossOfEvery;

    @Nullable
    Predicate<PacketView> lossIf;

    double duplication;
    double reordering;
    long reorderNanos;
    double corruption;
    boolean corruptsUnnoticed;
    double nanosPerByte;
    long queueBytes;
    int queuePackets;
    int mtu;
    boolean tellsMtu;

    @Nullable
    Refusal refusal;

    private Impairment() {}

    /** Returns no impairment. */
    public static Impairment none() {
        return NONE;
    }

    private Impairment with(Consumer<Impairment> change) {
        try {
            Impairment copy = (Impairment) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Delays each packet; with a bandwidth, after it has left the queue.
     *
     * @param delay 0 to 1 day, like all times of an impairment
     */
    public Impairment withDelay(Duration delay) {
        long nanos = Checked.nanos("delay", delay);
        return with(o -> o.delayNanos = nanos);
    }

    /**
     * Varies the delay by up to {@code jitter} in both directions, uniformly distributed. Packets of one flow keep
     * their order; a delay is never negative.
     */
    public Impairment withJitter(Duration jitter) {
        return withJitter(jitter, Spread.UNIFORM);
    }

    /** Varies the delay by a normal distribution with the standard deviation {@code deviation}. */
    public Impairment withNormalJitter(Duration deviation) {
        return withJitter(deviation, Spread.NORMAL);
    }

    private Impairment withJitter(Duration jitter, Spread spread) {
        long nanos = Checked.nanos("jitter", jitter);
        return with(o -> {
            o.jitterNanos = nanos;
            o.spread = spread;
        });
    }

    /** Loses packets independently of each other. */
    public Impairment withLoss(double probability) {
        Checked.probability("loss", probability);
        return with(o -> o.loss = probability);
    }

    /**
     * Loses packets in bursts, by the Gilbert-Elliott model: each flow is in a good state, which loses none, or in a
     * bad one. The mean burst has {@code 1 / toGood} packets.
     *
     * @param toBad probability that a packet in the good state begins the bad one
     * @param toGood probability that a packet in the bad state begins the good one
     * @param badLoss probability that a packet in the bad state is lost
     */
    public Impairment withBurstLoss(double toBad, double toGood, double badLoss) {
        Checked.probability("toBad", toBad);
        Checked.probability("toGood", toGood);
        Checked.probability("badLoss", badLoss);
        return with(o -> {
            o.toBad = toBad;
            o.toGood = toGood;
            o.badLoss = badLoss;
        });
    }

    /**
     * Loses every {@code n}-th packet of each flow, the first one being number 1.
     *
     * @param n 1 loses all; 0 none
     */
    public Impairment withLossOfEvery(int n) {
        Checked.range("n", n, 0, Integer.MAX_VALUE);
        return with(o -> o.lossOfEvery = n);
    }

    /**
     * Loses packets that {@code predicate} accepts, ARP and neighbor discovery too. The network's thread calls it; it
     * must not keep the view.
     */
    public Impairment withLossIf(Predicate<PacketView> predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return with(o -> o.lossIf = predicate);
    }

    /** Delivers packets twice, the second copy right after the first. */
    public Impairment withDuplication(double probability) {
        Checked.probability("duplication", probability);
        return with(o -> o.duplication = probability);
    }

    /** Holds packets back for an additional {@code by}: packets that follow in this time overtake them. */
    public Impairment withReordering(double probability, Duration by) {
        Checked.probability("reordering", probability);
        long nanos = Checked.nanos("by", by);
        return with(o -> {
            o.reordering = probability;
            o.reorderNanos = nanos;
        });
    }

    /** Flips one bit of a packet, after its IP header: the receiver's checksum detects it. */
    public Impairment withCorruption(double probability) {
        Checked.probability("corruption", probability);
        return with(o -> {
            o.corruption = probability;
            o.corruptsUnnoticed = false;
        });
    }

    /**
     * Flips one bit in the payload of TCP or UDP, and corrects the checksum: only the application can detect it. A
     * packet without a payload stays as it is.
     */
    public Impairment withUnnoticedCorruption(double probability) {
        Checked.probability("corruption", probability);
        return with(o -> {
            o.corruption = probability;
            o.corruptsUnnoticed = true;
        });
    }

    /**
     * Limits the bandwidth, with a drop-tail queue of 64 KiB and 1000 packets.
     *
     * @param bitsPerSecond counted over Ethernet frames without preamble, FCS and gap; more than 0
     */
    public Impairment withBandwidth(long bitsPerSecond) {
        return withBandwidth(bitsPerSecond, 64 * 1024, 1000);
    }

    /**
     * Limits the bandwidth, with a drop-tail queue.
     *
     * @param bitsPerSecond counted over Ethernet frames without preamble, FCS and gap; more than 0
     * @param queueBytes the most bytes of waiting frames, 1..1073741824; with less than 1514, long frames never pass
     * @param queuePackets the most waiting frames, 1..1048576
     */
    public Impairment withBandwidth(long bitsPerSecond, long queueBytes, int queuePackets) {
        Checked.range("bitsPerSecond", bitsPerSecond, 1, Long.MAX_VALUE);
        Checked.range("queueBytes", queueBytes, 1, MOST_BYTES);
        Checked.range("queuePackets", queuePackets, 1, MOST_PACKETS);
        return with(o -> {
            o.nanosPerByte = 1e9 * BITS_PER_BYTE / bitsPerSecond;
            o.queueBytes = queueBytes;
            o.queuePackets = queuePackets;
        });
    }

    /**
     * Silently loses longer IP packets: a black hole for path-MTU discovery.
     *
     * @param bytes the longest IP packet that passes, 68 or more
     */
    public Impairment withMtuBlackHole(int bytes) {
        return withMtu(bytes, false);
    }

    /**
     * Loses longer IP packets, and sends an ICMP error, as a router does: "fragmentation needed" or "packet too big".
     * An IPv4 packet without the flag "don't fragment" is silently lost.
     *
     * @param bytes the longest IP packet that passes, 68 or more
     */
    public Impairment withPathMtu(int bytes) {
        return withMtu(bytes, true);
    }

    private Impairment withMtu(int bytes, boolean tells) {
        Checked.range("bytes", bytes, MIN_MTU, Integer.MAX_VALUE);
        return with(o -> {
            o.mtu = bytes;
            o.tellsMtu = tells;
        });
    }

    /** Refuses every IP packet with the ICMP error "host unreachable". */
    public Impairment withHostUnreachable() {
        return with(o -> o.refusal = Refusal.HOST_UNREACHABLE);
    }

    /** Refuses every IP packet with the ICMP error "administratively prohibited", as a firewall does. */
    public Impairment withProhibited() {
        return with(o -> o.refusal = Refusal.PROHIBITED);
    }

    /** Returns whether this does not affect any packet. */
    boolean isNone() {
        return this == NONE;
    }
}
