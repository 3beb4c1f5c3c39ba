// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jrtap.fixtures.FaultySyscalls;
import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Syscalls;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each system call by which something is made fails in turn: what is not whole is not there at all. */
@Timeout(300)
class HalfMadeNetnsTest {

    private static final NetworkConfig SMALL =
            NetworkConfig.standard().withBuffers(2048).withCaptureBytes(1 << 16);

    /** Every call, or in a short run some. */
    private static final int STRIDE = Math.max(1, 20 / Stress.times(20));

    private static final String WAKE = "write";

    private final FaultySyscalls sys = new FaultySyscalls(Syscalls.libc());

    /** What a network has. */
    private record State(List<List<String>> interfaces, List<Host> hosts, List<Link> links) {

        static State of(Network network) throws Exception {
            return new State(interfaces(network), network.hosts(), network.links());
        }

        private static List<List<String>> interfaces(Network network) throws Exception {
            List<List<String>> all = new ArrayList<>();
            for (Host host : network.hosts()) {
                all.add(host.namespace()
                        .call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/dev")).stream()
                                .filter(line -> line.contains(":"))
                                .map(line -> line.replaceFirst(":.*", "").strip())
                                .sorted()
                                .toList()));
            }
            return all;
        }
    }

    /** Something that can be made in a network. */
    private interface Making {
        void make(Network network) throws Exception;
    }

    @BeforeEach
    void require() throws Exception {
        TunDevice.require();
        // What the JDK and this kit start once stays.
        Network.create(sys, SMALL).close();
    }

    private Network twoHosts() throws Exception {
        Network network = Network.create(sys, SMALL);
        network.addHost("client");
        network.addHost("server");
        network.addSwitch("center");
        return network;
    }

    /** Makes something with each of its calls failing, until none is left to fail; returns how many have refused it. */
    private int refusals(int errno, Making making) throws Exception {
        int refused = 0;
        Network network = twoHosts();
        try {
            State before = State.of(network);
            Resources held = Resources.now();
            for (int step = 1; ; step += STRIDE) {
                // The wire's own calls are those of packets.
                sys.only(thread -> !thread.getName().equals("testkit-wire"));
                sys.failAt(step, errno);
                Network present = network;
                Throwable thrown = catchThrowable(() -> making.make(present));
                sys.spare();
                // Except for the last one, which wakes the wire, and has no way to fail in a kernel.
                if (thrown != null && !sys.failed().equals(WAKE)) {
                    refused++;
                    assertThat(sys.failed()).as(thrown.toString()).isNotEmpty();
                    assertThat(State.of(network))
                            .as(sys.failed() + ": " + thrown)
                            .isEqualTo(before);
                    Resources.assertNoMoreThan(held, sys.failed() + ": " + thrown);
                    continue;
                }
                if (thrown == null) {
                    works(network);
                }
                if (sys.failed().isEmpty()) {
                    return refused;
                }
                // It has done without.
                network.close();
                network = twoHosts();
                before = State.of(network);
                held = Resources.now();
            }
        } finally {
            network.close();
        }
    }

    /** A link that is made after all that has failed is as the first. */
    private static void works(Network network) throws Exception {
        if (network.links().isEmpty() || !network.links().get(0).name().equals("client-server")) {
            return;
        }
        Host server = network.host("server");
        assertThat(server.address().getHostAddress()).isEqualTo("10.64.0.2");
        try (ServerSocket listening = server.call(() -> new ServerSocket(Peers.PORT));
                Socket socket = Peers.connect(network.host("client"), server, Peers.PATIENCE_MILLIS);
                Socket accepted = listening.accept()) {
            assertThat(accepted.getPort()).isEqualTo(socket.getLocalPort());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLinkOfHosts(boolean isError) throws Exception {
        int errno = isError ? FaultySyscalls.OUT_OF_MEMORY : Errno.ENOMEM;
        assertThat(refusals(errno, network -> network.link(network.host("client"), network.host("server"))))
                .isPositive();
    }

    @Test
    void aLinkToASwitch() throws Exception {
        assertThat(refusals(Errno.ENOMEM, network -> {
                    Switch center = network.addSwitch("switch-" + System.nanoTime());
                    network.link(network.host("client"), center);
                }))
                .isPositive();
    }

    @Test
    void aHost() throws Exception {
        assertThat(refusals(Errno.ENOMEM, network -> network.addHost("third"))).isPositive();
    }

    @Test
    void aNetwork() throws Exception {
        assertThat(refusals(Errno.ENOMEM, network -> Network.create(sys, SMALL).close()))
                .isPositive();
    }
}
