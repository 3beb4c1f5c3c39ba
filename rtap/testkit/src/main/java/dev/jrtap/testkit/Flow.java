// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/**
 * The packets of one direction with the same protocol, addresses and ports.
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

    /**
     * @param id the key of the flow's random numbers
     */
    Flow(String direction, String text, long id) {
        this.direction = direction;
        this.text = text;
        this.id = id;
    }

    /** Returns, for messages, {@code "client>server"}. */
    String direction() {
        return direction;
    }

    /** Returns, for messages, {@code "UDP 10.64.0.1:40000 > 10.64.0.2:7000"}. */
    String text() {
        return text;
    }

    /** Counts a packet and returns its number, from 1. */
    long next() {
        return ++packets;
    }

    double chance(long index, Dice.Use use) {
        return Dice.uniform(id, index, use);
    }

    double normal(long index) {
        return Dice.normal(id, index);
    }

    /** Advances the Gilbert-Elliott model to this packet and returns whether the state is bad. */
    boolean isBad(long index, double toBad, double toGood) {
        double chance = chance(index, Dice.Use.STATE);
        isBad = isBad ? chance >= toGood : chance < toBad;
        return isBad;
    }

    /**
     * Returns the time at which a packet that is due at {@code due} may leave: not before preceding packets of this
     * flow.
     */
    long inOrder(long due) {
        lastDue = lastDue == Long.MIN_VALUE || due - lastDue > 0 ? due : lastDue;
        return lastDue;
    }
}
