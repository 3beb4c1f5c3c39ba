// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.Future;

/** A TCP connection that sends as much as it can. */
final class Streams {

    private static final int PORT = 7001;
    private static final double NANOS = 1e9;
    private static final double BEGINNING = 0.2;
    private static final int BITS = 8;

    private Streams() {}

    /** Bits of payload per second that arrive, after a beginning of a fifth of the time. */
    static double bitsPerSecond(Host from, Host to, InetAddress address, double seconds) throws Exception {
        try (ServerSocket listening = to.call(() -> new ServerSocket(PORT));
                Socket sender = from.call(() -> new Socket())) {
            Future<Long> sending;
            double rate;
            try (Socket receiver = connected(from, sender, listening, address)) {
                sending = from.executor().submit(() -> send(sender));
                InputStream in = receiver.getInputStream();
                byte[] buffer = new byte[1 << 18];
                readFor(in, buffer, seconds * BEGINNING);
                long start = System.nanoTime();
                long bytes = readFor(in, buffer, seconds);
                rate = bytes * BITS * NANOS / (System.nanoTime() - start);
            }
            sending.get();
            return rate;
        }
    }

    private static Socket connected(Host from, Socket sender, ServerSocket listening, InetAddress address)
            throws Exception {
        from.run(() -> sender.connect(new InetSocketAddress(address, PORT)));
        return listening.accept();
    }

    private static long readFor(InputStream in, byte[] buffer, double seconds) throws Exception {
        long start = System.nanoTime();
        long bytes = 0;
        while (System.nanoTime() - start < seconds * NANOS) {
            bytes += in.read(buffer);
        }
        return bytes;
    }

    private static long send(Socket sender) throws Exception {
        OutputStream out = sender.getOutputStream();
        byte[] bytes = new byte[1 << 18];
        long sent = 0;
        try {
            while (true) {
                out.write(bytes);
                sent += bytes.length;
            }
        } catch (SocketException e) {
            return sent;
        }
    }
}
