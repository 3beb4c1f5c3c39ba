// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.net.TcpSegment;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** What the kernel's stack does on a bad link, and what of it is in the capture, as this and as Wireshark read it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenariosNetnsTest extends TwoHosts {

    private static final byte[] BYTES = new byte[100_000];
    /** What Wireshark calls it depends on how soon that is. */
    private static final String SENT_AGAIN = ".*(Retransmission|Out-Of-Order).*";

    private static final int SYN = TcpSegment.SYN;
    private static final int ACK = TcpSegment.ACK;

    /** Wireshark's words for a packet of the test that has ended. */
    private String wanted = "";

    private final Tshark wireshark = new Tshark();

    @AfterEach
    void isForWireshark(TestInfo test) throws Exception {
        if (network != null && Tshark.isHere()) {
            wireshark.add(test.getDisplayName(), network, wanted);
        }
    }

    @AfterAll
    void wiresharkAgrees() throws Exception {
        if (Tshark.isHere()) {
            wireshark.agrees();
        }
    }

    @Test
    void everyPacketOfABadLinkIsReadByWireshark() throws Exception {
        Feature.require("tshark", Tshark.isHere(), "it is not installed");
        wanted = SENT_AGAIN;
        link.impair(Impairment.none()
                .withDelay(Duration.ofMillis(1))
                .withLoss(0.03)
                .withDuplication(0.03)
                .withReordering(0.03, Duration.ofMillis(3))
                .withCorruption(0.03));
        echo(new byte[400_000]);
    }

    @Test
    void handshakeAndOrderlyClose() throws Exception {
        wanted = ".*\\[SYN, ACK\\] Seq=0 Ack=1.*";
        try (ServerSocket listening = Peers.echo(server);
                Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS)) {
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(listening.isClosed()).isFalse();
        }
        List<Seen> tcp = Seen.in(network, Seen::isTcp);
        assertThat(tcp.get(0).hasFlags(SYN)).isTrue();
        assertThat(tcp.get(1).hasFlags(SYN | ACK)).isTrue();
        assertThat(tcp.get(1).link).isEqualTo("server>client");
        assertThat(tcp.get(2).hasFlags(ACK)).isTrue();
        // Of each end one, which may have been sent again.
        assertThat(tcp)
                .filteredOn(each -> each.hasFlags(TcpSegment.FIN | ACK))
                .extracting(each -> each.link)
                .contains("client>server", "server>client");
    }

    @Test
    void aClosedPortResets() throws Exception {
        wanted = ".*\\[RST, ACK\\].*";
        assertThatThrownBy(() -> Peers.connect(client, server, Peers.PATIENCE_MILLIS))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("refused");
        assertThat(Seen.in(network, each -> each.hasFlags(TcpSegment.RST | ACK)))
                .isNotEmpty();
    }

    @Test
    void anAbortResets() throws Exception {
        wanted = ".*\\[RST, ACK\\].*";
        try (ServerSocket listening = server.call(() -> new ServerSocket(Peers.PORT))) {
            Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS);
            try (Socket accepted = listening.accept()) {
                socket.setSoLinger(true, 0);
                socket.close();
                assertThatThrownBy(() -> accepted.getInputStream().read()).hasMessageContaining("reset");
            }
        }
        assertThat(Seen.in(network, each -> each.hasFlags(TcpSegment.RST | ACK)))
                .hasSize(1);
    }

    @Test
    void aLostSegmentIsSentAgain() throws Exception {
        wanted = SENT_AGAIN;
        AtomicInteger lost = new AtomicInteger();
        link.from(client)
                .impair(Impairment.none()
                        .withLossIf(packet -> packet.payloadLength() > 0 && lost.getAndIncrement() == 0));
        echo(BYTES);
        List<Seen> sent = Seen.in(network, each -> each.link.equals("client>server") && each.payload() > 0);
        assertThat(sent.get(0).comment).endsWith("lost by the predicate");
        assertThat(sent.subList(1, sent.size()))
                .anyMatch(each -> each.sequence() == sent.get(0).sequence() && !each.isLost());
    }

    private void echo(byte[] bytes) throws Exception {
        try (ServerSocket listening = Peers.echo(server);
                Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS)) {
            assertThat(Peers.echoes(client, socket, bytes)).isTrue();
            assertThat(listening.isClosed()).isFalse();
        }
    }

    @Test
    void aReceiverThatDoesNotReadClosesItsWindow() throws Exception {
        wanted = ".*TCP ZeroWindow.*";
        byte[] bytes = new byte[1_000_000];
        try (ServerSocket listening = server.call(() -> {
                    ServerSocket small = new ServerSocket();
                    small.setReceiveBufferSize(16 * 1024);
                    small.bind(new InetSocketAddress(Peers.PORT));
                    return small;
                });
                Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS);
                Socket accepted = listening.accept()) {
            client.executor().submit(() -> {
                socket.getOutputStream().write(bytes);
                return true;
            });
            Peers.await(
                    "a window of 0",
                    () -> !Seen.in(
                                    network,
                                    each -> each.link.equals("server>client") && each.isTcp() && each.window() == 0)
                            .isEmpty());
            assertThat(accepted.getInputStream().readNBytes(bytes.length)).hasSize(bytes.length);
        }
    }

    @Test
    void thePathMtuIsDiscovered() throws Exception {
        wanted = ".*Fragmentation needed.*";
        link.from(client).impair(Impairment.none().withPathMtu(1300));
        echo(BYTES);
        assertThat(network.log().events(event -> event.fate() == Fate.TOO_LONG)).isNotEmpty();
        assertThat(Seen.in(network, each -> each.comment.endsWith("an ICMP error of the link")))
                .isNotEmpty()
                .allMatch(each -> each.link.equals("server>client") && each.frame[34] == 3 && each.frame[35] == 4);
        assertThat(Seen.in(network, each -> each.link.equals("client>server") && !each.isLost()))
                .allMatch(each -> each.frame.length <= 1314)
                .anyMatch(each -> each.frame.length == 1314);
    }

    @Test
    void aBlackHoleStallsAConnection() throws Exception {
        wanted = SENT_AGAIN;
        link.from(client).impair(Impairment.none().withMtuBlackHole(1300));
        try (ServerSocket listening = Peers.echo(server);
                Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS)) {
            Peers.roundTripNanos(socket);
            // Less than the kernel takes at once: nobody waits for a write.
            socket.getOutputStream().write(BYTES, 0, 20_000);
            socket.setSoTimeout(700);
            assertThatThrownBy(() -> socket.getInputStream().readNBytes(20_000))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(listening.isClosed()).isFalse();
        }
        List<Seen> lost = Seen.in(network, Seen::isLost);
        assertThat(lost).allMatch(each -> each.frame.length > 1314);
        assertThat(lost.stream().map(Seen::sequence).distinct().count())
                .as("some are sent again")
                .isLessThan(lost.size());
    }

    @Test
    void icmpErrorsEndAConnectionAttempt() throws Exception {
        wanted = ".*Communication administratively filtered.*";
        for (Impairment refusing : List.of(
                Impairment.none().withHostUnreachable(), Impairment.none().withProhibited())) {
            link.from(client).impair(refusing);
            assertThatThrownBy(() -> Peers.connect(client, server, Peers.PATIENCE_MILLIS))
                    .isInstanceOf(NoRouteToHostException.class);
        }
        assertThat(Seen.in(network, each -> each.comment.endsWith("an ICMP error of the link")).stream()
                        .map(each -> each.frame[35]))
                .as("the codes of both")
                .contains((byte) 1, (byte) 13);
    }

    @Test
    void neighborsAreDiscovered() throws Exception {
        wanted = "Neighbor Advertisement.*";
        try (ServerSocket listening = Peers.echo(server)) {
            Peers.connect(client, server, Peers.PATIENCE_MILLIS).close();
            assertThat(listening.isClosed()).isFalse();
        }
        List<Seen> arp = Seen.in(network, each -> each.etherType() == 0x0806);
        assertThat(arp).hasSizeGreaterThanOrEqualTo(2);
        assertThat(arp.get(0).frame[21]).as("a request").isEqualTo((byte) 1);
        assertThat(arp.get(1).frame[21]).as("a reply").isEqualTo((byte) 2);

        Feature.require("IPv6", Files.exists(Path.of("/proc/sys/net/ipv6")), "the kernel has none");
        Feature.require("ping(8)", Peers.hasProgram("ping"), "iputils-ping is not installed");
        Process ping = client.exec(
                "ping", "-6", "-c", "1", "-W", "10", server.address6().getHostAddress());
        ping.waitFor();
        assertThat(Seen.in(network, each -> each.icmpv6() == 135)).isNotEmpty();
        assertThat(Seen.in(network, each -> each.icmpv6() == 136)).isNotEmpty();
    }

    @Test
    void corruptedSegmentsAreFoundByTheKernel() throws Exception {
        wanted = ".*CHECKSUM.*";
        link.from(client).impair(Impairment.none().withCorruption(0.1));
        echo(BYTES);
        String snmp = server.call(() -> Files.readString(Path.of("/proc/thread-self/net/snmp")));
        long found = snmp.lines()
                .filter(line -> line.matches("Tcp: \\d.*"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
        // The connection may still be ending: of the log only what was captured.
        List<Seen> captured = Seen.in(network, each -> true);
        long corrupted = captured.stream()
                .filter(each -> each.isTcp() && each.comment.endsWith("a bit flipped"))
                .count();
        assertThat(corrupted).isPositive();
        assertThat(network.log().events().subList(0, captured.size()))
                .filteredOn(event -> event.isCorrupted() && event.flow().startsWith("TCP"))
                .hasSize((int) corrupted);
        // A bit of the header's length or ports is found too, but counted elsewhere.
        assertThat(found).isBetween(corrupted / 2, corrupted);
    }

    @Test
    void aConnectionSurvivesAShortCut() throws Exception {
        wanted = SENT_AGAIN;
        try (ServerSocket listening = Peers.echo(server);
                Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS)) {
            Peers.roundTripNanos(socket);
            link.cutFor(Duration.ofMillis(300));
            assertThat(Peers.echoes(client, socket, BYTES)).isTrue();
            assertThat(listening.isClosed()).isFalse();
        }
        assertThat(Seen.in(network, each -> each.comment.endsWith("the link is cut")))
                .isNotEmpty();
        assertThat(Seen.in(network, each -> each.hasFlags(SYN)).stream()
                        .map(Seen::sequence)
                        .distinct())
                .as("one connection")
                .hasSize(1);
    }

    @Test
    void aDatagramArrivesTwice() throws Exception {
        wanted = ".*Len=1.*";
        link.from(client).impair(Impairment.none().withDuplication(1));
        try (DatagramSocket receiver = server.call(() -> new DatagramSocket(Peers.PORT));
                DatagramSocket sender = client.call(() -> new DatagramSocket())) {
            receiver.setSoTimeout(Peers.PATIENCE_MILLIS);
            sender.send(new DatagramPacket(new byte[] {7}, 1, server.address(), Peers.PORT));
            for (int i = 0; i < 2; i++) {
                DatagramPacket packet = new DatagramPacket(new byte[9], 9);
                receiver.receive(packet);
                assertThat(packet.getData()[0]).isEqualTo((byte) 7);
            }
        }
        assertThat(Seen.in(network, each -> each.comment.endsWith(", twice"))).hasSize(1);
    }

    @Test
    void aClosedPortOfUdpIsToldByItsHost() throws Exception {
        wanted = "Destination unreachable \\(Port unreachable\\)";
        try (DatagramSocket sender = client.call(() -> new DatagramSocket())) {
            sender.connect(server.address(), Peers.PORT);
            sender.setSoTimeout(Peers.PATIENCE_MILLIS);
            sender.send(new DatagramPacket(new byte[] {7}, 1));
            assertThatThrownBy(() -> sender.receive(new DatagramPacket(new byte[9], 9)))
                    .isInstanceOf(PortUnreachableException.class);
        }
        assertThat(Seen.in(network, each -> each.icmp() == 3)).singleElement().satisfies(error -> {
            assertThat(error.link).isEqualTo("server>client");
            assertThat(error.frame[35]).as("the code of a port").isEqualTo((byte) 3);
        });
    }

    @Test
    void aHandshakeIsTriedAgain() throws Exception {
        wanted = ".*Retransmission.*\\[SYN\\] Seq=0.*";
        AtomicInteger lost = new AtomicInteger();
        link.from(client)
                .impair(Impairment.none().withLossIf(packet -> packet.hasTcpFlags(SYN) && lost.getAndIncrement() == 0));
        try (ServerSocket listening = Peers.echo(server)) {
            Peers.connect(client, server, Peers.PATIENCE_MILLIS).close();
            assertThat(listening.isClosed()).isFalse();
        }
        List<Seen> tried = Seen.in(network, each -> each.hasFlags(SYN));
        assertThat(tried).hasSizeGreaterThanOrEqualTo(2);
        assertThat(tried.get(0).isLost()).isTrue();
        assertThat(tried.get(1).isLost()).isFalse();
        assertThat(tried).allMatch(each -> each.sequence() == tried.get(0).sequence());
    }

    @Test
    void aDatagramOfWhichAFragmentIsLostDoesNotArrive() throws Exception {
        wanted = "Fragmented IP protocol.*";
        link.from(client).impair(Impairment.none().withLossIf(packet -> packet.length() > 1000 && packet.index() == 1));
        byte[] bytes = new byte[4000];
        try (DatagramSocket receiver = server.call(() -> new DatagramSocket(Peers.PORT));
                DatagramSocket sender = client.call(() -> new DatagramSocket())) {
            receiver.setSoTimeout(Peers.PATIENCE_MILLIS);
            for (byte i = 1; i <= 2; i++) {
                bytes[0] = i;
                sender.send(new DatagramPacket(bytes, bytes.length, server.address(), Peers.PORT));
            }
            DatagramPacket packet = new DatagramPacket(new byte[5000], 5000);
            receiver.receive(packet);
            assertThat(packet.getLength()).isEqualTo(bytes.length);
            assertThat(packet.getData()[0]).as("the second one").isEqualTo((byte) 2);
        }
        assertThat(Seen.in(network, Seen::isFragment)).hasSize(6);
    }
}
