// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses and routes that a device gets. Immutable.
 *
 * @param addresses of the kernel's side, in the order in which they are set
 * @param routes through the device
 */
record Addressing(List<Address> addresses, List<IpPrefix> routes) {

    /**
     * One address, with the prefix length of the peer's subnet; without a peer that is the address itself, as the
     * kernel has it.
     */
    record Address(IpPrefix local, InetAddress peer) {}

    static final Addressing NONE = new Addressing(List.of(), List.of());

    Addressing {
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    private static <T> List<T> append(List<T> list, T last) {
        List<T> longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }

    Addressing withAddress(IpPrefix local) {
        return new Addressing(append(addresses, new Address(local, local.address())), routes);
    }

    /** Gives the last address a peer. */
    Addressing withPeer(InetAddress peer) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("a peer belongs to an address: withAddress comes before withPeer");
        }
        int last = addresses.size() - 1;
        IpPrefix local = addresses.get(last).local();
        if (local.isIpv4() != IpPrefix.host(peer).isIpv4()) {
            throw new IllegalArgumentException(
                    "the peer of " + local + " must be of the same family: " + IpAddress.format(peer));
        }
        List<Address> changed = new ArrayList<>(addresses);
        changed.set(last, new Address(local, peer));
        return new Addressing(changed, routes);
    }

    Addressing withRoute(IpPrefix destination) {
        return new Addressing(addresses, append(routes, destination));
    }
}
