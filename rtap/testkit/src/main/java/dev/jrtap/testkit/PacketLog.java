// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fates of the last 131072 packets of a network, and their reasons. Adding a packet makes no garbage, except when
 * the log grows.
 *
 * <p>Threads: any.
 */
public final class PacketLog {

    private static final int CAPACITY = 1 << 17;
    private static final int INITIAL = 1 << 10;
    private static final Fate[] FATES = Fate.values();

    /** Marks besides the fate, one bit each. */
    static final int DUPLICATED = 1;

    static final int REORDERED = 1 << 1;
    static final int CORRUPTED = 1 << 2;

    private long[] times = new long[INITIAL];
    private long[] delays = new long[INITIAL];
    private long[] indices = new long[INITIAL];
    private int[] lengths = new int[INITIAL];
    private byte[] fates = new byte[INITIAL];
    private byte[] marks = new byte[INITIAL];
    private @Nullable Flow[] flows = new Flow[INITIAL];
    private long written;
    private long first;

    PacketLog() {}

    /** Adds a packet and returns the number by which {@link #event} finds it. */
    synchronized long add(Flow flow, long index, int length, Fate fate, int marked, long atNanos, long delayNanos) {
        if (written - first == times.length) {
            if (times.length < CAPACITY) {
                grow();
            } else {
                first++;
            }
        }
        int at = (int) (written % times.length);
        times[at] = atNanos;
        delays[at] = delayNanos;
        indices[at] = index;
        lengths[at] = length;
        fates[at] = (byte) fate.ordinal();
        marks[at] = (byte) marked;
        flows[at] = flow;
        return written++;
    }

    /** Enlarges the arrays. Until the capacity is reached nothing is overwritten, so numbers are indices. */
    private void grow() {
        int size = 2 * times.length;
        times = Arrays.copyOf(times, size);
        delays = Arrays.copyOf(delays, size);
        indices = Arrays.copyOf(indices, size);
        lengths = Arrays.copyOf(lengths, size);
        fates = Arrays.copyOf(fates, size);
        marks = Arrays.copyOf(marks, size);
        flows = Arrays.copyOf(flows, size);
    }

    /** Returns the packet of this number; {@code null} if it has been overwritten. */
    synchronized @Nullable PacketEvent event(long number) {
        return number < first || number >= written ? null : read(number);
    }

    private PacketEvent read(long number) {
        int at = (int) (number % times.length);
        Flow flow = Objects.requireNonNull(flows[at]);
        return new PacketEvent(
                Duration.ofNanos(times[at]),
                flow.direction(),
                flow.text(),
                indices[at],
                lengths[at],
                FATES[fates[at]],
                Duration.ofNanos(delays[at]),
                (marks[at] & DUPLICATED) != 0,
                (marks[at] & REORDERED) != 0,
                (marks[at] & CORRUPTED) != 0);
    }

    /** Returns all packets, in the order in which they reached their links. */
    public List<PacketEvent> events() {
        return events(event -> true);
    }

    /** Returns the packets that {@code wanted} accepts, in the order in which they reached their links. */
    public synchronized List<PacketEvent> events(Predicate<PacketEvent> wanted) {
        Objects.requireNonNull(wanted, "wanted");
        List<PacketEvent> events = new ArrayList<>();
        for (long number = first; number < written; number++) {
            PacketEvent event = read(number);
            if (wanted.test(event)) {
                events.add(event);
            }
        }
        return events;
    }

    /** Returns the number of packets that have reached their links so far, including overwritten ones. */
    public synchronized long size() {
        return written;
    }

    /** Returns all packets, one per line. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        events().forEach(event -> text.append(event).append('\n'));
        return text.toString();
    }
}
