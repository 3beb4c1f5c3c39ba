// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;

/**
 * Has {@link java.net.InetAddress} ask the host of the calling thread for names. The JDK loads it when a name is first
 * looked up, since JDK 18.
 *
 * <p>The JVM's cache of names is switched off, because it does not know of hosts: it would give one the answer of
 * another. It reads its settings after that first lookup.
 */
public final class HostResolverProvider extends InetAddressResolverProvider {

    /** Called by the JDK. */
    public HostResolverProvider() {}

    @Override
    public InetAddressResolver get(Configuration configuration) {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        return new HostResolver(configuration.builtinResolver());
    }

    @Override
    public String name() {
        return "jrtap-testkit";
    }
}
