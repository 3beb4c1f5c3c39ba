// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/**
 * The bandwidth and the queue of a direction: computes when a frame has been sent, or that the queue is full.
 *
 * <p>Threads: the wire's.
 */
final class Shaper {

    /** Returned if there is no room. */
    static final long FULL = Long.MIN_VALUE;

    /** The time at which each frame of the queue has been sent. */
    private long[] ends = new long[16];

    private int first;
    private int count;
    private long busyUntil;

    /**
     * Returns the time at which the last bit of a frame that arrives now is sent; {@link #FULL} if there is no room.
     */
    long accept(Impairment impairment, int bytes, long now) {
        while (count > 0 && ends[first] - now <= 0) {
            first = first + 1 & ends.length - 1;
            count--;
        }
        if (count == 0 && busyUntil - now < 0) {
            busyUntil = now;
        }
        double waiting = (busyUntil - now) / impairment.nanosPerByte;
        if (waiting + bytes > impairment.queueBytes || count >= impairment.queuePackets) {
            return FULL;
        }
        busyUntil += Math.round(bytes * impairment.nanosPerByte);
        add(busyUntil);
        return busyUntil;
    }

    private void add(long end) {
        if (count == ends.length) {
            long[] larger = new long[2 * count];
            for (int i = 0; i < count; i++) {
                larger[i] = ends[first + i & count - 1];
            }
            ends = larger;
            first = 0;
        }
        ends[first + count++ & ends.length - 1] = end;
    }

    /** Empties the queue, after a change of the bandwidth. */
    void reset() {
        count = 0;
        busyUntil = 0;
    }
}
