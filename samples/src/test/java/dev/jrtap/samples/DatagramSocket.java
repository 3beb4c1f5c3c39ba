// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.bindings.Udp;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.SockAddr;
import dev.jrtap.syscall.Syscalls;
import java.net.InetSocketAddress;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;

/** A UDP socket whose datagrams the kernel cuts out of larger ones (UDP_SEGMENT, udp(7)). */
final class DatagramSocket implements AutoCloseable {

    private static final int SOL_UDP = 17;
    private static final int ROOM = 1 << 26;

    private final Syscalls sys = Syscalls.libc();
    private final Fd fd;
    private final Memory buffer = Memory.allocate(1 << 16);

    /** Opens one in the calling thread's network namespace. */
    DatagramSocket(boolean ipv6) throws ErrnoException {
        AddressFamily family = ipv6 ? AddressFamily.AF_INET6 : AddressFamily.AF_INET;
        int type = Sock.SOCK_DGRAM.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        fd = Fd.own(sys, check(sys.socket(family.intValue(), type, 0), "socket"));
        set(SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUF, ROOM);
        // As much as is allowed, and the whole for the machine's root.
        trySet(SysSocket.SOL_SOCKET, SysSocket.SO_RCVBUFFORCE, ROOM);
    }

    private static int check(long result, String call) throws ErrnoException {
        if (result < 0) {
            throw ErrnoException.of(result, call, "");
        }
        return (int) result;
    }

    private void set(int level, int option, int value) throws ErrnoException {
        check(trySet(level, option, value), "setsockopt " + option);
    }

    private int trySet(int level, int option, int value) {
        Memory memory = Memory.allocate(Integer.BYTES);
        memory.putI32(0, value);
        int result = sys.setsockopt(fd.fd(), level, option, memory.address(), memory.size());
        memory.keepAlive();
        return result;
    }

    void bind(InetSocketAddress address) throws ErrnoException {
        SockAddr at = SockAddr.of(address);
        check(sys.bind(fd.fd(), at.memory().address(), at.length()), "bind");
        at.memory().keepAlive();
    }

    /** Connects it, and has what is sent cut into datagrams of {@code bytes}. */
    void connect(InetSocketAddress address, int bytes) throws ErrnoException {
        SockAddr to = SockAddr.of(address);
        check(sys.connect(fd.fd(), to.memory().address(), to.length()), "connect");
        to.memory().keepAlive();
        set(SOL_UDP, Udp.UDP_SEGMENT, bytes);
    }

    /** What is sent, or was received. */
    Memory buffer() {
        return buffer;
    }

    /** Sends the first {@code bytes} of the buffer; returns them, or {@code -errno}. */
    long send(int bytes) {
        return sys.send(fd.fd(), buffer.address(), bytes, 0);
    }

    /** Receives a datagram into the buffer; returns its bytes, or {@code -errno}. */
    long receive() {
        return sys.recv(fd.fd(), buffer.address(), buffer.size(), 0);
    }

    @Override
    public void close() {
        fd.close();
    }
}
