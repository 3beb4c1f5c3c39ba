// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The addresses that a network chooses: subnet n is 10.64.n.0/24 and fd00:64:n::/64, and its hosts are numbered from 1.
 *
 * <p>Threads: one at a time.
 */
final class Subnets {

    private static final int MOST = 256;
    private static final int MOST_HOSTS = 254;

    private final Map<String, Integer> switches = new HashMap<>();
    private final Map<Integer, Integer> hosts = new HashMap<>();
    private int subnets;

    /** Returns a copy to choose addresses from for a link that may fail. */
    Subnets copy() {
        Subnets copy = new Subnets();
        copy.switches.putAll(switches);
        copy.hosts.putAll(hosts);
        copy.subnets = subnets;
        return copy;
    }

    /** Returns the next subnet. */
    int next() {
        if (subnets == MOST) {
            throw new IllegalStateException("the network chooses addresses for " + MOST
                    + " subnets: set those of further links by LinkConfig.withAddresses");
        }
        return subnets++;
    }

    /** Returns the subnet of a switch. */
    int of(String name) {
        return switches.computeIfAbsent(name, any -> next());
    }

    /**
     * Makes two switches share a subnet.
     *
     * @throws IllegalStateException if hosts of both have addresses in different subnets
     */
    void join(String first, String second) {
        Integer ofSecond = switches.get(second);
        if (ofSecond != null && switches.containsKey(first) && of(first) != ofSecond) {
            throw new IllegalStateException("switches " + first + " and " + second
                    + " have different subnets: link switches before their hosts");
        }
        int shared = ofSecond != null ? ofSecond : of(first);
        switches.put(first, shared);
        switches.put(second, shared);
    }

    /** Returns the addresses of another host in a subnet. */
    List<IpPrefix> addresses(int subnet) {
        int host = hosts.merge(subnet, 1, Integer::sum);
        if (host > MOST_HOSTS) {
            throw new IllegalStateException("a subnet has at most " + MOST_HOSTS + " hosts");
        }
        return List.of(
                new IpPrefix(IpAddress.parse("10.64." + subnet + "." + host), 24),
                new IpPrefix(
                        IpAddress.parse("fd00:64:" + Integer.toHexString(subnet) + "::" + Integer.toHexString(host)),
                        64));
    }
}
