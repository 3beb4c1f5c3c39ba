// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Resources;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.TunDevice;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A network of two hundred hosts around a switch, more than a small guest holds; of twenty where tests are short. */
@Tag("any-kernel")
@Timeout(300)
class ManyHostsNetnsTest {

    private static final int HOSTS = Math.max(20, Math.min(200, Stress.times(200)));

    @Test
    void eachOfManyHostsIsAnsweredByTheFirst() throws Exception {
        TunDevice.require();
        Network.create().close();
        Resources before = Resources.now();
        long start = System.nanoTime();
        long made;
        long asked;
        try (Network network = Network.create()) {
            Switch center = network.addSwitch("center");
            List<Host> hosts = new ArrayList<>();
            for (int i = 0; i < HOSTS; i++) {
                hosts.add(network.addHost("host-" + i));
                network.link(hosts.get(i), center);
            }
            made = System.nanoTime();
            askAll(hosts);
            asked = System.nanoTime();
            assertThat(network.log().events(event -> event.fate() == Fate.NO_BUFFER))
                    .isEmpty();
        }
        long closed = System.nanoTime();
        System.getLogger("dev.jrtap.testkit")
                .log(
                        System.Logger.Level.INFO,
                        "{0} hosts: made in {1} ms, asked in {2} ms, closed in {3} ms",
                        HOSTS,
                        (made - start) / 1_000_000,
                        (asked - made) / 1_000_000,
                        (closed - asked) / 1_000_000);
        Resources.assertNoMoreThan(before, "a network of many hosts");
    }

    private static void askAll(List<Host> hosts) throws Exception {
        Host first = hosts.get(0);
        try (DatagramSocket echo = first.call(() -> new DatagramSocket(Peers.PORT))) {
            first.executor().submit(() -> {
                DatagramPacket packet = new DatagramPacket(new byte[1], 1);
                while (true) {
                    echo.receive(packet);
                    echo.send(packet);
                }
            });
            for (Host host : hosts.subList(1, HOSTS)) {
                try (DatagramSocket socket = host.call(() -> new DatagramSocket())) {
                    socket.setSoTimeout(Peers.PATIENCE_MILLIS);
                    socket.send(new DatagramPacket(new byte[] {7}, 1, first.address(), Peers.PORT));
                    DatagramPacket answer = new DatagramPacket(new byte[1], 1);
                    socket.receive(answer);
                    assertThat(answer.getAddress()).isEqualTo(first.address());
                }
            }
        }
    }
}
