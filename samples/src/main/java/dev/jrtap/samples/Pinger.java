// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.In;
import dev.jrtap.bindings.KernelTimespec;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Pollfd;
import dev.jrtap.bindings.SockaddrIn;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;

/** Sends echo requests through the kernel's own network stack, as ping(8) does, and times the replies. */
final class Pinger implements AutoCloseable {

    private static final int IDENTIFIER = 0x7274;
    private static final int PACKET = 65536;
    private static final long TIMEOUT_SECONDS = 1;

    private final Syscalls sys;
    private final Fd socket;
    private final Memory request = Memory.allocate(PACKET);
    private final Memory reply = Memory.allocate(PACKET);
    private final Memory poll = Memory.allocate(Pollfd.SIZEOF);
    private final Memory timeout = Memory.allocate(KernelTimespec.SIZEOF);
    private final IcmpMessage icmp = new IcmpMessage();
    private final Ipv4Packet ipv4 = new Ipv4Packet();

    private Pinger(Syscalls sys, Fd socket) {
        this.sys = sys;
        this.socket = socket;
        poll.putI32(Pollfd.FD, socket.fd());
        poll.putI16(Pollfd.EVENTS, Poll.POLLIN);
        timeout.putI64(KernelTimespec.TV_SEC, TIMEOUT_SECONDS);
    }

    /** Opens a raw socket to {@code address}, first byte highest. */
    static Pinger open(Syscalls sys, int address) throws ErrnoException {
        int type = Sock.SOCK_RAW.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        int result = sys.socket(AddressFamily.AF_INET.intValue(), type, In.IPPROTO_ICMP);
        if (result < 0) {
            throw ErrnoException.of(result, "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)", "CAP_NET_RAW is needed");
        }
        Fd socket = Fd.own(sys, result);
        Memory to = Memory.allocate(SockaddrIn.SIZEOF);
        to.putI16(SockaddrIn.SIN_FAMILY, AddressFamily.AF_INET.intValue());
        to.putI32Be(SockaddrIn.SIN_ADDR, address);
        result = sys.connect(socket.fd(), to.address(), to.size());
        to.keepAlive();
        if (result < 0) {
            socket.close();
            throw ErrnoException.of(result, "connect(" + socket + ")", "");
        }
        return new Pinger(sys, socket);
    }

    /**
     * Returns the time of one round trip with {@code size} bytes of data, in nanoseconds; -1 if no reply came within a
     * second.
     */
    long roundTrip(int sequence, int size) {
        long start = System.nanoTime();
        send(sequence, size);
        while (await()) {
            if (receive() == sequence) {
                return System.nanoTime() - start;
            }
        }
        return -1;
    }

    /** Keeps {@code window} requests in flight for {@code nanos} nanoseconds and returns the number of replies. */
    long flood(int window, int size, long nanos) {
        long end = System.nanoTime() + nanos;
        long answered = 0;
        int sequence = 0;
        int underWay = 0;
        while (System.nanoTime() < end) {
            while (underWay < window) {
                send(sequence++ & 0xffff, size);
                underWay++;
            }
            if (!await()) {
                // All requests in flight are lost, so the window is restarted.
                underWay = 0;
            }
            while (underWay > 0 && receive() >= 0) {
                underWay--;
                answered++;
            }
        }
        return answered;
    }

    private void send(int sequence, int size) {
        int length = IcmpMessage.HEADER_LENGTH + size;
        icmp.wrap(request, 0, length)
                .type(IcmpMessage.ECHO_REQUEST)
                .identifier(IDENTIFIER)
                .sequence(sequence)
                .updateChecksum();
        sys.send(socket.fd(), request.address(), length, 0);
    }

    private boolean await() {
        return sys.ppoll(poll.address(), 1, timeout.address()) > 0;
    }

    /** Returns the sequence number of the next received reply; -1 if there is none. */
    private int receive() {
        while (true) {
            long length = sys.recv(socket.fd(), reply.address(), reply.size(), 0);
            if (length < 0) {
                return -1;
            }
            ipv4.wrap(reply, 0, (int) length);
            icmp.wrap(reply, ipv4.payloadOffset(), ipv4.payloadLength());
            if (ipv4.isComplete()
                    && icmp.isComplete()
                    && icmp.type() == IcmpMessage.ECHO_REPLY
                    && icmp.identifier() == IDENTIFIER) {
                return icmp.sequence();
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
