// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.net.EthernetFrame;
import dev.jrtap.rtap.Burst;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A learning switch: it sends a frame to the port where it has seen the destination, or to all other ports if it has
 * not seen it, or if the destination is a group.
 *
 * <p>Made by {@link Network#addSwitch}, and joined to hosts by {@link Network#link(Host, Switch)} and to other switches
 * by {@link Network#link(Switch, Switch)}. Threads: any.
 */
public final class Switch implements Node {

    private static final long GROUP = 1L << 40;
    private static final int UNKNOWN = -1;

    private final String name;
    private final List<Port> ports = new CopyOnWriteArrayList<>();
    private final Burst flooded;
    private final EthernetFrame ethernet = new EthernetFrame();
    private long[] stations = new long[16];
    private Port[] at = new Port[16];
    private int known;

    /** All connected switches including this one, which share the set. */
    private Set<Switch> joined = new HashSet<>(Set.of(this));

    Switch(String name, Transit transit) {
        this.name = name;
        this.flooded = transit.place();
    }

    /** The end of a link. */
    static final class Port implements LinkEnd {

        private final Switch owner;

        @SuppressWarnings("NullAway.Init") // by connect
        private Direction egress;

        private Port(Switch owner) {
            this.owner = owner;
        }

        @Override
        public void connect(Direction egress) {
            this.egress = egress;
            owner.ports.add(this);
        }

        @Override
        public void deliver(Burst from, int i, long now) {
            owner.forward(this, from, i, now);
        }
    }

    Port addPort() {
        return new Port(this);
    }

    /**
     * Notes a link to another switch.
     *
     * @throws IllegalArgumentException if there is already a path to it: frames would circulate without end
     */
    void join(Switch other) {
        if (joined.contains(other)) {
            throw new IllegalArgumentException(
                    "a link of switches " + name + " and " + other.name + " would make a loop");
        }
        joined.addAll(other.joined);
        joined.forEach(each -> each.joined = joined);
    }

    /** Returns the switch's name. */
    @Override
    public String name() {
        return name;
    }

    /** Forwards a frame, on the wire's thread. */
    private void forward(Port source, Burst from, int i, long now) {
        ethernet.wrap(from.memory(), from.offset(i), from.firstLength(i));
        if (!ethernet.isComplete()) {
            return;
        }
        learn(ethernet.source(), source);
        long destination = ethernet.destination();
        int place = (destination & GROUP) != 0 ? UNKNOWN : find(destination);
        if (place == UNKNOWN) {
            flood(source, from, i, now);
        } else if (at[place] != source) {
            at[place].egress.accept(from, i, now);
        }
    }

    private void flood(Port source, Burst from, int i, long now) {
        for (Port port : ports) {
            if (port != source && flooded.copy(from, i)) {
                port.egress.accept(flooded, 0, now);
            }
            flooded.release();
        }
    }

    private void learn(long station, Port port) {
        int place = find(station);
        if (place != UNKNOWN) {
            at[place] = port;
            return;
        }
        if (known == stations.length) {
            stations = Arrays.copyOf(stations, 2 * known);
            at = Arrays.copyOf(at, 2 * known);
        }
        stations[known] = station;
        at[known++] = port;
    }

    private int find(long station) {
        for (int i = 0; i < known; i++) {
            if (stations[i] == station) {
                return i;
            }
        }
        return UNKNOWN;
    }

    @Override
    public String toString() {
        return name;
    }
}
