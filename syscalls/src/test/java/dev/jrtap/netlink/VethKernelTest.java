// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.NetworkNamespace;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two namespaces and a cable between them, made without ip(8); and threads that stay in them. */
@Timeout(60)
class VethKernelTest {

    private static final Syscalls SYS = Syscalls.libc();

    @BeforeEach
    void require() {
        TunDevice.require();
    }

    @Test
    void joinsTwoNamespaces() throws Exception {
        try (NetworkNamespace left = NetworkNamespace.create(SYS);
                NetworkNamespace right = NetworkNamespace.create(SYS)) {
            left.call(() -> {
                try (RouteSocket socket = RouteSocket.open(SYS)) {
                    new Links(socket).addVeth("left0", "right0", right.fd());
                    Feature.require("veth", true, "");
                } catch (NetlinkException e) {
                    Feature.require("veth", e.errno() != Errno.EOPNOTSUPP, e.getMessage());
                    throw e;
                }
                return true;
            });
            bringUp(left, "left0", "192.0.2.1/24");
            bringUp(right, "right0", "192.0.2.2/24");

            ServerSocket server = left.call(() -> new ServerSocket(7000));
            try (server;
                    Socket client = right.call(() -> {
                        Socket socket = new Socket();
                        socket.connect(new InetSocketAddress("192.0.2.1", 7000), 20_000);
                        return socket;
                    });
                    Socket accepted = server.accept()) {
                assertThat(accepted.getInetAddress()).isEqualTo(InetAddress.getByName("192.0.2.2"));
                assertThat(client.isConnected()).isTrue();
            }
            assertThatThrownBy(() -> left.call(() -> {
                        try (RouteSocket socket = RouteSocket.open(SYS)) {
                            new Links(socket).addVeth("left0", "other0", right.fd());
                            return true;
                        }
                    }))
                    .isInstanceOf(NetlinkException.class)
                    .hasMessageContaining("EEXIST: RTM_NEWLINK(veth left0, peer other0, fd=");
        }
    }

    private static void bringUp(NetworkNamespace namespace, String name, String address) throws IOException {
        namespace.call(() -> {
            try (RouteSocket socket = RouteSocket.open(SYS)) {
                int ifIndex = new Links(socket).get(name).ifIndex();
                new Addresses(socket).add(ifIndex, IpPrefix.parse(address));
                new Links(socket).up(ifIndex);
                return true;
            }
        });
    }

    @Test
    void aThreadStaysWhereItHasEntered() throws Exception {
        try (NetworkNamespace here = NetworkNamespace.open(SYS, Path.of("/proc/thread-self/ns/net"));
                NetworkNamespace other = NetworkNamespace.create(SYS)) {
            CountDownLatch first = new CountDownLatch(1);
            FutureTask<NetworkNamespace> entered = new FutureTask<>(() -> {
                other.enter();
                first.countDown();
                return NetworkNamespace.open(SYS, Path.of("/proc/thread-self/ns/net"));
            });
            new Thread(entered).start();
            first.await();
            try (NetworkNamespace found = entered.get(20, TimeUnit.SECONDS)) {
                assertThat(found).isEqualTo(other).isNotEqualTo(here);
            }
            try (NetworkNamespace still = NetworkNamespace.open(SYS, Path.of("/proc/thread-self/ns/net"))) {
                assertThat(still).isEqualTo(here);
            }
        }
    }
}
