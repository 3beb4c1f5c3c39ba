// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts with the kernel's own network stacks, and links between them. */
class NetworkNetnsTest extends TwoHosts {

    @Test
    void aConnectionTakesAsLongAsTheLinkSays() throws Exception {
        try (ServerSocket listening = Peers.echo(server)) {
            for (int delay : new int[] {0, 5, 50}) {
                link.impair(Impairment.none().withDelay(Duration.ofMillis(delay)));
                try (Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS)) {
                    long least = Long.MAX_VALUE;
                    for (int i = 0; i < 5; i++) {
                        least = Math.min(least, Peers.roundTripNanos(socket));
                    }
                    assertThat(least).isGreaterThanOrEqualTo(2 * delay * 1_000_000L);
                }
            }
            // Each packet says so: two of 50 ms are a round trip.
            assertThat(network.log().events(event -> event.delay().equals(Duration.ofMillis(50))))
                    .isNotEmpty()
                    .allMatch(event -> event.fate() == Fate.DELIVERED);
            assertThat(listening.isClosed()).isFalse();
        }
    }

    @Test
    void aNetworkMayPollWithoutRest() throws Exception {
        try (Network busy = Network.create(NetworkConfig.standard().withBusyPolling())) {
            Host a = busy.addHost("a");
            Host b = busy.addHost("b");
            busy.link(a, b).impair(Impairment.none().withDelay(Duration.ofMillis(2)));
            try (ServerSocket listening = Peers.echo(b);
                    Socket socket = Peers.connect(a, b, Peers.PATIENCE_MILLIS)) {
                for (int i = 0; i < 50; i++) {
                    assertThat(Peers.roundTripNanos(socket)).isGreaterThanOrEqualTo(4_000_000);
                }
                assertThat(listening.isClosed()).isFalse();
            }
        }
    }

    @Test
    void aCutLinkLetsNothingThroughUntilItIsMended() throws Exception {
        try (ServerSocket listening = Peers.echo(server)) {
            link.cut();
            assertThatThrownBy(() -> Peers.connect(client, server, 300))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("timed out");
            assertThat(network.log().events(event -> event.flow().equals("EtherType 0x0806")))
                    .isNotEmpty()
                    .allMatch(event -> event.fate() == Fate.CUT);
            link.mend();
            Peers.connect(client, server, Peers.PATIENCE_MILLIS).close();
            assertThat(listening.isClosed()).isFalse();
        }
    }

    @Test
    void tcpBringsEveryByteOverABadLink() throws Exception {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        link.impair(Impairment.none()
                .withDelay(Duration.ofMillis(2))
                .withLoss(0.02)
                .withDuplication(0.02)
                .withReordering(0.02, Duration.ofMillis(4))
                .withCorruption(0.02));
        try (ServerSocket listening = Peers.echo(server);
                Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS)) {
            assertThat(Peers.echoes(client, socket, bytes)).isTrue();
            assertThat(listening.isClosed()).isFalse();
        }
        assertThat(network.log().events(event -> event.fate() == Fate.LOST)).isNotEmpty();
        assertThat(network.log().events(PacketEvent::isCorrupted)).isNotEmpty();
    }

    @Test
    void datagramsOfASeedAreLostByTheSameIndices() throws Exception {
        link.from(client).impair(Impairment.none().withLoss(0.1));
        List<Long> arrived = datagrams(network, client, server);
        assertThat(arrived).hasSizeBetween(160, 196).isEqualTo(delivered(network));

        try (Network again = Network.create()) {
            Host a = again.addHost("client");
            Host b = again.addHost("server");
            again.link(a, b).from(a).impair(Impairment.none().withLoss(0.1));
            assertThat(datagrams(again, a, b)).isEqualTo(arrived);
        }
    }

    private static List<PacketEvent> datagramsOf(Network network) {
        return network.log()
                .events(event -> event.direction().equals("client>server")
                        && event.flow().startsWith("UDP"));
    }

    private static List<Long> delivered(Network network) {
        return datagramsOf(network).stream()
                .filter(event -> event.fate() == Fate.DELIVERED)
                .map(PacketEvent::index)
                .toList();
    }

    /** Sends 200 numbered datagrams, and returns the numbers that arrive, from 1 on. */
    private static List<Long> datagrams(Network network, Host from, Host to) throws Exception {
        int count = 200;
        List<Long> arrived = new ArrayList<>();
        try (DatagramSocket receiver = to.call(() -> new DatagramSocket(Peers.PORT));
                DatagramSocket sender = from.call(() -> new DatagramSocket())) {
            receiver.setSoTimeout(Peers.PATIENCE_MILLIS);
            for (long i = 1; i <= count; i++) {
                byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(i).array();
                sender.send(new DatagramPacket(bytes, bytes.length, to.address(), Peers.PORT));
                if (i == 1) {
                    // Those that wait for an answer of ARP can be overtaken by later ones.
                    Peers.await("the first datagram", () -> datagramsOf(network).size() == 1);
                }
            }
            Peers.await(
                    "a decision on every datagram", () -> datagramsOf(network).size() == count);
            DatagramPacket packet = new DatagramPacket(new byte[Long.BYTES], Long.BYTES);
            for (int i = delivered(network).size(); i > 0; i--) {
                receiver.receive(packet);
                arrived.add(ByteBuffer.wrap(packet.getData()).getLong());
            }
            return arrived;
        }
    }

    @Test
    void ipv6WorksAtOnce() throws Exception {
        Feature.require("IPv6", Files.exists(Path.of("/proc/sys/net/ipv6")), "the kernel has none");
        Feature.require("ping(8)", Peers.hasProgram("ping"), "it is not installed");
        // Where many tests run side by side, an answer may take longer than the three seconds of the kernel's patience.
        client.setSysctl("net.ipv6.neigh.eth0.mcast_solicit", "20");
        // By a program: a JVM that began where no interface is up has no IPv6.
        Process ping = client.exec(
                "ping", "-6", "-c", "1", "-W", "10", server.address6().getHostAddress());
        assertThat(ping.waitFor())
                .as(new String(ping.getInputStream().readAllBytes()))
                .isZero();
        assertThat(server.address6().getHostAddress()).isEqualTo("fd00:64:0:0:0:0:0:2");
    }

    @Test
    void showsItsCongestionControlAndItsSysctls() throws Exception {
        assertThat(server.congestionControl()).isEqualTo("cubic");
        Feature.require("ip(8)", Peers.hasProgram("ss"), "iproute2 is not installed");
        try (ServerSocket listening = Peers.echo(server);
                Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS)) {
            Peers.roundTripNanos(socket);
            for (Host host : List.of(client, server)) {
                Process sockets = host.exec("ss", "-tinH", "state", "established");
                assertThat(new String(sockets.getInputStream().readAllBytes()))
                        .contains("cubic")
                        .doesNotContain("bbr", "reno");
            }
            assertThat(listening.isClosed()).isFalse();
        }
        server.setSysctl("net.ipv4.ip_forward", "1");
        assertThat(server.sysctl("net.ipv4.ip_forward")).isEqualTo("1");
        assertThat(client.sysctl("net.ipv4.ip_forward")).isEqualTo("0");
        assertThatIllegalArgumentException().isThrownBy(() -> server.setSysctl("vm.swappiness", "1"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLinkWithOtherSettings(boolean offloads) throws Exception {
        Host third = network.addHost("third");
        LinkConfig settings = LinkConfig.standard().withMtu(9000).withAddresses("192.0.2.1/24", "192.0.2.2/24");
        network.link(third, server, offloads ? settings.withOffloads() : settings);
        byte[] bytes = new byte[1_000_000];
        new Random(2).nextBytes(bytes);
        try (ServerSocket listening = Peers.echo(server);
                Socket socket = third.call(() -> new Socket("192.0.2.2", Peers.PORT))) {
            assertThat(Peers.echoes(third, socket, bytes)).isTrue();
            assertThat(listening.isClosed()).isFalse();
        }
        assertThat(third.address("server")).isEqualTo(InetAddress.getByName("192.0.2.2"));
        assertThat(client.address("server")).isEqualTo(InetAddress.getByName("10.64.0.2"));
        int longest = network.log().events().stream()
                .mapToInt(PacketEvent::length)
                .max()
                .orElseThrow();
        if (offloads) {
            assertThat(longest).isGreaterThan(9014);
        } else {
            assertThat(longest).isEqualTo(9014);
        }
    }

    @Test
    void hostsOfASwitchSeeEachOther() throws Exception {
        Switch center = network.addSwitch("switch");
        List<Host> hosts = List.of(network.addHost("a"), network.addHost("b"), network.addHost("c"));
        List<Link> links = new ArrayList<>();
        for (Host host : hosts) {
            links.add(network.link(host, center));
        }
        try (ServerSocket listening = Peers.echo(hosts.get(2))) {
            for (Host host : hosts.subList(0, 2)) {
                try (Socket socket = Peers.connect(host, hosts.get(2), Peers.PATIENCE_MILLIS)) {
                    Peers.roundTripNanos(socket);
                }
            }
            links.get(0).cut();
            assertThatThrownBy(() -> Peers.connect(hosts.get(0), hosts.get(2), 200))
                    .isInstanceOf(SocketTimeoutException.class);
            Peers.connect(hosts.get(1), hosts.get(2), Peers.PATIENCE_MILLIS).close();
            assertThat(listening.isClosed()).isFalse();
        }
        assertThat(network.log()
                        .events(event -> event.direction().equals("switch>b")
                                && event.flow().contains("TCP 10.64.1.3:7000 > 10.64.1.1")))
                .as("a station that is known is not flooded")
                .isEmpty();
    }

    @Test
    void namesAreThoseOfTheNetwork() throws Exception {
        assertThat(client.address("server")).isEqualTo(server.address());
        assertThat(client.address("server").getHostName()).isEqualTo("server");
        assertThatThrownBy(() -> client.address("nobody"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("the network has no host nobody");
        Host alone = network.addHost("alone");
        assertThatIllegalStateException().isThrownBy(alone::address).withMessageContaining("link it first");
        assertThatIllegalArgumentException().isThrownBy(() -> network.addHost("client"));
        assertThatIllegalArgumentException().isThrownBy(() -> link.from(alone));
    }

    @Test
    void aPredicateThatThrowsEndsTheNetworkWithAWord() throws Exception {
        link.impair(Impairment.none().withLossIf(packet -> {
            if (packet.isUdp()) {
                throw new IllegalStateException("by the test");
            }
            // One of the kernel's own, which may come while the link is being changed.
            return false;
        }));
        try (DatagramSocket sender = client.call(() -> new DatagramSocket())) {
            sender.send(new DatagramPacket(new byte[4], 4, new InetSocketAddress(server.address(), 9)));
        }
        Peers.await("the end of the thread", () -> network.failure() != null);
        assertThatIllegalStateException()
                .isThrownBy(() -> network.addSwitch("s"))
                .withMessageContaining("by the test");
        assertThatIllegalStateException().isThrownBy(network::close).withMessageContaining("by the test");
    }
}
