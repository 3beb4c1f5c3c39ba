// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Cmsghdr;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.bindings.Ucred;
import dev.jrtap.memory.Memory;
import java.lang.ref.Reference;
import java.util.Objects;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;
import org.jspecify.annotations.Nullable;

/**
 * A non-blocking UNIX socket of whole messages (SOCK_SEQPACKET), which passes descriptors between processes and knows
 * the process at the other end.
 *
 * <p>Threads: one at a time.
 *
 * <p>Source: unix(7), cmsg(3).
 */
public final class UnixSocket implements AutoCloseable {

    /**
     * The process that opened the other end, as the kernel recorded it at that moment.
     *
     * @param pid 0 if that process is not visible from here
     * @param uid of the effective user
     * @param gid of the effective group
     */
    public record Peer(int pid, int uid, int gid) {}

    /** Neither received nor to be sent. */
    public static final int NO_DESCRIPTOR = -1;

    /**
     * CMSG_LEN, not CMSG_SPACE: the padding of the latter is room for a second descriptor, and a hostile peer would
     * send one.
     */
    private static final int CONTROL_LENGTH = Cmsghdr.SIZEOF + Integer.BYTES;

    private final Fd fd;
    private final MessageHeader header = new MessageHeader(1, CONTROL_LENGTH);
    private int descriptor = NO_DESCRIPTOR;

    private UnixSocket(Fd fd) {
        this.fd = fd;
    }

    private static UnixSocket open(Syscalls sys) throws ErrnoException {
        int type = Sock.SOCK_SEQPACKET.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        int result = sys.socket(AddressFamily.AF_UNIX.intValue(), type, 0);
        if (result < 0) {
            throw ErrnoException.of(result, "socket(AF_UNIX, SOCK_SEQPACKET)", FdLimits.hint(-result));
        }
        return new UnixSocket(Fd.own(sys, result));
    }

    /** Like {@link #listen(Syscalls, SockAddr, int)}, with the real system calls. */
    public static UnixSocket listen(SockAddr address, int backlog) throws ErrnoException {
        return listen(Syscalls.libc(), address, backlog);
    }

    /** Listens at {@code address}; up to {@code backlog} peers may wait to be accepted. */
    public static UnixSocket listen(Syscalls sys, SockAddr address, int backlog) throws ErrnoException {
        Objects.requireNonNull(address, "address");
        UnixSocket socket = open(sys);
        Fd fd = socket.fd;
        int result = sys.bind(fd.fd(), address.memory().address(), address.length());
        address.memory().keepAlive();
        if (result < 0) {
            socket.close();
            String hint = result == -Errno.EADDRINUSE
                    ? "another process listens there, or has ended without removing the file: then remove it"
                    : "";
            throw ErrnoException.of(result, "bind(" + fd + ", " + address + ")", hint);
        }
        result = sys.listen(fd.fd(), backlog);
        if (result < 0) {
            socket.close();
            throw ErrnoException.of(result, "listen(" + fd + ", " + address + ")", "");
        }
        return socket;
    }

    /** Like {@link #connect(Syscalls, SockAddr)}, with the real system calls. */
    public static UnixSocket connect(SockAddr address) throws ErrnoException {
        return connect(Syscalls.libc(), address);
    }

    /** Connects to the socket that listens at {@code address}. */
    public static UnixSocket connect(Syscalls sys, SockAddr address) throws ErrnoException {
        Objects.requireNonNull(address, "address");
        UnixSocket socket = open(sys);
        int result = sys.connect(socket.fd.fd(), address.memory().address(), address.length());
        address.memory().keepAlive();
        if (result < 0) {
            socket.close();
            String hint = result == -Errno.ECONNREFUSED ? "nobody listens there, or in another network namespace" : "";
            hint = result == -Errno.EAGAIN ? "the queue of the listener is full: try again" : hint;
            throw ErrnoException.of(result, "connect(" + socket.fd + ", " + address + ")", hint);
        }
        return socket;
    }

    /** Accepts the next peer; {@code null} if none waits, or it has gone again. */
    public @Nullable UnixSocket accept() throws ErrnoException {
        int result = fd.syscalls().accept4(fd.fd(), 0, 0, Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
        if (result == -Errno.EAGAIN) {
            return null;
        }
        if (result < 0) {
            throw ErrnoException.of(result, "accept4(" + fd + ")", FdLimits.hint(-result));
        }
        return new UnixSocket(Fd.own(fd.syscalls(), result));
    }

    /** Returns the process at the other end. */
    public Peer peer() throws ErrnoException {
        Memory ucred = Memory.allocate(Ucred.SIZEOF);
        Memory length = Memory.allocate(Integer.BYTES);
        length.putI32(0, ucred.size());
        int result = fd.syscalls()
                .getsockopt(fd.fd(), SysSocket.SOL_SOCKET, SysSocket.SO_PEERCRED, ucred.address(), length.address());
        length.keepAlive();
        if (result < 0) {
            throw ErrnoException.of(result, "getsockopt(" + fd + ", SO_PEERCRED)", "");
        }
        return new Peer(ucred.getI32(Ucred.PID), ucred.getI32(Ucred.UID), ucred.getI32(Ucred.GID));
    }

    /**
     * Sends one message.
     *
     * @param passed a descriptor of which the other end gets a copy, or {@link #NO_DESCRIPTOR}
     * @return its length, or {@code -errno}; EAGAIN if the other end does not read
     */
    public long send(Memory message, int length, int passed) {
        header.clear().addBuffer(message, 0, length);
        if (passed != NO_DESCRIPTOR) {
            header.control()
                    .add(SysSocket.SOL_SOCKET, SysSocket.SCM_RIGHTS, Integer.BYTES)
                    .putI32(0, passed);
        }
        long result = fd.syscalls().sendmsg(fd.fd(), header.memory().address(), SysSocket.MSG_NOSIGNAL);
        Reference.reachabilityFence(header);
        return result;
    }

    /**
     * Receives one message; one descriptor that comes with it is kept for {@link #takeDescriptor}, more are dropped.
     *
     * @return its length, more than {@code message.size()} if it was cut off; 0 when the other end is closed; or
     *     {@code -errno}
     */
    public long receive(Memory message) {
        header.clear().addBuffer(message, 0, message.size()).offerRoom();
        int flags = SysSocket.MSG_CMSG_CLOEXEC | SysSocket.MSG_TRUNC;
        long result = fd.syscalls().recvmsg(fd.fd(), header.memory().address(), flags);
        Reference.reachabilityFence(header);
        ControlMessages control = header.control();
        boolean passed = result >= 0
                && control.first()
                && control.level() == SysSocket.SOL_SOCKET
                && control.type() == SysSocket.SCM_RIGHTS
                && control.dataLength() >= Integer.BYTES;
        if (passed) {
            dropDescriptor();
            descriptor = control.getI32(0);
        }
        return result;
    }

    /** Returns the descriptor that came with a message, now the caller's; {@link #NO_DESCRIPTOR} if none did. */
    public int takeDescriptor() {
        int taken = descriptor;
        descriptor = NO_DESCRIPTOR;
        return taken;
    }

    private void dropDescriptor() {
        int unwanted = takeDescriptor();
        if (unwanted != NO_DESCRIPTOR) {
            fd.syscalls().close(unwanted);
        }
    }

    /** Returns the descriptor's number, for poll(2). */
    public int fd() {
        return fd.fd();
    }

    @Override
    public void close() {
        dropDescriptor();
        fd.close();
    }

    @Override
    public String toString() {
        return fd.toString();
    }
}
