// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.uring.Operation;
import dev.jrtap.uring.Ring;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatagramEchoKernelTest {

    private InetSocketAddress address;
    private DatagramEcho echo;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        Uring.require();
        // Brings the loopback interface up.
        Sockets.tcp().close();
        try (Ring ring = Ring.builder().entries(2).build()) {
            Feature.require("BIND", ring.capabilities().supports(Operation.BIND), "Linux 6.11 or newer is needed");
        }
        address = free();
        CompletableFuture<DatagramEcho> ready = new CompletableFuture<>();
        thread = new Thread(() -> {
            try {
                DatagramEcho served = new DatagramEcho(address);
                ready.complete(served);
                served.run();
            } catch (IOException | RuntimeException e) {
                ready.completeExceptionally(e);
            }
        });
        thread.start();
        echo = ready.join();
    }

    @AfterEach
    void end() throws InterruptedException {
        if (echo != null) {
            echo.close();
            thread.join();
        }
    }

    /** Of every length that fits, from two peers in turns: each gets its own back, and more than there are buffers. */
    @Test
    void sendsEachDatagramBackToItsSender() throws IOException {
        Random random = new Random(1);
        try (DatagramSocket one = new DatagramSocket();
                DatagramSocket other = new DatagramSocket()) {
            for (int round = 0; round < 1000; round++) {
                DatagramSocket peer = round % 2 == 0 ? one : other;
                byte[] sent = new byte[round % 1400];
                random.nextBytes(sent);
                peer.send(new DatagramPacket(sent, sent.length, address));
                assertThat(receive(peer)).isEqualTo(sent);
            }
        }
    }

    /** What does not fit into a buffer is not sent back cut, and its buffer is not lost. */
    @Test
    void dropsWhatIsTooLong() throws IOException {
        try (DatagramSocket peer = new DatagramSocket()) {
            for (int round = 0; round < 300; round++) {
                peer.send(new DatagramPacket(new byte[4000], 4000, address));
                byte[] small = {(byte) round};
                peer.send(new DatagramPacket(small, 1, address));
                assertThat(receive(peer)).isEqualTo(small);
            }
        }
    }

    /** Bursts of about as many as there are buffers: where all are in use it hears the next one all the same. */
    @Test
    void hearsTheNextAfterBuffersRanOut() throws IOException {
        Random random = new Random(1);
        DatagramPacket sent = new DatagramPacket(new byte[10], 10, address);
        try (DatagramSocket peer = new DatagramSocket()) {
            for (int round = 0; round < 500; round++) {
                int burst = 63 + random.nextInt(3);
                for (int i = 0; i < burst; i++) {
                    peer.send(sent);
                }
                // Some may be lost.
                if (!isReceived(peer, burst, 5)) {
                    peer.send(sent);
                    assertThat(isReceived(peer, 1, 5000))
                            .as("after %d bursts", round)
                            .isTrue();
                }
            }
        }
    }

    /** Whether one came at least; waits for each for so long at most. */
    private static boolean isReceived(DatagramSocket peer, int count, int millis) throws IOException {
        peer.setSoTimeout(millis);
        for (int i = 0; i < count; i++) {
            try {
                receive(peer);
            } catch (SocketTimeoutException e) {
                return i > 0;
            }
        }
        return true;
    }

    private static InetSocketAddress free() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress("127.0.0.1", free.getLocalPort());
        }
    }

    private static byte[] receive(DatagramSocket peer) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
        peer.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}
