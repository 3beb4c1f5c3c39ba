// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Nlmsgerr;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FdLimits;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;

/**
 * A conversation with the kernel's routing tables. It stays with the network namespace in which it was opened.
 *
 * <p>The kernel processes a request inside send(2), and each further part of a list inside recv(2): the reply is there
 * when they return, so nothing here ever waits.
 *
 * <p>Threads: any; one request at a time.
 */
public final class RouteSocket implements AutoCloseable {

    /** As much as the kernel puts into one part of a list. */
    private static final int ANSWER_SIZE = 32 * 1024;

    /** How often a list is asked for again that has changed while the kernel was writing it. */
    private static final int MAX_DUMPS = 16;

    private static final int MAX_RECEIVES = 3;

    /**
     * Takes an answer apart: position 0 is its header, and it is as long as that says. Its bytes are used again
     * afterwards. An IndexOutOfBoundsException or IllegalArgumentException says that it is damaged.
     */
    interface Parser<T> {
        T parse(Memory answer) throws IOException;
    }

    /** Looks at one entry of a list, as a {@link Parser} does. */
    interface Visitor {
        void visit(Memory answer) throws IOException;
    }

    private final Fd fd;
    private final Memory answer = Memory.allocate(ANSWER_SIZE);
    private int sequence;

    private RouteSocket(Fd fd) {
        this.fd = fd;
    }

    /** Like {@link #open(Syscalls)}, with the real system calls. */
    public static RouteSocket open() throws ErrnoException {
        return open(Syscalls.libc());
    }

    /** Opens a socket in the calling thread's network namespace. */
    public static RouteSocket open(Syscalls sys) throws ErrnoException {
        Fd fd = openSocket(sys);
        try {
            RouteSocket socket = new RouteSocket(fd);
            // Before Linux 4.12 the kernel has no words for its refusals: then they are numbers only. Before 4.20 it
            // ignores what a list is asked to hold.
            socket.option(Netlink.NETLINK_EXT_ACK);
            socket.option(Netlink.NETLINK_CAP_ACK);
            socket.option(Netlink.NETLINK_GET_STRICT_CHK);
            return socket;
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    static Fd openSocket(Syscalls sys) throws ErrnoException {
        // SOCK_CLOEXEC and SOCK_NONBLOCK are, on Linux, the open flags of the same names.
        int type = Sock.SOCK_RAW.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        int result = sys.socket(AddressFamily.AF_NETLINK.intValue(), type, Netlink.NETLINK_ROUTE);
        if (result < 0) {
            throw ErrnoException.of(result, "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)", FdLimits.hint(-result));
        }
        return Fd.own(sys, result);
    }

    private void option(int option) {
        Memory on = Memory.allocate(Integer.BYTES);
        on.putI32(0, 1);
        fd.syscalls().setsockopt(fd.fd(), SysSocket.SOL_NETLINK, option, on.address(), on.size());
        on.keepAlive();
    }

    /** AF_INET or AF_INET6. */
    static int family(InetAddress address) {
        AddressFamily family = address instanceof Inet4Address ? AddressFamily.AF_INET : AddressFamily.AF_INET6;
        return family.intValue();
    }

    /** Sends a request that is acknowledged. */
    void request(Message message) throws IOException {
        request(message, acknowledgement -> true);
    }

    /** Sends a request that is answered by one message. */
    synchronized <T> T request(Message message, Parser<T> parser) throws IOException {
        send(message);
        while (true) {
            int received = receive(message);
            if (received >= Nlmsghdr.SIZEOF && isMine(0)) {
                return parse(message, entry(message, 0, received), parser);
            }
        }
    }

    /** Returns the message at a place in the answer. */
    private Memory entry(Message message, int at, int received) throws IOException {
        int length = answer.getI32(at + Nlmsghdr.NLMSG_LEN);
        if (length < Nlmsghdr.SIZEOF || length > received - at) {
            throw new IOException(message + ": a message of " + length + " bytes in an answer of " + received);
        }
        return answer.slice(at, length);
    }

    private static <T> T parse(Message message, Memory entry, Parser<T> parser) throws IOException {
        try {
            checkNoError(message, entry);
            return parser.parse(entry);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IOException(message + ": the answer is damaged: " + e.getMessage(), e);
        }
    }

    /**
     * Sends a request that is answered by a list.
     *
     * @param restart called before each entry is visited from the first one on: once, and again if the list has changed
     *     meanwhile
     */
    synchronized void dump(Message message, Runnable restart, Visitor visitor) throws IOException {
        for (int attempt = 0; attempt < MAX_DUMPS; attempt++) {
            restart.run();
            send(message);
            if (receiveList(message, visitor)) {
                return;
            }
        }
        throw new IOException(message + ": the list has changed each of the " + MAX_DUMPS + " times it was read");
    }

    /** Returns whether the list is consistent. */
    private boolean receiveList(Message message, Visitor visitor) throws IOException {
        boolean consistent = true;
        while (true) {
            int received = receive(message);
            int length;
            for (int at = 0; at + Nlmsghdr.SIZEOF <= received; at += Message.align(length)) {
                Memory entry = entry(message, at, received);
                length = entry.size();
                if (!isMine(at)) {
                    continue;
                }
                consistent &= (answer.getU16(at + Nlmsghdr.NLMSG_FLAGS) & Netlink.NLM_F_DUMP_INTR) == 0;
                if (entry.getU16(Nlmsghdr.NLMSG_TYPE) == Netlink.NLMSG_DONE) {
                    return consistent;
                }
                parse(message, entry, parsed -> {
                    visitor.visit(parsed);
                    return true;
                });
            }
        }
    }

    private void send(Message message) throws ErrnoException {
        Memory request = message.finish(++sequence);
        long sent = fd.syscalls().send(fd.fd(), request.address(), message.length(), 0);
        request.keepAlive();
        if (sent < 0) {
            throw ErrnoException.of(sent, "send(" + fd + ", " + message + ")", "");
        }
    }

    private int receive(Message message) throws ErrnoException {
        long received = fd.syscalls().recv(fd.fd(), answer.address(), answer.size(), 0);
        // The request is done by now, and its reply waits: giving up here would leave the caller with a change that is
        // made and an exception that says it is not.
        for (int attempt = 1; received < 0 && attempt < MAX_RECEIVES; attempt++) {
            received = fd.syscalls().recv(fd.fd(), answer.address(), answer.size(), 0);
        }
        if (received < 0) {
            throw ErrnoException.of(received, "recv(" + fd + ", " + message + ")", "");
        }
        return (int) received;
    }

    /** Anything with another number is left over from a request that failed half-way. */
    private boolean isMine(int at) {
        return answer.getI32(at + Nlmsghdr.NLMSG_SEQ) == sequence;
    }

    private static void checkNoError(Message message, Memory answer) throws NetlinkException {
        if (answer.getU16(Nlmsghdr.NLMSG_TYPE) != Netlink.NLMSG_ERROR) {
            return;
        }
        int errno = -answer.getI32(Nlmsghdr.SIZEOF + Nlmsgerr.ERROR);
        if (errno != 0) {
            Attributes attributes = new Attributes(answer, Nlmsghdr.SIZEOF + Nlmsgerr.SIZEOF, answer.size());
            String text = "";
            while (attributes.next()) {
                text = attributes.type() == Netlink.NLMSGERR_ATTR_MSG ? attributes.string() : text;
            }
            throw new NetlinkException(errno, message.toString(), text);
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return "RouteSocket(" + fd + ")";
    }
}
