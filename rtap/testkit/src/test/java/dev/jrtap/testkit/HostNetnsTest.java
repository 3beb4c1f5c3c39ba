// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Resources;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousSocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Threads and programs of a host, and what is left of it. */
class HostNetnsTest extends TwoHosts {

    @Test
    void whatAnActionThrowsIsThrown() {
        assertThatThrownBy(() -> client.run(() -> {
                    throw new UnknownHostException("no");
                }))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("no");
        assertThatThrownBy(() -> client.run(() -> {
                    throw new AssertionError("expected");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("expected");
    }

    @Test
    void nothingIsLeft() throws Exception {
        network.close();
        network.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> network.addHost("more"))
                .withMessage("the network is closed");
        Resources before = Resources.now();
        for (int round = 0; round < 5; round++) {
            Process sleeping;
            try (Network more = Network.create()) {
                Host a = more.addHost("a");
                Host b = more.addHost("b");
                more.link(a, b).impair(Impairment.none().withDelay(Duration.ofMillis(500)));
                sleeping = a.exec("sleep", "3600");
                try (DatagramSocket sender = a.call(() -> new DatagramSocket())) {
                    // In flight when the network ends.
                    sender.send(new DatagramPacket(new byte[4], 4, new InetSocketAddress(b.address(), 9)));
                }
            }
            assertThat(sleeping.isAlive()).isFalse();
            Resources.assertNoMoreThan(before, "a network");
        }
    }

    /** On JDK 21 or newer. A virtual thread that is started on a host would have a carrier outside. */
    @Test
    void aVirtualThreadDoesNotEnterAHost() throws Exception {
        Feature.require("virtual threads", Runtime.version().feature() >= 21, "this JDK has none");
        Throwable[] thrown = new Throwable[1];
        Thread virtual = (Thread) Thread.class
                .getMethod("startVirtualThread", Runnable.class)
                .invoke(null, (Runnable) () -> {
                    try {
                        client.namespace().enter();
                    } catch (Throwable e) {
                        thrown[0] = e;
                    }
                });
        virtual.join();
        assertThat(thrown[0])
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is entered by platform threads, and VirtualThread");
        assertThat(Threads.in(client)).isEmpty();
    }

    @Test
    void noThreadOfTheJdkIsLeftOnAHost() throws Exception {
        client.run(() -> {
            CompletableFuture.supplyAsync(() -> 1).get();
            IntStream.range(0, 1000).parallel().sum();
            AsynchronousSocketChannel.open().close();
        });
        assertThat(client.exec("true").waitFor()).isZero();
        assertThat(Threads.in(client)).isNotEmpty().allMatch(name -> name.startsWith("host-client-"));
    }
}
