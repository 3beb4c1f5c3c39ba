// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpPrefix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The hosts of a network by name, with their addresses.
 *
 * <p>Threads: any.
 */
final class Names {

    private final Map<String, List<IpPrefix>> addresses = new ConcurrentHashMap<>();

    void add(String host, IpPrefix address) {
        of(host).add(address);
    }

    /** Returns the addresses of a host, in the order in which it got them. */
    List<IpPrefix> of(String host) {
        return addresses.computeIfAbsent(host, any -> new CopyOnWriteArrayList<>());
    }

    /** Returns whether there is a host of that name, even if it has no address yet. */
    boolean has(String host) {
        return addresses.containsKey(host);
    }

    /**
     * Returns the address of a host for another host: one in a common subnet, or the first; empty if no host has that
     * name, or it has no such address yet.
     */
    Optional<InetAddress> look(String host, List<IpPrefix> seenFrom, boolean ipv6) {
        List<IpPrefix> all = addresses.getOrDefault(host, List.of()).stream()
                .filter(prefix -> prefix.isIpv4() != ipv6)
                .toList();
        return all.stream()
                .filter(prefix ->
                        seenFrom.stream().anyMatch(other -> other.network().equals(prefix.network())))
                .findFirst()
                .or(() -> all.stream().findFirst())
                .map(prefix -> named(host, prefix));
    }

    /** Like {@link #look}, with an exception that names the hosts. */
    InetAddress find(String host, List<IpPrefix> seenFrom, boolean ipv6) throws UnknownHostException {
        return look(host, seenFrom, ipv6)
                .orElseThrow(() -> new UnknownHostException("the network has no host " + host + " with an address of "
                        + (ipv6 ? "IPv6" : "IPv4") + "; hosts: " + addresses.keySet()));
    }

    /** Returns the host that has an address; empty if none has. */
    Optional<String> nameOf(InetAddress address) {
        return addresses.entrySet().stream()
                .filter(host -> host.getValue().stream()
                        .anyMatch(prefix -> prefix.address().equals(address)))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Returns an address with its name, so that no lookup is needed. */
    private static InetAddress named(String host, IpPrefix prefix) {
        try {
            return InetAddress.getByAddress(host, prefix.address().getAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
