// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.MessageHeader;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.uring.BufferRing;
import dev.jrtap.uring.CompletionHandler;
import dev.jrtap.uring.CqeFlags;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.ReceivedMessage;
import dev.jrtap.uring.Ring;
import java.net.InetSocketAddress;

/** Sends datagrams back to their senders by one multishot receive, without copies or garbage. Since Linux 6.11. */
public final class DatagramEcho implements CompletionHandler, AutoCloseable {

    private static final int SOCKET = 0;
    private static final int GROUP = 0;
    private static final int BUFFERS = 64;
    private static final int SIZE = 2048;
    // Smaller user data is that of a send: the id of its buffer.
    private static final long RECEIVE = BUFFERS;

    private final Ring ring;
    private final Memory memory = Memory.allocate(BUFFERS * SIZE);
    private final BufferRing buffers;
    private final MessageHeader header = new MessageHeader(0, 0);
    private final ReceivedMessage message = new ReceivedMessage(header);
    private boolean receives;
    // The number of buffers that hold a datagram and are not in the buffer ring.
    private int held;

    /** Binds a socket. The calling thread must also call {@link #run}. */
    public DatagramEcho(InetSocketAddress address) throws ErrnoException {
        ring = Ring.builder().entries(BUFFERS).build();
        try {
            ring.files().registerSparse(1);
            buffers = ring.bufferRing(GROUP, BUFFERS);
            for (int id = 0; id < BUFFERS; id++) {
                buffers.offer(memory, id * SIZE, SIZE, id);
            }
            buffers.publish();
            bind(SockAddr.of(address));
        } catch (ErrnoException | RuntimeException | Error e) {
            ring.close();
            throw e;
        }
    }

    private void bind(SockAddr address) throws ErrnoException {
        claim().socketDirect(address.family(), SysSocket.SOCK_DGRAM, 0, SOCKET).link();
        claim().bind(SOCKET, address).fixedFile();
        ring.await(2, Long.MAX_VALUE, Long.MAX_VALUE);
        int[] failure = new int[1];
        ring.completion().drain((data, result, flags) -> failure[0] = failure[0] == 0 ? result : failure[0], 2);
        if (failure[0] < 0) {
            throw ErrnoException.of(failure[0], "bind(" + address + ")", "it needs Linux 6.11 and a free port");
        }
        receive();
    }

    /** Serves until {@link #close}, which any thread may call. */
    public void run() {
        while (ring.isOpen()) {
            ring.await(Long.MAX_VALUE);
            ring.completion().drain(this, Integer.MAX_VALUE);
        }
    }

    /** Ends {@link #run} and closes the ring, and with its file table the socket. */
    @Override
    public void close() {
        ring.close();
    }

    @Override
    public void onCompletion(long userData, int result, int flags) {
        if (userData == RECEIVE) {
            received(result, flags);
        } else {
            // The datagram was sent, or refused, for example by a full queue: datagrams may be lost.
            giveBack((int) userData);
        }
    }

    private void receive() {
        receives = true;
        claim().recvmsgMultishot(SOCKET, header, 0, GROUP).fixedFile().userData(RECEIVE);
    }

    private void received(int result, int flags) {
        receives = CqeFlags.hasMore(flags);
        if (CqeFlags.hasBuffer(flags)) {
            held++;
            int id = CqeFlags.bufferId(flags);
            if (result >= 0 && !message.wrap(memory, id * SIZE, result).isTruncated()) {
                int length = message.payloadLength();
                claim().sendTo(SOCKET, memory, message.payloadAt(), length, 0, message.address())
                        .fixedFile()
                        .userData(id);
            } else {
                giveBack(id);
            }
        }
        // Without a buffer, the receive is restarted when one is returned. If none is held any more, that is now.
        if (!receives && (result != -Errno.ENOBUFS || held == 0)) {
            receive();
        }
    }

    private void giveBack(int id) {
        buffers.offer(memory, id * SIZE, SIZE, id);
        buffers.publish();
        held--;
        if (!receives) {
            // The receive had ended without a buffer, and finds one now.
            receive();
        }
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
        DatagramEcho echo = new DatagramEcho(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])));
        Runtime.getRuntime().addShutdownHook(new Thread(echo::close));
        System.out.println("is bound");
        echo.run();
    }
}
