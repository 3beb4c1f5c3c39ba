// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.rtap.Burst;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One direction of a {@link Link}. Its impairment can be changed at any time, for later packets.
 *
 * <p>Once its network is closed, a change throws an {@link IllegalStateException}; counts can still be read.
 *
 * <p>Threads: any.
 */
public final class Direction {

    private final String name;
    private final Transit transit;
    private final FlowTable flows;
    private final Sink target;
    private final boolean hasOffloads;
    private final int number;
    private final Burst copy;
    private final Burst made;
    private final PacketView packet = new PacketView();
    private final Shaper shaper = new Shaper();
    private final IcmpErrors errors = new IcmpErrors();
    private final AtomicLongArray counts = new AtomicLongArray(Fate.values().length);
    private volatile Impairment impairment = Impairment.none();
    private volatile boolean isCut;
    private volatile Playing playing = Playing.NOTHING;

    private long packets;
    private Impairment shaped = Impairment.none();
    private int waiting;

    @SuppressWarnings("NullAway.Init") // by connect
    private Direction back;

    // State of the packet that is being judged.
    private int marks;
    private long due;

    /**
     * Makes a direction without impairment.
     *
     * @param target the destination of packets
     * @param hasOffloads whether packets may have incomplete checksums and be longer than the MTU
     */
    Direction(String name, Transit transit, Sink target, boolean hasOffloads) {
        this.name = name;
        this.transit = transit;
        this.flows = new FlowTable(name, transit.seed());
        this.target = target;
        this.hasOffloads = hasOffloads;
        this.copy = transit.place();
        this.made = transit.place();
        this.number = transit.add(this, name);
    }

    /** Sets the direction that carries ICMP errors back to senders. Called before the first packet. */
    void connect(Direction back) {
        this.back = back;
    }

    /** Returns the direction's name, such as {@code "client>server"}. */
    public String name() {
        return name;
    }

    /**
     * Sets the impairment.
     *
     * @throws IllegalArgumentException if the impairment corrupts packets or has an MTU and the link has offloads,
     *     whose packets have no checksum to be detected and are not cut yet
     */
    public Direction impair(Impairment impairment) {
        transit.requireOpen();
        this.impairment = checked(impairment);
        return this;
    }

    private Impairment checked(Impairment impairment) {
        Objects.requireNonNull(impairment, "impairment");
        if (hasOffloads && (impairment.corruption > 0 || impairment.mtu > 0)) {
            throw new IllegalArgumentException(
                    name + " has offloads: to corrupt packets or to set a path MTU, make the link without offloads");
        }
        return impairment;
    }

    /** Returns the impairment. */
    public Impairment impairment() {
        return impairment;
    }

    /** Loses every packet until {@link #mend}. */
    public Direction cut() {
        transit.requireOpen();
        isCut = true;
        return this;
    }

    /** Ends a {@link #cut}. */
    public Direction mend() {
        transit.requireOpen();
        isCut = false;
        return this;
    }

    /** Starts a timeline and ends the former one. */
    public Direction play(Timeline timeline) {
        Objects.requireNonNull(timeline, "timeline");
        transit.requireOpen();
        timeline.steps().stream()
                .map(Timeline.Step::impairment)
                .filter(Objects::nonNull)
                .forEach(this::checked);
        playing = new Playing(timeline);
        transit.wake();
        return this;
    }

    /** Returns the number of packets of this fate so far. */
    public long count(Fate fate) {
        Objects.requireNonNull(fate, "fate");
        return counts.get(fate.ordinal());
    }

    /**
     * Makes the changes that are due, and returns the time of the next one; {@link Long#MAX_VALUE} if there is none.
     */
    long advance(long now) {
        Playing present = playing;
        for (Timeline.Step step = present.next(now, packets); step != null; step = present.next(now, packets)) {
            if (step.impairment() != null) {
                impairment = step.impairment();
            }
            if (step.cut() != null) {
                isCut = step.cut();
            }
        }
        return present.due();
    }

    /**
     * Decides on packet {@code i} of {@code in}, and passes it on or holds it; a packet that stays in the burst is
     * lost.
     */
    void accept(Burst in, int i, long now) {
        advance(now);
        packets++;
        Impairment impairment = this.impairment;
        Flow flow = flows.of(packet.wrap(in, i));
        long index = flow.next();
        packet.number(index);
        marks = 0;
        due = now;
        Fate fate = isCut ? Fate.CUT : judge(impairment, flow, index);
        if (!fate.isLost()) {
            fate = pass(impairment, flow, index, now);
        }
        if (!fate.isLost() && !impairment.isNone() && !packet.isControl()) {
            alter(impairment, flow, index, in, i);
        }
        record(flow, fate, now, in, i);
        if (!fate.isLost()) {
            send(in, i, now);
        } else if (fate == Fate.REFUSED || fate == Fate.TOO_LONG && impairment.tellsMtu) {
            tell(impairment, fate, now);
        }
    }

    private void record(Flow flow, Fate fate, long now, Burst in, int i) {
        counts.lazySet(fate.ordinal(), counts.get(fate.ordinal()) + 1);
        transit.record(number, flow, packet, fate, marks, now, fate.isLost() ? 0 : due - now, in, i);
    }

    /** Returns the fate of a packet that is lost before the queue; otherwise {@link Fate#DELIVERED}. */
    private Fate judge(Impairment impairment, Flow flow, long index) {
        if (impairment.isNone()) {
            return Fate.DELIVERED;
        }
        if (impairment.lossIf != null && impairment.lossIf.test(packet)) {
            return Fate.LOST_BY_PREDICATE;
        }
        if (packet.isControl()) {
            return Fate.DELIVERED;
        }
        if (impairment.refusal != null) {
            return Fate.REFUSED;
        }
        if (impairment.mtu > 0 && packet.packetLength() > impairment.mtu) {
            return Fate.TOO_LONG;
        }
        if (impairment.lossOfEvery > 0 && index % impairment.lossOfEvery == 0) {
            return Fate.LOST_BY_COUNT;
        }
        if (impairment.toBad > 0
                && flow.isBad(index, impairment.toBad, impairment.toGood)
                && flow.chance(index, Dice.Use.BURST_LOSS) < impairment.badLoss) {
            return Fate.LOST_IN_BURST;
        }
        return impairment.loss > 0 && flow.chance(index, Dice.Use.LOSS) < impairment.loss ? Fate.LOST : Fate.DELIVERED;
    }

    /** Passes the packet through the queue and decides when it arrives. */
    private Fate pass(Impairment impairment, Flow flow, long index, long now) {
        if (transit.isFull()) {
            return Fate.NO_BUFFER;
        }
        if (impairment.nanosPerByte > 0) {
            if (impairment.nanosPerByte != shaped.nanosPerByte) {
                shaper.reset();
            }
            shaped = impairment;
            due = shaper.accept(impairment, packet.length(), now);
            if (due == Shaper.FULL) {
                return Fate.QUEUE_FULL;
            }
        }
        due += impairment.delayNanos;
        if (impairment.isNone() || packet.isControl()) {
            due = flow.inOrder(due);
            return Fate.DELIVERED;
        }
        if (impairment.jitterNanos > 0) {
            due = Math.max(due - impairment.delayNanos, due + jitter(impairment, flow, index));
        }
        if (impairment.reordering > 0 && flow.chance(index, Dice.Use.REORDER) < impairment.reordering) {
            due += impairment.reorderNanos;
            marks |= PacketLog.REORDERED;
        } else {
            due = flow.inOrder(due);
        }
        return Fate.DELIVERED;
    }

    private static long jitter(Impairment impairment, Flow flow, long index) {
        double unit = impairment.spread == Impairment.Spread.NORMAL
                ? flow.normal(index)
                : 2 * flow.chance(index, Dice.Use.DELAY) - 1;
        return Math.round(unit * impairment.jitterNanos);
    }

    /** Flips a bit or makes a copy of the packet, as the impairment decides. */
    private void alter(Impairment impairment, Flow flow, long index, Burst in, int i) {
        if (impairment.corruption > 0
                && flow.chance(index, Dice.Use.CORRUPT) < impairment.corruption
                && Corruption.flip(packet, flow.chance(index, Dice.Use.CORRUPT_PLACE), impairment.corruptsUnnoticed)) {
            marks |= PacketLog.CORRUPTED;
        }
        if (impairment.duplication > 0
                && flow.chance(index, Dice.Use.DUPLICATE) < impairment.duplication
                && copy.copy(in, i)) {
            marks |= PacketLog.DUPLICATED;
        }
    }

    private void send(Burst in, int i, long now) {
        hand(in, i, now);
        if (copy.size() > 0) {
            hand(copy, 0, now);
            copy.release();
        }
    }

    private void hand(Burst from, int i, long now) {
        if (due - now <= 0 && waiting == 0) {
            target.deliver(from, i, now);
        } else if (transit.hold(from, i, due, number)) {
            waiting++;
        }
    }

    /** Passes on a packet that has waited. */
    void arrive(Burst from, int i, long now) {
        waiting--;
        target.deliver(from, i, now);
    }

    private void tell(Impairment impairment, Fate fate, long now) {
        boolean silent =
                fate == Fate.TOO_LONG && packet.isIpv4() && !packet.ipv4().isDontFragment();
        if (!silent && errors.make(packet, made, fate == Fate.REFUSED ? impairment.refusal : null, impairment.mtu)) {
            back.deliverOwn(made, now);
        }
        made.release();
    }

    /** Delivers a message of the link itself, without impairment. */
    private void deliverOwn(Burst message, long now) {
        Flow flow = flows.of(packet.wrap(message, 0));
        packet.number(flow.next());
        marks = 0;
        due = now;
        record(flow, Fate.TOLD, now, message, 0);
        target.deliver(message, 0, now);
    }

    @Override
    public String toString() {
        return name;
    }
}
