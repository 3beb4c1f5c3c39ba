// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import java.util.ArrayList;
import java.util.List;

/**
 * A change of a network interface. One message of the kernel may cause several of these, with the same two states.
 *
 * @param before the interface as it was last known
 * @param now the interface after the change; the same as {@code before} if it was removed
 */
public record LinkEvent(Kind kind, Link before, Link now) {

    /** What has happened. */
    public enum Kind {
        /** It has become usable: administratively up, with a carrier. */
        UP,
        /** It is no longer {@link #UP}. */
        DOWN,
        /** Its MTU has changed. */
        MTU,
        /** Its MAC address has changed. */
        MAC_ADDRESS,
        /** Its name has changed. */
        RENAMED,
        /** It is gone from this network namespace: deleted, or moved to another. */
        REMOVED
    }

    static List<LinkEvent> between(Link before, Link now) {
        List<LinkEvent> events = new ArrayList<>();
        add(events, !before.name().equals(now.name()), Kind.RENAMED, before, now);
        add(events, before.mtu() != now.mtu(), Kind.MTU, before, now);
        add(events, before.macAddress() != now.macAddress(), Kind.MAC_ADDRESS, before, now);
        add(events, before.isUp() != now.isUp(), now.isUp() ? Kind.UP : Kind.DOWN, before, now);
        return events;
    }

    private static void add(List<LinkEvent> events, boolean happened, Kind kind, Link before, Link now) {
        if (happened) {
            events.add(new LinkEvent(kind, before, now));
        }
    }
}
