// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/**
 * Packets of one direction that belong together: of one protocol, between the same addresses and ports.
 *
 * <p>Threads: the wire's; {@link #text} and {@link #direction} from any.
 */
final class Flow {

    private final String direction;
    private final String text;
    private final long id;
    private long packets;
    private long lastDue = Long.MIN_VALUE;
    private boolean isBad;

    /** @param id what chance depends on */
    Flow(String direction, String text, long id) {
        this.direction = direction;
        this.text = text;
        this.id = id;
    }

    /** For people: {@code "client>server"}. */
    String direction() {
        return direction;
    }

    /** For people: {@code "UDP 10.64.0.1:40000 > 10.64.0.2:7000"}. */
    String text() {
        return text;
    }

    /** Counts one more packet, and returns its number, from 1 on. */
    long next() {
        return ++packets;
    }

    double chance(long index, Dice.Use use) {
        return Dice.uniform(id, index, use);
    }

    double normal(long index) {
        return Dice.normal(id, index);
    }

    /** Goes on to the state that this packet finds, of the two of Gilbert and Elliott; returns whether it is bad. */
    boolean isBad(long index, double toBad, double toGood) {
        double chance = chance(index, Dice.Use.STATE);
        isBad = isBad ? chance >= toGood : chance < toBad;
        return isBad;
    }

    /**
     * Returns the time that a packet may go at, which is due at {@code due}: not before those of this flow before it.
     */
    long inOrder(long due) {
        lastDue = lastDue == Long.MIN_VALUE || due - lastDue > 0 ? due : lastDue;
        return lastDue;
    }
}
