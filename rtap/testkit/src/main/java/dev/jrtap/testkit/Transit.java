// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.PacketSchedule;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The state that all directions of a network share: the packets in transit, the log and the capture.
 *
 * <p>Threads: the wire's; {@link #add} and {@link #wake} from any.
 */
final class Transit {

    private final long seed;
    private final PacketLog log;
    private final Capture capture;
    private final long startNanos;
    private final Life life;
    private final Runnable wake;
    private final PacketPool pool;
    private final PacketSchedule schedule;
    private final Burst arriving;
    private final List<Direction> directions = new CopyOnWriteArrayList<>();

    /** @param wake ends the sleep of the wire */
    Transit(long seed, PacketPool pool, PacketLog log, Capture capture, long startNanos, Life life, Runnable wake) {
        this.life = life;
        this.seed = seed;
        this.log = log;
        this.capture = capture;
        this.startNanos = startNanos;
        this.wake = wake;
        this.pool = pool;
        this.schedule = new PacketSchedule(pool, pool.slots());
        this.arriving = new Burst(pool, 1);
    }

    long seed() {
        return seed;
    }

    /** Adds a direction and returns its number. */
    synchronized int add(Direction direction, String name) {
        directions.add(direction);
        capture.addInterface(name);
        return directions.size() - 1;
    }

    /** Throws if the network no longer moves packets, so that changes are refused. */
    void requireOpen() {
        life.requireOpen();
    }

    void wake() {
        wake.run();
    }

    boolean isFull() {
        return schedule.size() == schedule.capacity();
    }

    /** Holds a packet until it is due; returns {@code false} if there is no room. */
    boolean hold(Burst from, int i, long due, int direction) {
        return schedule.add(from, i, due, direction);
    }

    /** Returns a new burst with room for one packet. */
    Burst place() {
        return new Burst(pool, 1);
    }

    void record(
            int direction,
            Flow flow,
            PacketView packet,
            Fate fate,
            int marks,
            long now,
            long delayNanos,
            Burst burst,
            int i) {
        long number =
                log.add(flow, packet.index(), packet.length(), fate, marks, now - startNanos, Math.max(0, delayNanos));
        capture.add(direction, now - startNanos, number, burst, i);
    }

    /** Passes on packets that are due and returns their number. */
    int passOn(long now) {
        int passed = 0;
        for (; schedule.isDue(now); passed++) {
            int direction = schedule.tag();
            schedule.take(arriving);
            directions.get(direction).arrive(arriving, 0, now);
            arriving.release();
        }
        return passed;
    }

    /** Makes the changes that are due, and returns the time of the next packet or change. */
    long advance(long now) {
        long next = schedule.nextDue();
        for (int i = 0; i < directions.size(); i++) {
            next = Math.min(next, directions.get(i).advance(now));
        }
        return next;
    }

    /** Releases every packet. */
    void release() {
        schedule.release();
    }
}
