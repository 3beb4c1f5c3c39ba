// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.uring.BufferRing;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.CqeFlags;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.Ring;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** Echoes TCP streams: one thread, one ring, sockets in the ring's file table only. Since Linux 6.11. */
public final class TcpEcho implements CompletionHandler, AutoCloseable {

    private static final int CONNECTIONS = 1000;
    private static final int LISTENER = 0;
    private static final int GROUP = 0;
    private static final int BUFFERS = 256;
    private static final int SIZE = 4096;

    // Kinds of operations, in the lowest bits of the user data, below the slot.
    private static final int ACCEPT = 1;
    private static final int RECEIVE = 2;
    private static final int SEND = 3;
    private static final int SHUTDOWN = 4;
    private static final int CLOSE = 5;
    private static final int KIND_BITS = 3;

    /** Data that was received into a buffer and is not yet sent. */
    private record Piece(int buffer, int length) {}

    private static final class Connection {
        final int slot;
        final ArrayDeque<Piece> pieces = new ArrayDeque<>();
        int sent;
        boolean receives;
        boolean isOver;

        Connection(int slot) {
            this.slot = slot;
        }
    }

    private final Ring ring;
    private final Memory memory = Memory.allocate(BUFFERS * SIZE);
    private final BufferRing buffers;
    private final Map<Integer, Connection> connections = new HashMap<>();
    // Connections whose receive found no buffer.
    private final ArrayDeque<Connection> hungry = new ArrayDeque<>();
    // The number of buffers with data that is not yet sent.
    private int held;
    private boolean accepts;

    /** Listens. The calling thread must also call {@link #run}. */
    public TcpEcho(InetSocketAddress address) throws ErrnoException {
        ring = Ring.builder().entries(BUFFERS).build();
        try {
            ring.files().registerSparse(1 + CONNECTIONS);
            buffers = ring.bufferRing(GROUP, BUFFERS);
            for (int id = 0; id < BUFFERS; id++) {
                buffers.offer(memory, id * SIZE, SIZE, id);
            }
            buffers.publish();
            listen(SockAddr.of(address));
        } catch (ErrnoException | RuntimeException | Error e) {
            ring.close();
            throw e;
        }
    }

    private void listen(SockAddr address) throws ErrnoException {
        Memory yes = Memory.allocate(Integer.BYTES);
        yes.putI32(0, 1);
        claim().socketDirect(address.family(), SysSocket.SOCK_STREAM, 0, LISTENER)
                .link();
        claim().setsockopt(LISTENER, SysSocket.SOL_SOCKET, SysSocket.SO_REUSEADDR, yes)
                .fixedFile()
                .link();
        claim().bind(LISTENER, address).fixedFile().link();
        claim().listen(LISTENER, CONNECTIONS).fixedFile();
        ring.await(4, Long.MAX_VALUE, Long.MAX_VALUE);
        int[] failure = new int[1];
        ring.completion().drain((data, result, flags) -> failure[0] = failure[0] == 0 ? result : failure[0], 4);
        if (failure[0] < 0) {
            throw ErrnoException.of(failure[0], "listen(" + address + ")", "it needs Linux 6.11 and a free port");
        }
        accept();
    }

    /** Serves until {@link #close}, which any thread may call. */
    public void run() {
        while (ring.isOpen()) {
            ring.await(Long.MAX_VALUE);
            ring.completion().drain(this, Integer.MAX_VALUE);
        }
    }

    /** Ends {@link #run} and closes the ring, and with its file table all connections. */
    @Override
    public void close() {
        ring.close();
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        int kind = (int) userData & (1 << KIND_BITS) - 1;
        int slot = (int) (userData >>> KIND_BITS);
        switch (kind) {
            case ACCEPT -> accepted(result, CqeFlags.hasMore(flags));
            case RECEIVE -> received(connections.get(slot), result, flags);
            case SEND -> sent(connections.get(slot), result);
            case SHUTDOWN -> claim().closeSlot(slot).userData(userData(CLOSE, slot));
            case CLOSE -> ended(slot);
            default -> {}
        }
    }

    private void accept() {
        accepts = true;
        claim().acceptMultishotDirect(LISTENER, 0).fixedFile().userData(ACCEPT);
    }

    private void accepted(int result, boolean hasMore) {
        if (result >= 0) {
            Connection connection = new Connection(result);
            connections.put(result, connection);
            receive(connection);
        }
        // If the table is full, the next connection that ends makes room.
        accepts = hasMore;
        if (!hasMore && result != -Errno.ENFILE) {
            accept();
        }
    }

    private void receive(Connection connection) {
        connection.receives = true;
        claim().recvMultishot(connection.slot, 0, GROUP).fixedFile().userData(userData(RECEIVE, connection.slot));
    }

    private void received(Connection connection, int result, int flags) {
        if (CqeFlags.hasBuffer(flags)) {
            held++;
            connection.pieces.add(new Piece(CqeFlags.bufferId(flags), Math.max(0, result)));
            if (connection.pieces.size() == 1) {
                send(connection);
            }
        }
        if (!CqeFlags.hasMore(flags)) {
            connection.receives = false;
            if (result == -Errno.ENOBUFS && held > 0) {
                hungry.add(connection);
            } else if (result > 0 || result == -Errno.ENOBUFS) {
                receive(connection);
            } else {
                connection.isOver = true;
            }
        }
        endIfOver(connection);
    }

    /** Sends the first unsent piece: one send at a time, because two may overtake each other. */
    private void send(Connection connection) {
        Piece piece = connection.pieces.element();
        int at = piece.buffer() * SIZE + connection.sent;
        claim().send(connection.slot, memory, at, piece.length() - connection.sent, 0)
                .fixedFile()
                .userData(userData(SEND, connection.slot));
    }

    private void sent(Connection connection, int result) {
        connection.sent += Math.max(0, result);
        boolean isAll =
                result < 0 || connection.sent == connection.pieces.element().length();
        if (isAll) {
            giveBack(connection.pieces.remove().buffer());
            connection.sent = 0;
        }
        if (result < 0 && !connection.isOver) {
            connection.isOver = true;
            // The shutdown ends the receive.
            claim().shutdown(connection.slot, SysSocket.SHUT_RDWR).fixedFile();
        }
        if (!connection.pieces.isEmpty()) {
            send(connection);
        }
        endIfOver(connection);
    }

    private void giveBack(int buffer) {
        buffers.offer(memory, buffer * SIZE, SIZE, buffer);
        buffers.publish();
        held--;
        Connection next = hungry.poll();
        if (next != null) {
            receive(next);
        }
    }

    private void endIfOver(Connection connection) {
        if (connection.isOver && !connection.receives && connection.pieces.isEmpty()) {
            hungry.remove(connection);
            // Before Linux 6.13, a file may stay open after it has left the table, and the peer would wait for the end
            // of the stream.
            claim().shutdown(connection.slot, SysSocket.SHUT_RDWR)
                    .fixedFile()
                    .userData(userData(SHUTDOWN, connection.slot));
        }
    }

    private void ended(int slot) {
        if (connections.remove(slot) != null && !accepts) {
            accept();
        }
    }

    private static long userData(int kind, int slot) {
        return (long) slot << KIND_BITS | kind;
    }

    private Operations claim() {
        Operations entry = ring.submission().claim();
        while (entry == null) {
            ring.submit();
            entry = ring.submission().claim();
        }
        return entry;
    }

    public static void main(String[] args) throws ErrnoException {
        TcpEcho echo = new TcpEcho(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
        Runtime.getRuntime().addShutdownHook(new Thread(echo::close));
        System.out.println("listens");
        echo.run();
    }
}
