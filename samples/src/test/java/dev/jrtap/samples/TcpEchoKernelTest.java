// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.Sleeper;
import dev.jrtap.fixtures.Sockets;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.uring.Operation;
import dev.jrtap.uring.Ring;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("any-user")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpEchoKernelTest {

    private InetSocketAddress address;
    private TcpEcho echo;
    private Thread thread;

    @BeforeEach
    void start() throws IOException {
        Uring.require();
        // Brings the loopback interface up.
        Sockets.tcp().close();
        try (Ring ring = Ring.builder().entries(2).build()) {
            Feature.require("BIND", ring.capabilities().supports(Operation.BIND), "Linux 6.11 or newer is needed");
        }
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new InetSocketAddress("127.0.0.1", free.getLocalPort());
        }
        CompletableFuture<TcpEcho> ready = new CompletableFuture<>();
        thread = new Thread(() -> {
            try {
                TcpEcho served = new TcpEcho(address);
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

    private Socket connect() throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    private static byte[] random(int size, int seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** More than all buffers hold, written while nothing is read: the echo runs out of buffers, and goes on. */
    @Test
    void sendsEverythingBackInOrder() throws Exception {
        try (Socket socket = connect()) {
            byte[] content = random(8 << 20, 1);
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(content);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            writer.start();
            // The writer fills all buffers and both queues first.
            writer.join(200);
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(content);
            writer.join();
        }
    }

    @Test
    void servesManyAtATime() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                Socket socket = connect();
                sockets.add(socket);
                socket.getOutputStream().write(random(100, i));
            }
            for (int i = 0; i < sockets.size(); i++) {
                assertThat(sockets.get(i).getInputStream().readNBytes(100)).isEqualTo(random(100, i));
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Connections that wait for buffers, and hold some, are reset in sequence. */
    @Test
    void goesOnAfterResetsWhileBuffersAreShort() throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                SocketChannel channel = SocketChannel.open(address);
                channels.add(channel);
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            for (int idle = 0; idle < 20; idle++) {
                if (writeAll(channels) > 0) {
                    idle = 0;
                }
                Sleeper.pause(5);
            }
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
        try (Socket socket = connect()) {
            byte[] content = random(100_000, 2);
            socket.getOutputStream().write(content);
            assertThat(socket.getInputStream().readNBytes(content.length)).isEqualTo(content);
        }
        assertThat(thread.isAlive()).isTrue();
    }

    /** Returns how many bytes the channels take without waiting. */
    private static long writeAll(List<SocketChannel> channels) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        long written = 0;
        for (SocketChannel channel : channels) {
            written += channel.write(bytes.clear());
        }
        return written;
    }

    /** Slots are used again: more connections, in sequence, than the table has places. */
    @Test
    void outlivesItsConnections() throws IOException {
        for (int i = 0; i < 1200; i++) {
            try (Socket socket = connect()) {
                if (i % 3 == 0) {
                    // Ends with a reset.
                    socket.setSoLinger(true, 0);
                }
                socket.getOutputStream().write(i);
                if (i % 3 != 1) {
                    assertThat(socket.getInputStream().read()).isEqualTo(i & 0xff);
                }
            }
        }
    }

    @Test
    void endsWithOpenConnections() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(1);
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo(1);
            echo.close();
            thread.join();
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void saysThatThePortIsTaken() {
        assertThatThrownBy(() -> new TcpEcho(address))
                .hasMessageContaining("EADDRINUSE")
                .hasMessageContaining("127.0.0.1");
    }
}
