// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.time.Duration;
import java.util.Locale;

/**
 * The decision of a link on one packet.
 *
 * @param at the time at which it reached the link, since the network was made
 * @param direction {@code "client>server"}
 * @param flow {@code "TCP 10.64.0.1:40000 > 10.64.0.2:7000"}
 * @param index the packet's number in the flow, from 1
 * @param length bytes of the frame
 * @param fate the packet's fate
 * @param delay the time from {@code at} until delivery; zero if the packet is lost
 * @param isDuplicated whether it is delivered twice
 * @param isReordered whether it was held back
 * @param isCorrupted whether a bit was flipped
 */
public record PacketEvent(
        Duration at,
        String direction,
        String flow,
        long index,
        int length,
        Fate fate,
        Duration delay,
        boolean isDuplicated,
        boolean isReordered,
        boolean isCorrupted) {

    private static final double NANOS_PER_MILLI = 1e6;

    /** Returns the decision in words: {@code "delivered after 50.000 ms, twice"}. */
    public String decision() {
        return fate.reason()
                + (fate != Fate.DELIVERED
                        ? ""
                        : String.format(Locale.ROOT, " after %.3f ms", delay.toNanos() / NANOS_PER_MILLI))
                + (isDuplicated ? ", twice" : "")
                + (isReordered ? ", held back" : "")
                + (isCorrupted ? ", a bit flipped" : "");
    }

    /** Returns one line: time, direction, flow, number, bytes, decision. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.3f ms %s: %s #%d, %d bytes: %s",
                at.toNanos() / NANOS_PER_MILLI,
                direction,
                flow,
                index,
                length,
                decision());
    }
}
