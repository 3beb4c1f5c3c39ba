// SPDX-License-Identifier: Apache-2.0
package java.net.spi;

/** The signatures of JDK 18, for a compiler of JDK 17. */
public abstract class InetAddressResolverProvider {

    protected InetAddressResolverProvider() {}

    public abstract InetAddressResolver get(Configuration configuration);

    public abstract String name();

    /** The configuration that the JDK passes to a provider. */
    public interface Configuration {

        InetAddressResolver builtinResolver();
    }
}
