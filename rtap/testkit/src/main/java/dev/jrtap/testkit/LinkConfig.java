// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpPrefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The settings with which a link is made. Immutable: each {@code with} method returns a changed copy.
 *
 * @param mtu the longest IP packet in bytes, 68..65521; 1280 or more for IPv6
 * @param hasOffloads whether the hosts leave checksums and segmentation undone, which is fast, but a super-packet
 *     counts as one packet
 * @param first addresses of the first host; if empty, the network chooses them
 * @param second addresses of the second host
 */
public record LinkConfig(int mtu, boolean hasOffloads, List<IpPrefix> first, List<IpPrefix> second) {

    private static final int DEFAULT_MTU = 1500;

    /** Checks the MTU. */
    public LinkConfig {
        Checked.range("mtu", mtu, 68, 65521);
        first = List.copyOf(first);
        second = List.copyOf(second);
    }

    /** Returns the settings of a link with MTU 1500, without offloads, whose addresses the network chooses. */
    public static LinkConfig standard() {
        return new LinkConfig(DEFAULT_MTU, false, List.of(), List.of());
    }

    public LinkConfig withMtu(int bytes) {
        return new LinkConfig(bytes, hasOffloads, first, second);
    }

    public LinkConfig withOffloads() {
        return new LinkConfig(mtu, true, first, second);
    }

    /** Adds an address for each host, such as {@code "192.0.2.1/24"} and {@code "192.0.2.2/24"}. */
    public LinkConfig withAddresses(String ofFirst, String ofSecond) {
        return new LinkConfig(mtu, hasOffloads, longer(first, ofFirst), longer(second, ofSecond));
    }

    private static List<IpPrefix> longer(List<IpPrefix> prefixes, String text) {
        List<IpPrefix> longer = new ArrayList<>(prefixes);
        longer.add(IpPrefix.parse(Objects.requireNonNull(text, "address")));
        return longer;
    }
}
