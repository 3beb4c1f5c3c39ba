// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Resolves the names of a network's hosts for threads of its hosts, and delegates other names and other threads to the
 * JDK's own resolver.
 *
 * <p>Threads: any.
 */
final class HostResolver implements InetAddressResolver {

    private final InetAddressResolver builtin;

    HostResolver(InetAddressResolver builtin) {
        this.builtin = builtin;
    }

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
        HostNames names = HostNames.ofThisThread();
        int wanted = policy.characteristics();
        if (names == null || !names.has(host)) {
            return builtin.lookupByName(host, policy);
        }
        List<InetAddress> found = names.addresses(
                host,
                (wanted & LookupPolicy.IPV4) != 0,
                (wanted & LookupPolicy.IPV6) != 0,
                (wanted & LookupPolicy.IPV6_FIRST) != 0);
        if (found.isEmpty()) {
            throw new UnknownHostException("host " + host + " of the network has no address of the wanted kind");
        }
        return found.stream();
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
        HostNames names = HostNames.ofThisThread();
        if (names != null) {
            Optional<String> name = names.nameOf(InetAddress.getByAddress(address));
            if (name.isPresent()) {
                return name.get();
            }
        }
        return builtin.lookupByAddress(address);
    }
}
