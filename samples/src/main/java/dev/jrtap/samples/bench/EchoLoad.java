// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A load for TCP echo servers: each connection has one message in flight, and sends the next after its echo. */
final class EchoLoad {

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private EchoLoad() {}

    /** Returns the number of echoed messages. */
    static long run(InetSocketAddress server, int connections, int bytes, double seconds) throws IOException {
        try (Selector selector = Selector.open()) {
            try {
                for (int i = 0; i < connections; i++) {
                    SocketChannel channel = SocketChannel.open(server);
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    channel.configureBlocking(false);
                    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
                    channel.register(selector, SelectionKey.OP_READ, buffer);
                    send(channel, buffer);
                }
                return exchange(selector, System.nanoTime() + (long) (seconds * 1e9));
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        }
    }

    private static long exchange(Selector selector, long deadline) throws IOException {
        long[] messages = new long[1];
        // On a busy machine, the first echo may be late.
        long patience = deadline + PATIENCE_NANOS;
        while (System.nanoTime() < (messages[0] == 0 ? patience : deadline)) {
            selector.select(
                    key -> {
                        try {
                            messages[0] += receive((SocketChannel) key.channel(), (ByteBuffer) key.attachment());
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    },
                    100);
        }
        return messages[0];
    }

    /** Returns 1 if a message is complete, and sends the next; otherwise 0. */
    private static int receive(SocketChannel channel, ByteBuffer buffer) throws IOException {
        if (channel.read(buffer) < 0) {
            throw new EOFException("the echo server has closed a connection");
        }
        if (buffer.hasRemaining()) {
            return 0;
        }
        send(channel, buffer);
        return 1;
    }

    /** Sends a message, which always fits into the empty buffer of a socket. */
    private static void send(SocketChannel channel, ByteBuffer buffer) throws IOException {
        channel.write(buffer.clear());
        buffer.clear();
    }
}
