// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.util.Queue;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * What becomes of the packets of one episode of {@link ConservationNetnsTest}: each that was given to the kernel is
 * received once, or counted as missed or as an error.
 *
 * <p>Threads: any.
 */
final class Ledger {

    /** Packets to the device in one episode, at most. */
    static final int MOST_PACKETS = 1 << 20;

    /** Not in any order with others: a queue was about to go. */
    static final long NO_ORDER = -1;

    private final AtomicLongArray seen = new AtomicLongArray(MOST_PACKETS / Long.SIZE);
    private final AtomicLong retirementsBegun = new AtomicLong();
    private final AtomicLong retirementsEnded = new AtomicLong();

    /** Packets that the kernel has taken for the device, or has counted as dropped. */
    final AtomicLong given = new AtomicLong();

    /** Packets received, all different. */
    final LongAdder received = new LongAdder();

    /** Packets that queues have accepted, that have been sent by their counters, and that have not. */
    final LongAdder accepted = new LongAdder();

    final LongAdder sent = new LongAdder();
    final LongAdder unsent = new LongAdder();

    /** Packets captured behind the device. */
    final LongAdder captured = new LongAdder();

    /** Calls of all threads. */
    final LongAdder steps = new LongAdder();

    /** What has gone wrong. */
    final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    /** Marks a number as received. */
    void receive(long number) {
        int word = (int) (number / Long.SIZE);
        long bit = 1L << number % Long.SIZE;
        if ((seen.getAndUpdate(word, bits -> bits | bit) & bit) != 0) {
            throw new AssertionError("packet " + number + " was received twice");
        }
        received.increment();
    }

    /** The numbers below {@code end} that nobody has received, as ranges, for messages: the first twenty. */
    String missing(long end) {
        StringJoiner ranges = new StringJoiner(", ");
        int count = 0;
        for (long number = 0; number < end && count < 20; number++) {
            long first = number;
            while (number < end && !isReceived(number)) {
                number++;
            }
            if (number > first) {
                ranges.add(first + ".." + (number - 1));
                count++;
            }
        }
        return ranges.toString();
    }

    private boolean isReceived(long number) {
        return (seen.get((int) (number / Long.SIZE)) & 1L << number % Long.SIZE) != 0;
    }

    /** A change that may take a queue out of service. */
    interface Change {
        void make() throws Exception;
    }

    /** Makes a change by which packets may overtake others: those that wait in a queue that goes are sent once more. */
    void retiring(Change change) throws Exception {
        retirementsBegun.incrementAndGet();
        try {
            change.make();
        } finally {
            retirementsEnded.incrementAndGet();
        }
    }

    /** Stamps a packet with the time in which it keeps its order. */
    long stamp() {
        long ended = retirementsEnded.get();
        return ended == retirementsBegun.get() ? ended : NO_ORDER;
    }

    /** Returns whether a packet with this stamp must be in order now. */
    boolean isOrdered(long stamp) {
        return stamp != NO_ORDER && stamp == retirementsBegun.get();
    }

    void fail(Throwable failure) {
        failures.add(failure);
    }
}
