// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;

/**
 * Makes {@link java.net.InetAddress} resolve names for the host of the calling thread. The JDK loads it at the first
 * look-up of a name, since JDK 18.
 *
 * <p>The JVM's cache of names is switched off, because it does not distinguish hosts and would give one the result of
 * another. The JVM reads the cache's settings after that first look-up.
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
