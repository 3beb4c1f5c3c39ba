// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.netlink.Addresses;
import dev.jrtap.netlink.Link;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jnr.posix.POSIXFactory;

/**
 * The devices that control calls are made on: one that is down, one that is up and has addresses, a route and a
 * neighbor, both of which meet the faults; and one of a primary that lends its queues and meets none.
 */
final class ControlDevices implements AutoCloseable {

    static final String DOWN = "down0";
    static final String ALTERNATIVE = "down-also";
    static final int OWNER = 1;
    static final SockAddr LENT = SockAddr.ofUnixAbstract("jrtap-faults-lender");
    static final IpPrefix ADDRESS = IpPrefix.parse("10.49.9.1/24");
    static final IpPrefix ROUTE = IpPrefix.parse("10.50.0.0/16");
    static final InetAddress NEIGHBOUR = neighbor(2);
    static final long NEIGHBOUR_MAC = 2;
    static final Set<Integer> US = Set.of(POSIXFactory.getNativePOSIX().geteuid());

    private static final IpPrefix FIRST_ADDRESS = IpPrefix.parse("10.49.0.1/24");

    final FaultySyscalls faulty;
    final Syscalls sys;
    final Syscalls plain;
    final NetworkNamespace home;
    final NetworkNamespace other;
    final PacketPool pool;
    final Rtap down;
    final Rtap up;
    /** Name of a bridge; {@code null} where the kernel has none. */
    final String bridge;

    private final TapProfile profile;
    private final RouteSocket observer;
    private final Rtap lender;
    private final QueueServer server;

    ControlDevices(TapProfile profile, FaultySyscalls faulty) throws IOException {
        this.profile = profile;
        this.faulty = faulty;
        sys = profile.syscalls(faulty);
        plain = profile.syscalls();
        // First, because a skip for want of ip(8) would leave the devices.
        bridge = makeBridge();
        home = NetworkNamespace.open(plain, Path.of("/proc/thread-self/ns/net"));
        other = NetworkNamespace.create(plain);
        observer = RouteSocket.open(plain);
        pool = PacketPool.create(plain, 128, 2048);
        down = open(sys, config(DOWN).withOwner(OWNER).withGroup(OWNER));
        up = open(sys, config("up0"));
        lender = open(plain, config("lender0"));
        server = QueueServer.open(lender, LENT, US);
        down.control().addAlternativeName(ALTERNATIVE);
        up.control().addAddress(FIRST_ADDRESS);
        up.control().addAddress(ADDRESS);
        bringUp();
    }

    private static String makeBridge() {
        try {
            // With an address of its own it does not take that of a port.
            Shell.run("ip", "link", "add", "bridge0", "address", "02:00:00:00:00:0b", "type", "bridge");
            return "bridge0";
        } catch (IOException e) {
            return null;
        }
    }

    /** The last byte of an address behind the device that is up. */
    static InetAddress neighbor(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 49, 0, (byte) last});
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    RtapConfig config(String name) {
        // Preferred only, a ring that is forbidden would be done without, and the call would work.
        return RtapConfig.named(name)
                .withQueues(2)
                .withRxMode(profile.mode)
                .withRingSize(16)
                .withRingPolicy(RingPolicy.REQUIRE);
    }

    private static Rtap open(Syscalls sys, RtapConfig config) throws IOException {
        Rtap rtap = Rtap.open(sys, config);
        // The kernel gives a device that comes up an address of its own, at a time of its own.
        Path ipv6 = Path.of("/proc/sys/net/ipv6/conf", rtap.name(), "disable_ipv6");
        if (Files.exists(ipv6)) {
            Files.writeString(ipv6, "1");
        }
        return rtap;
    }

    /** What goes when it goes down comes back. */
    void bringUp() throws IOException {
        up.up();
        up.control().addRoute(ROUTE);
        up.control().setNeighbor(NEIGHBOUR, NEIGHBOUR_MAC);
    }

    /** A descriptor of one more queue of the device that is down, as somebody else would hand it over. */
    int attached() throws IOException {
        try (TapQueue queue = TapQueue.open(plain, new TapRequest(DOWN, down.mode(), down.hasNapi()))) {
            return plain.fcntl(queue.fd(), Fcntl.F_DUPFD_CLOEXEC, 0);
        }
    }

    /** All that a control call may change, as somebody else sees it. */
    record State(
            List<Link> links,
            List<TunSettings> settings,
            List<IpPrefix> addresses,
            List<String> alternativeNames,
            List<String> routesAndNeighbours,
            int queues,
            long descriptors,
            int mapped) {}

    State state() throws IOException {
        Links links = new Links(observer);
        return new State(
                links.list(),
                List.of(links.tunSettings(down.ifIndex()), links.tunSettings(up.ifIndex())),
                new Addresses(observer).list(up.ifIndex()),
                links.alternativeNames(down.ifIndex()),
                routesAndNeighbours(),
                down.queues(),
                Resources.ourDescriptors(),
                faulty.mapped());
    }

    private static List<String> routesAndNeighbours() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/thread-self/net/route")));
        lines.addAll(Files.readAllLines(Path.of("/proc/thread-self/net/arp")));
        return lines;
    }

    @Override
    public void close() throws IOException {
        if (bridge != null) {
            Shell.run("ip", "link", "delete", bridge);
        }
        server.close();
        lender.close();
        up.close();
        down.close();
        pool.close();
        observer.close();
        other.close();
        home.close();
    }
}
