// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.netlink.Addresses;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.NetlinkException;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.netlink.Routes;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The settings and routes of a host's network stack.
 *
 * <p>Threads: any.
 */
final class HostStack {

    private static final int LOOPBACK = 1;
    private static final int NONE = 0;
    private static final String CUBIC = "cubic";
    private static final String CONGESTION_CONTROL = "net.ipv4.tcp_congestion_control";
    private static final Path SYSCTLS = Path.of("/proc/sys");

    private final Syscalls sys;
    private final NetworkNamespace namespace;
    private volatile boolean usesCubic;

    HostStack(Syscalls sys, NetworkNamespace namespace) {
        this.sys = sys;
        this.namespace = namespace;
    }

    /** Makes the host independent of the machine's settings; a kernel without IPv6 has fewer of them. */
    void prepare() throws IOException {
        namespace.call(() -> {
            trySysctl(CONGESTION_CONTROL, CUBIC);
            // Otherwise a connection starts with metrics of an earlier one.
            trySysctl("net.ipv4.tcp_no_metrics_save", "1");
            for (String interfaces : List.of("all", "default")) {
                // Addresses can be used at once, and routers are not solicited.
                trySysctl("net.ipv6.conf." + interfaces + ".accept_dad", "0");
                trySysctl("net.ipv6.conf." + interfaces + ".accept_ra", "0");
                trySysctl("net.ipv6.conf." + interfaces + ".router_solicitations", "0");
            }
            try (RouteSocket socket = RouteSocket.open(sys)) {
                new Links(socket).up(LOOPBACK);
            }
            return true;
        });
    }

    private static Path fileOf(String key) {
        return SYSCTLS.resolve(key.replace('.', '/'));
    }

    private static void trySysctl(String key, String value) {
        try {
            Files.writeString(fileOf(key), value);
        } catch (IOException e) {
            // The setting is unchanged: /proc/sys may be read-only in a container, and congestionControl() returns the
            // actual one.
        }
    }

    void setSysctl(String key, String value) throws IOException {
        namespace.call(() -> Files.writeString(fileOf(key), value));
    }

    String sysctl(String key) throws IOException {
        return namespace.call(() -> Files.readString(fileOf(key)).strip());
    }

    /** Returns the congestion control of connections over the host's links. */
    String congestionControl() throws IOException {
        return usesCubic ? CUBIC : sysctl(CONGESTION_CONTROL);
    }

    /**
     * Makes TCP over a link that is up use cubic. If the machine does not allow it as this namespace's default, it is
     * set on the routes; if the machine lacks cubic, the default stays.
     */
    void useCubic(int ifIndex, List<IpPrefix> ofInterface) throws IOException {
        if (sysctl(CONGESTION_CONTROL).equals(CUBIC)) {
            return;
        }
        usesCubic = namespace.call(() -> {
            try (RouteSocket socket = RouteSocket.open(sys)) {
                for (IpPrefix address : ofInterface) {
                    new Routes(socket).setCongestionControl(ifIndex, address, CUBIC);
                }
                return true;
            } catch (NetlinkException e) {
                return false;
            }
        });
    }

    /** Adds a route; returns {@code false} if the gateway is in no subnet of an interface. */
    boolean addRoute(IpPrefix destination, InetAddress gateway) throws IOException {
        return namespace.call(() -> {
            try (RouteSocket socket = RouteSocket.open(sys)) {
                int ifIndex = interfaceOf(gateway, socket);
                if (ifIndex == NONE) {
                    return false;
                }
                if (usesCubic) {
                    new Routes(socket).add(ifIndex, destination, gateway, CUBIC);
                } else {
                    new Routes(socket).add(ifIndex, destination, gateway);
                }
                return true;
            }
        });
    }

    private static int interfaceOf(InetAddress gateway, RouteSocket socket) throws IOException {
        for (Link link : new Links(socket).list()) {
            for (IpPrefix own : new Addresses(socket).list(link.ifIndex())) {
                if (own.contains(gateway)) {
                    return link.ifIndex();
                }
            }
        }
        return NONE;
    }
}
