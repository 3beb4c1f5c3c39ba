// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.netlink;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.LibcConstants;
import dev.jrtap.bindings.Netlink;
import dev.jrtap.bindings.Nlmsgerr;
import dev.jrtap.bindings.Nlmsghdr;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FdLimits;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;

/**
 * A conversation with the kernel's routing tables. It stays with the network namespace in which it was opened.
 *
 * <p>The kernel works a request off inside send(2): the answer is there when that returns, so nothing here ever waits.
 *
 * <p>Threads: any; one request at a time.
 */
public final class RouteSocket implements AutoCloseable {

    private static final int ANSWER_SIZE = 32 * 1024;

    private final Fd fd;
    private final Memory answer = Memory.allocate(ANSWER_SIZE);
    private int sequence;

    private RouteSocket(Fd fd) {
        this.fd = fd;
    }

    /** Opens a socket in the calling thread's network namespace. */
    public static RouteSocket open(Syscalls sys) throws ErrnoException {
        // SOCK_CLOEXEC and SOCK_NONBLOCK are, on Linux, the open flags of the same names.
        int type = Sock.SOCK_RAW.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        int result = sys.socket(AddressFamily.AF_NETLINK.intValue(), type, Netlink.NETLINK_ROUTE);
        if (result < 0) {
            throw ErrnoException.of(result, "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)", FdLimits.hint(-result));
        }
        RouteSocket socket = new RouteSocket(Fd.own(sys, result));
        // Before Linux 4.12 the kernel has no words for its refusals: then they are numbers only.
        socket.option(Netlink.NETLINK_EXT_ACK);
        socket.option(Netlink.NETLINK_CAP_ACK);
        return socket;
    }

    private void option(int option) {
        Memory on = Memory.allocate(Integer.BYTES);
        on.putI32(0, 1);
        fd.syscalls().setsockopt(fd.number(), LibcConstants.SOL_NETLINK, option, on.address(), on.size());
        on.keepAlive();
    }

    /**
     * Sends a request that is acknowledged or answered by one message.
     *
     * @return the answer: position 0 is its header
     */
    synchronized Memory request(Message message) throws IOException {
        Memory request = message.finish(++sequence);
        long sent = fd.syscalls().send(fd.number(), request.address(), message.length(), 0);
        request.keepAlive();
        if (sent < 0) {
            throw ErrnoException.of(sent, "send(" + fd + ", " + message + ")", "");
        }
        while (true) {
            long received = fd.syscalls().recv(fd.number(), answer.address(), answer.size(), 0);
            if (received < 0) {
                throw ErrnoException.of(received, "recv(" + fd + ", " + message + ")", "");
            }
            // Anything with another number is left over from a request that failed half-way.
            if (received >= Nlmsghdr.SIZEOF && answer.getI32(Nlmsghdr.NLMSG_SEQ) == sequence) {
                checkNoError(message, (int) received);
                return answer;
            }
        }
    }

    private void checkNoError(Message message, int received) throws NetlinkException {
        if (answer.getU16(Nlmsghdr.NLMSG_TYPE) != Netlink.NLMSG_ERROR) {
            return;
        }
        int errno = -answer.getI32(Nlmsghdr.SIZEOF + Nlmsgerr.ERROR);
        if (errno != 0) {
            Attributes attributes = new Attributes(answer, Nlmsghdr.SIZEOF + Nlmsgerr.SIZEOF, received);
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
}
