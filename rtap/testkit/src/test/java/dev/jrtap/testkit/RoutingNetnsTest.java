// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.jrtap.address.IpAddress;
import dev.jrtap.address.IpPrefix;
import dev.jrtap.fixtures.Feature;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks of more than one link: a router between subnets, and switches that are joined. */
class RoutingNetnsTest extends TwoHosts {

    private static final byte[] BYTES = new byte[50_000];

    @Test
    void aRouterForwardsBetweenSubnets() throws Exception {
        // The link of the beginning is the client's and the server's first: routes have to go by their second.
        Host router = network.addHost("router");
        Link near = network.link(client, router);
        Link far = network.link(router, server);
        router.setSysctl("net.ipv4.ip_forward", "1");
        IpPrefix nearSubnet = IpPrefix.parse("10.64.1.0/24");
        IpPrefix farSubnet = IpPrefix.parse("10.64.2.0/24");
        client.addRoute(farSubnet, client.address("router"));
        server.addRoute(nearSubnet, server.address("router"));
        link.cut();
        far.impair(Impairment.none().withDelay(Duration.ofMillis(5)));

        try (ServerSocket listening = Peers.echo(server);
                Socket socket = client.call(() -> new Socket("10.64.2.2", Peers.PORT))) {
            assertThat(Peers.roundTripNanos(socket)).isGreaterThanOrEqualTo(10_000_000);
            assertThat(Peers.echoes(client, socket, BYTES)).isTrue();
            assertUsesCubic(client);
            assertThat(listening.isClosed()).isFalse();
        }
        for (Link each : List.of(near, far)) {
            assertThat(network.log()
                            .events(event -> event.direction()
                                            .equals(each.directions().get(0).name())
                                    && event.flow().startsWith("TCP 10.64.1.1:")))
                    .as("packets of the client on " + each)
                    .isNotEmpty();
        }
    }

    private static void assertUsesCubic(Host host) throws Exception {
        if (Peers.hasProgram("ss")) {
            Process sockets = host.exec("ss", "-tinH", "state", "established");
            assertThat(new String(sockets.getInputStream().readAllBytes()))
                    .contains("cubic")
                    .doesNotContain("bbr");
        }
    }

    @Test
    void aRouterForwardsIpv6() throws Exception {
        Feature.require("IPv6", Files.exists(Path.of("/proc/sys/net/ipv6")), "the kernel has none");
        Feature.require("ping(8)", Peers.hasProgram("ping"), "iputils-ping is not installed");
        Host far = network.addHost("far");
        network.link(server, far);
        server.setSysctl("net.ipv6.conf.all.forwarding", "1");
        client.addRoute(IpPrefix.parse("fd00:64:1::/64"), server.address6());
        far.addRoute(IpPrefix.parse("fd00:64::/64"), far.address6("server"));

        Process ping =
                client.exec("ping", "-6", "-c", "1", "-W", "10", far.address6().getHostAddress());
        assertThat(ping.waitFor())
                .as(new String(ping.getInputStream().readAllBytes()))
                .isZero();
    }

    @Test
    void aGatewayIsInASubnetOfTheHost() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.addRoute(IpPrefix.parse("192.0.2.0/24"), IpAddress.parse("203.0.113.1")))
                .withMessageStartingWith("gateway 203.0.113.1 is in no subnet of host client: [10.64.0.1/24");
    }

    @Test
    void joinedSwitchesAreOneSubnet() throws Exception {
        Switch left = network.addSwitch("left");
        Switch middle = network.addSwitch("middle");
        Switch right = network.addSwitch("right");
        Link trunk = network.link(left, middle);
        network.link(middle, right);
        Host a = network.addHost("a");
        Host b = network.addHost("b");
        network.link(a, left);
        network.link(b, right);
        trunk.from(left).impair(Impairment.none().withDelay(Duration.ofMillis(5)));

        try (ServerSocket listening = Peers.echo(b);
                Socket socket = Peers.connect(a, b, Peers.PATIENCE_MILLIS)) {
            assertThat(Peers.roundTripNanos(socket)).isGreaterThanOrEqualTo(5_000_000);
            assertThat(Peers.echoes(a, socket, BYTES)).isTrue();
            assertThat(listening.isClosed()).isFalse();
        }
        assertThat(trunk.to(middle)).isSameAs(trunk.from(left));
        assertThatIllegalArgumentException().isThrownBy(() -> trunk.from(right));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.link(right, left))
                .withMessage("a link of switches right and left would make a loop");
        assertThatIllegalArgumentException().isThrownBy(() -> network.link(left, left));
    }

    @Test
    void switchesWithHostsOfDifferentSubnetsAreNotJoined() throws Exception {
        Switch left = network.addSwitch("left");
        Switch right = network.addSwitch("right");
        network.link(network.addHost("a"), left);
        network.link(network.addHost("b"), right);
        assertThatIllegalStateException()
                .isThrownBy(() -> network.link(left, right))
                .withMessageContaining("link switches before their hosts");
    }
}
