// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A link between hosts or switches: two directions, each with its own impairment.
 *
 * <p>Threads: any. Ownership: closed by its network. Changing it then throws an {@link IllegalStateException}.
 */
public final class Link {

    private final Node first;
    private final Node second;
    private final Direction forth;
    private final Direction back;

    Link(Node first, Node second, Direction forth, Direction back) {
        this.first = first;
        this.second = second;
        this.forth = forth;
        this.back = back;
    }

    /** Returns the link's name, such as {@code "client-server"}. */
    public String name() {
        return first.name() + "-" + second.name();
    }

    Node first() {
        return first;
    }

    /**
     * Returns the direction that begins at {@code host}.
     *
     * @throws IllegalArgumentException if the link does not end there
     */
    public Direction from(Host host) {
        return isFirst(host) ? forth : back;
    }

    /** Like {@link #from(Host)}, for a switch. */
    public Direction from(Switch at) {
        return isFirst(at) ? forth : back;
    }

    /**
     * Returns the direction that ends at {@code host}.
     *
     * @throws IllegalArgumentException if the link does not end there
     */
    public Direction to(Host host) {
        return isFirst(host) ? back : forth;
    }

    /** Like {@link #to(Host)}, for a switch. */
    public Direction to(Switch at) {
        return isFirst(at) ? back : forth;
    }

    boolean endsAt(Node node) {
        return node == first || node == second;
    }

    private boolean isFirst(Node node) {
        Objects.requireNonNull(node, "host or switch");
        if (!endsAt(node)) {
            throw new IllegalArgumentException("link " + name() + " does not end at " + node.name());
        }
        return node == first;
    }

    /** Returns both directions. */
    public List<Direction> directions() {
        return List.of(forth, back);
    }

    private Link both(Consumer<Direction> change) {
        directions().forEach(change);
        return this;
    }

    /** Sets the impairment of both directions. Each has the delay: a round trip takes twice as long. */
    public Link impair(Impairment impairment) {
        return both(direction -> direction.impair(impairment));
    }

    /** Loses every packet of both directions until {@link #mend}. The hosts do not notice: their link stays up. */
    public Link cut() {
        return both(Direction::cut);
    }

    /** Ends a {@link #cut}. */
    public Link mend() {
        return both(Direction::mend);
    }

    /** Cuts the link now, for {@code time}. */
    public Link cutFor(Duration time) {
        return play(Timeline.begin().after(Duration.ZERO).cut().after(time).mend());
    }

    /** Starts a timeline on both directions; each counts its own packets. */
    public Link play(Timeline timeline) {
        return both(direction -> direction.play(timeline));
    }

    @Override
    public String toString() {
        return name();
    }
}
