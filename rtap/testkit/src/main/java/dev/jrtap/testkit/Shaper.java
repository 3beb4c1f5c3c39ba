// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/**
 * The bandwidth of a direction and the queue before it: when a frame has gone out, or that the queue is full.
 *
 * <p>Threads: the wire's.
 */
final class Shaper {

    /** Returned if there is no room. */
    static final long FULL = Long.MIN_VALUE;

    /** When each frame of the queue has gone out. */
    private long[] ends = new long[16];

    private int first;
    private int count;
    private long busyUntil;

    /** When the last bit of the frame goes out that comes now; {@link #FULL} if it finds no room. */
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

    /** Begins anew, as after a change of the bandwidth. */
    void reset() {
        count = 0;
        busyUntil = 0;
    }
}
