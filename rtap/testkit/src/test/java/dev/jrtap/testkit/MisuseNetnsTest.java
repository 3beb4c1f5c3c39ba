// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.syscall.NetworkNamespace;
import java.io.File;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers do wrong, and networks that end at a bad moment. */
class MisuseNetnsTest extends TwoHosts {

    private static final int PORT = 9;

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a>b", "a\nb", "a/b", "-a", "\u00e4", "localhost", "client"})
    void aNameIsOneOfAHost(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> network.addHost(name));
        assertThatIllegalArgumentException().isThrownBy(() -> network.addSwitch(name));
        assertThat(network.hosts()).containsExactly(client, server);
    }

    @Test
    void nodesOfAnotherNetworkAreNotLinked() throws Exception {
        try (Network other = Network.create()) {
            Host foreign = other.addHost("client");
            Switch center = other.addSwitch("center");
            String message = "client belongs to another network";
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.link(foreign, server))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.link(server, foreign))
                    .withMessage(message);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.link(client, center))
                    .withMessage("center belongs to another network");
            assertThatIllegalArgumentException().isThrownBy(() -> link.from(foreign));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> network.link(client, client));
    }

    @Test
    void aProgramThatIsNotThereIsAnException() throws Exception {
        for (String missing : List.of("no-such-program", "/no/such/program", "-x")) {
            assertThatIOException()
                    .isThrownBy(() -> client.exec(missing))
                    .withMessage("cannot run " + missing + ": no such program in PATH");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.exec())
                .withMessageContaining("the command is empty");
        assertThatIOException()
                .isThrownBy(() -> client.exec(new ProcessBuilder("true").directory(new File("/no/such/directory"))))
                .withMessageContaining("/no/such/directory");
    }

    @Test
    void aBuilderCanBeUsedAgain() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo $WORD; pwd; echo 3 >&2")
                .directory(new File("/"))
                .redirectErrorStream(true);
        builder.environment().put("WORD", "one");
        for (int i = 0; i < 2; i++) {
            Process process = client.exec(builder);
            assertThat(new String(process.getInputStream().readAllBytes())).isEqualTo("one\n/\n3\n");
        }
        assertThat(builder.command()).hasSize(3);
    }

    @Test
    void whatAClosedHostHasGivenOutSaysSo() throws Exception {
        ExecutorService executor = client.executor();
        ThreadFactory threads = client.threadFactory();
        executor.submit(() -> 1).get();
        network.close();
        assertThatThrownBy(() -> executor.submit(() -> 1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("host client is closed: its network was closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> threads.newThread(() -> {}))
                .withMessage("host client is closed: its network was closed");
        // What happened can still be read.
        assertThat(network.log().size()).isEqualTo(network.capture().total());
    }

    @Test
    void anExecutorThatWasShutDownIsNotTheHost() throws Exception {
        client.executor().shutdown();
        assertThatThrownBy(() -> client.executor().submit(() -> 1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("the executor of host client was shut down");
        assertThat(client.call(() -> 1)).isEqualTo(1);
    }

    /** As where the end comes after the call has looked. */
    @Test
    void aCallThatMeetsTheEndSaysThatTheHostIsClosed() throws Exception {
        try (NetworkNamespace own = NetworkNamespace.create()) {
            HostThreads threads = new HostThreads("client", own);
            threads.interrupt();
            assertThatIllegalStateException()
                    .isThrownBy(() -> threads.call(() -> 1))
                    .withMessage("host client is closed: its network was closed");
        }
    }

    /** A link that has lost its thread refuses a change. */
    @Test
    void aNetworkWhoseThreadHasEndedRefusesChanges() throws Exception {
        onSent(() -> {
            throw new IllegalArgumentException("by the test");
        });
        send();
        Peers.await("the end of the thread", () -> network.failure() != null);
        assertThatIllegalStateException().isThrownBy(link::cut).withMessageContaining("by the test");
        assertThatIllegalStateException().isThrownBy(network::close);
    }

    /** The predicate of {@link #send}'s packet: one of the kernel's own may come while the link is being changed. */
    private void onSent(BooleanSupplier predicate) {
        link.impair(Impairment.none()
                .withLossIf(packet -> packet.isUdp() && packet.destinationPort() == PORT && predicate.getAsBoolean()));
    }

    private void send() throws Exception {
        try (DatagramSocket sender = client.call(() -> new DatagramSocket())) {
            sender.send(new DatagramPacket(new byte[4], 4, new InetSocketAddress(server.address(), PORT)));
        }
    }

    @Test
    void aPredicateCannotCloseItsNetwork() throws Exception {
        onSent(() -> {
            network.close();
            return false;
        });
        send();
        Peers.await("the end of the thread", () -> network.failure() != null);
        assertThatIllegalStateException()
                .isThrownBy(network::close)
                .withMessageContaining("a predicate cannot close its network");
    }

    @Test
    void aPredicateMayAskTheNetworkWhileItIsClosed() throws Exception {
        Thread closing = new Thread(network::close);
        onSent(() -> {
            closing.start();
            while (closing.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            return network.host("client") == client && network.links().size() == 2;
        });
        send();
        Peers.await("the beginning of close", () -> closing.getState() != Thread.State.NEW);
        closing.join();
        assertThat(network.failure()).isNull();
    }

    @Test
    void aSecondCloseReturnsWhenTheFirstDoes() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        onSent(() -> {
            busy.countDown();
            while (goOn.getCount() > 0) {
                Thread.onSpinWait();
            }
            return false;
        });
        send();
        busy.await();
        Thread first = new Thread(network::close);
        first.start();
        Peers.await("the first close", () -> first.getState() == Thread.State.WAITING);
        Thread second = new Thread(network::close);
        second.start();
        Peers.await("the second close", () -> second.getState() == Thread.State.BLOCKED || !second.isAlive());
        boolean waits = second.isAlive();
        goOn.countDown();
        first.join();
        second.join();
        assertThat(waits).isTrue();
    }

    @Test
    void aNetworkIsClosedFromAThreadOfItsHost() throws Exception {
        client.run(network::close);
        assertThatIllegalStateException().isThrownBy(() -> client.run(() -> {}));
    }

    /** It does so by the end of the other side, which is still on its way. */
    @Test
    void aThreadThatReadsEndsWithTheNetwork() throws Exception {
        link.impair(Impairment.none().withDelay(Duration.ofMillis(20)));
        Future<Integer> reading;
        try (ServerSocket listening = server.call(() -> new ServerSocket(Peers.PORT));
                Socket socket = Peers.connect(client, server, Peers.PATIENCE_MILLIS)) {
            Socket accepted = listening.accept();
            reading = server.executor().submit(() -> {
                try (accepted) {
                    return accepted.getInputStream().read();
                }
            });
            assertThat(socket.isConnected()).isTrue();
        }
        network.close();
        assertThat(reading.get(Peers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(-1);
    }

    @Test
    void aNetworkEndsUnderTraffic() throws Exception {
        link.impair(Impairment.none().withDelay(Duration.ofMillis(3)));
        List<DatagramSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            DatagramSocket socket = client.call(() -> new DatagramSocket());
            sockets.add(socket);
            client.executor().submit(() -> {
                while (true) {
                    socket.send(new DatagramPacket(new byte[1000], 1000, server.address(), 9));
                }
            });
        }
        Peers.await("traffic", () -> network.log().size() > 1000);
        network.close();
        sockets.forEach(DatagramSocket::close);
    }
}
