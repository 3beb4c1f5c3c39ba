// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.syscall.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The names of a network as one of its hosts resolves them. A thread's host is that of the thread's network namespace
 * according to the kernel, however the thread was started.
 *
 * <p>Threads: any.
 */
final class HostNames {

    private static final Path OF_THREAD = Path.of("/proc/thread-self/ns/net");
    private static final Map<String, HostNames> BY_NAMESPACE = new ConcurrentHashMap<>();

    private final Names names;
    private final List<IpPrefix> own;

    /**
     * @param own the addresses of the host; the list may grow
     */
    HostNames(Names names, List<IpPrefix> own) {
        this.names = names;
        this.own = own;
    }

    /** Lets threads in {@code namespace} resolve these names. */
    void register(NetworkNamespace namespace) {
        BY_NAMESPACE.put(namespace.toString(), this);
    }

    static void unregister(NetworkNamespace namespace) {
        BY_NAMESPACE.remove(namespace.toString());
    }

    /** Returns the names for the calling thread; {@code null} if it is on no host. */
    static @Nullable HostNames ofThisThread() {
        if (BY_NAMESPACE.isEmpty()) {
            return null;
        }
        try {
            return BY_NAMESPACE.get(Files.readSymbolicLink(OF_THREAD).toString());
        } catch (IOException e) {
            return null;
        }
    }

    /** Returns whether the network has a host of that name. */
    boolean has(String host) {
        return names.has(host);
    }

    /** Returns the address to which a host's name resolves. */
    InetAddress address(String host, boolean ipv6) throws UnknownHostException {
        return names.find(host, own, ipv6);
    }

    /** Returns the addresses to which a host's name resolves, at most one of each kind. */
    List<InetAddress> addresses(String host, boolean ipv4, boolean ipv6, boolean ipv6First) {
        return Stream.of(ipv6First, !ipv6First)
                .filter(kind -> kind ? ipv6 : ipv4)
                .flatMap(kind -> names.look(host, own, kind).stream())
                .toList();
    }

    /** Returns the host that has an address; empty if none has. */
    Optional<String> nameOf(InetAddress address) {
        return names.nameOf(address);
    }
}
