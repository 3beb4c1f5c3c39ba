// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Programs that tests run on hosts. */
final class Peers {

    static final int PORT = 7000;
    static final int PATIENCE_MILLIS = 20_000;

    private Peers() {}

    /** Listens on a host, and sends back what each connection sends, until the socket is closed. */
    static ServerSocket echo(Host host) throws Exception {
        ServerSocket listening = host.call(() -> new ServerSocket(PORT));
        host.executor().submit(() -> {
            while (true) {
                Socket accepted = listening.accept();
                host.executor().submit(() -> {
                    try (accepted) {
                        accepted.setTcpNoDelay(true);
                        accepted.getInputStream().transferTo(accepted.getOutputStream());
                    }
                    return true;
                });
            }
        });
        return listening;
    }

    /** A connection from a host. */
    static Socket connect(Host from, Host to, int timeoutMillis) throws Exception {
        return from.call(() -> {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(to.address(), PORT), timeoutMillis);
                socket.setSoTimeout(PATIENCE_MILLIS);
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        });
    }

    /** Sends bytes to an echo, and returns whether the same come back. */
    static boolean echoes(Host host, Socket socket, byte[] bytes) throws Exception {
        Future<byte[]> received = host.executor().submit(() -> {
            InputStream in = socket.getInputStream();
            return in.readNBytes(bytes.length);
        });
        socket.getOutputStream().write(bytes);
        return Arrays.equals(received.get(), bytes);
    }

    /** The time of a round trip of one byte. */
    static long roundTripNanos(Socket socket) throws IOException {
        long start = System.nanoTime();
        socket.getOutputStream().write(1);
        if (socket.getInputStream().read() != 1) {
            throw new IOException("the echo has ended");
        }
        return System.nanoTime() - start;
    }

    /** Waits until something holds, and fails with a word for it if it does not for long. */
    static void await(String state, Callable<Boolean> holds) throws Exception {
        long start = System.nanoTime();
        while (!holds.call()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("waiting for: " + state)
                    .isLessThan(Duration.ofMillis(PATIENCE_MILLIS));
            Thread.sleep(1);
        }
    }

    /** Whether a program is on the path. */
    static boolean hasProgram(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }
}
