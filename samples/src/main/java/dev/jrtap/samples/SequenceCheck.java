// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

/**
 * Counts the received, lost, reordered and duplicate packets of one flow by their sequence numbers. A packet is
 * reordered if a packet that was sent later arrived earlier; a duplicate is not counted as received.
 *
 * <p>Source: RFC 4737, 3.3 (reordering); RFC 5560 (duplicates).
 */
final class SequenceCheck {

    /**
     * The number of recent sequence numbers among which duplicates are recognized; older packets count as reordered.
     */
    private static final int WINDOW = 4096;

    private final long[] seen = new long[WINDOW / Long.SIZE];
    private long first = -1;
    private long highest = -1;
    private long received;
    private long reordered;
    private long duplicates;

    /** Counts a packet that has arrived; {@code sequence} is not negative. */
    void arrived(long sequence) {
        if (first < 0) {
            first = sequence;
            highest = sequence - 1;
        }
        if (sequence > highest) {
            forget(highest + 1, sequence);
            highest = sequence;
        } else if (highest - sequence < WINDOW && isSeen(sequence)) {
            duplicates++;
            return;
        } else {
            reordered++;
            first = Math.min(first, sequence);
        }
        received++;
        seen[word(sequence)] |= 1L << sequence;
    }

    private void forget(long from, long to) {
        for (long each = Math.max(from, to - WINDOW + 1); each <= to; each++) {
            seen[word(each)] &= ~(1L << each);
        }
    }

    private boolean isSeen(long sequence) {
        return (seen[word(sequence)] >>> sequence & 1) != 0;
    }

    private static int word(long sequence) {
        return (int) (sequence % WINDOW) / Long.SIZE;
    }

    /** Returns the number of received packets, without duplicates. */
    long received() {
        return received;
    }

    /** Returns the number of packets between the first and the highest that have not arrived. */
    long lost() {
        return first < 0 ? 0 : highest - first + 1 - received;
    }

    long reordered() {
        return reordered;
    }

    long duplicates() {
        return duplicates;
    }
}
