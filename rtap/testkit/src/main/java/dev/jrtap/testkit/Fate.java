// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/** The fate of a packet on a link, and its reason. */
public enum Fate {
    DELIVERED("delivered"),
    /** An ICMP error made by the link, delivered at once. */
    TOLD("an ICMP error of the link"),
    /** The link, or this direction of it, was cut. */
    CUT("the link is cut"),
    /** By {@link Impairment#withLoss}. */
    LOST("lost by chance"),
    /** By {@link Impairment#withBurstLoss}. */
    LOST_IN_BURST("lost in a burst"),
    /** By {@link Impairment#withLossOfEvery}. */
    LOST_BY_COUNT("lost, one of every n"),
    /** By {@link Impairment#withLossIf}. */
    LOST_BY_PREDICATE("lost by the predicate"),
    /** By {@link Impairment#withMtuBlackHole}, or by {@link Impairment#withPathMtu}. */
    TOO_LONG("longer than the MTU of the path"),
    /** By {@link Impairment#withHostUnreachable} or {@link Impairment#withProhibited}. */
    REFUSED("refused by ICMP"),
    /** By the queue of {@link Impairment#withBandwidth}. */
    QUEUE_FULL("the queue is full"),
    /** The network's own memory was full, see {@link NetworkConfig#withBuffers}: no result of an impairment. */
    NO_BUFFER("the network has no buffer left");

    private final String reason;

    Fate(String reason) {
        this.reason = reason;
    }

    /** Returns the reason as text: {@code "lost by chance"}. */
    public String reason() {
        return reason;
    }

    /** Returns whether the packet is lost. */
    public boolean isLost() {
        return this != DELIVERED && this != TOLD;
    }
}
