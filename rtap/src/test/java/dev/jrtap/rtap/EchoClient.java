// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.IcmpMessage;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeoutException;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;

/** Pings from the kernel's side, through a raw socket. */
final class EchoClient implements AutoCloseable {

    private static final Syscalls SYS = Syscalls.libc();
    private static final int DATA = 8;
    private static final int IP_HEADER = 20;
    private static final long RETRY_NANOS = 100_000_000L;

    private final Fd socket;
    private final Memory request = Memory.allocate(IcmpMessage.HEADER_LENGTH + DATA);
    private final Memory reply = Memory.allocate(1500);
    private int sequence;

    private EchoClient(Fd socket) {
        this.socket = socket;
    }

    /** A client for one address. */
    static EchoClient to(InetAddress address) throws ErrnoException {
        int type = Sock.SOCK_RAW.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        int result = SYS.socket(AddressFamily.AF_INET.intValue(), type, Ipv4Packet.ICMP);
        if (result < 0) {
            throw ErrnoException.of(result, "socket(AF_INET, SOCK_RAW, ICMP)", "");
        }
        EchoClient client = new EchoClient(Fd.own(SYS, result));
        SockAddr to = SockAddr.of(new InetSocketAddress(address, 0));
        result = SYS.connect(result, to.memory().address(), to.length());
        if (result < 0) {
            client.close();
            throw ErrnoException.of(result, "connect(" + address + ")", "");
        }
        return client;
    }

    /** Asks until it is answered, for ten seconds at most; returns the signature of the answer. */
    int signature() throws TimeoutException {
        long end = System.nanoTime() + 100 * RETRY_NANOS;
        PollSet polls = new PollSet(SYS, 1);
        polls.add(socket.fd());
        while (System.nanoTime() < end) {
            send();
            long retry = System.nanoTime() + RETRY_NANOS;
            while (System.nanoTime() < retry) {
                polls.await(Math.max(0, retry - System.nanoTime()));
                long length = SYS.recv(socket.fd(), reply.address(), reply.size(), 0);
                int icmp = IP_HEADER;
                if (length >= icmp + request.size()
                        && reply.getU8(icmp) == IcmpMessage.ECHO_REPLY
                        && reply.getU16Be(icmp + 6) == (sequence & 0xffff)) {
                    return reply.getU8(icmp + IcmpMessage.HEADER_LENGTH);
                }
            }
        }
        throw new TimeoutException("no answer within ten seconds");
    }

    private void send() {
        sequence++;
        request.zero(0, request.size());
        new IcmpMessage()
                .wrap(request, 0, request.size())
                .type(IcmpMessage.ECHO_REQUEST)
                .sequence(sequence & 0xffff)
                .updateChecksum();
        SYS.send(socket.fd(), request.address(), request.size(), 0);
    }

    @Override
    public void close() {
        socket.close();
    }
}
