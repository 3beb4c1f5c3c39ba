// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.tuntap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.address.InterfaceName;
import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.address.MacAddress;
import dev.jrtap.fixtures.Misuse;
import dev.jrtap.memory.Memory;
import dev.jrtap.netlink.Addresses;
import dev.jrtap.netlink.LinkListener;
import dev.jrtap.netlink.LinkMonitor;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.Neighbors;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.netlink.Routes;
import dev.jrtap.ownership.CloseListener;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FdLimits;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.UnixSocket;
import dev.jrtap.uring.TaskLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Misuse of all that is not a ring: netlink, tun devices, sockets, namespaces, addresses, limits. */
class ControlMisuseKernelTest {

    private static final Set<String> ANY = Misuse.words(
            // Interfaces by number, descriptors, users: only the kernel knows which exist.
            "namespaceFd fd passed uid gid errno backlog result value",
            // Positions in a packet's header, which fits() checks when the header is read.
            "checksum.start checksum.offsetThere segmentation.type segmentation.size segmentation.headerLength",
            "shift.bytes",
            "fits.length",
            // Called for each packet: the first access throws.
            "wrap.memory wrap.offset clear.offset isClear.offset",
            // Optional.
            "of.hint");

    private static final Set<String> LARGE = Misuse.words("ifIndex masterIndex packets mtu offset length");

    private final Misuse misuse = new Misuse(
            new Misuse.Rules(ANY, "masterIndex|.*\\.masterIndex", LARGE, "(clear|isClear|wrap).offset"),
            this::known,
            target -> false);
    private final Memory memory = Memory.allocate(8192);
    private RouteSocket route;

    @Test
    void netlink() throws Exception {
        try (RouteSocket socket = RouteSocket.open(misuse.syscalls())) {
            route = socket;
            misuse.of(RouteSocket.class, () -> socket);
            misuse.of(Links.class, () -> new Links(socket));
            misuse.of(Addresses.class, () -> new Addresses(socket));
            misuse.of(Routes.class, () -> new Routes(socket));
            misuse.of(Neighbors.class, () -> new Neighbors(socket));
            misuse.of(LinkMonitor.class, null);
        }
        assertThat(misuse.wrong()).isEmpty();
    }

    @Test
    void tunDevices() throws Exception {
        misuse.of(TapRequest.class, null);
        misuse.of(VnetHeader.class, () -> new VnetHeader().wrap(memory, 0));
        try (TapQueue queue = TapQueue.open(misuse.syscalls(), new TapRequest("misused%d", TunMode.TAP, false))) {
            misuse.of(TapQueue.class, () -> queue);
        }
        assertThat(misuse.wrong()).isEmpty();
    }

    @Test
    void socketsNamespacesAndDescriptors() throws Exception {
        SockAddr name = SockAddr.ofUnixAbstract(
                "jrtap-misuse-" + ProcessHandle.current().pid());
        try (UnixSocket socket = UnixSocket.listen(misuse.syscalls(), name, 1);
                NetworkNamespace namespace = NetworkNamespace.open(misuse.syscalls(), Path.of("/proc/self/ns/net"));
                EventFd event = EventFd.open(misuse.syscalls())) {
            misuse.of(UnixSocket.class, () -> socket);
            misuse.of(NetworkNamespace.class, () -> namespace);
            misuse.of(EventFd.class, () -> event);
        }
        misuse.of(Mapping.class, null);
        misuse.of(Errno.class, null);
        misuse.of(FdLimits.class, null);
        misuse.of(ErrnoException.class, null);
        misuse.of(TaskLimits.class, TaskLimits::ofCaller);
        assertThat(misuse.wrong()).isEmpty();
    }

    @Test
    void addresses() throws Exception {
        misuse.of(MacAddress.class, () -> new MacAddress(2));
        misuse.of(IpAddress.class, null);
        misuse.of(IpPrefix.class, () -> IpPrefix.parse("192.0.2.1/24"));
        misuse.of(InterfaceName.class, () -> new InterfaceName("x"));
        assertThat(misuse.wrong()).isEmpty();
    }

    private Stream<Object> known() {
        try {
            return Stream.of(
                    memory,
                    "x",
                    misuse.syscalls(),
                    InetAddress.getByName("192.0.2.1"),
                    IpPrefix.parse("192.0.2.1/24"),
                    SockAddr.of(new InetSocketAddress("127.0.0.1", 1)),
                    new TapRequest("misused", TunMode.TAP, false),
                    Path.of("/proc/self/ns/net"),
                    Fd.own(misuse.syscalls(), 1_000_000),
                    (LinkListener) event -> {},
                    (NetworkNamespace.Action<Object>) () -> null,
                    (CloseListener) free -> {},
                    (Runnable) () -> {},
                    Set.of(TunOffload.CHECKSUM),
                    route == null ? "x" : route);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
