// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfPacket;
import dev.jrtap.bindings.SockaddrLl;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.util.List;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;
import org.jspecify.annotations.Nullable;

/**
 * Sends packets through one interface, to those that read it, each after its vnet header. Whatever that takes is there
 * once it is open.
 *
 * <p>Threads: one at a time.
 *
 * <p>Source: packet(7).
 */
final class PacketSocket implements AutoCloseable {

    /** AF_PACKET: jnr-constants has no name for it. */
    private static final int FAMILY = AddressFamily.AF_UNSPEC.intValue() + 17;

    private final Fd fd;
    private final Memory packet = Memory.allocate(Retirement.LONGEST);

    private PacketSocket(Fd fd) {
        this.fd = fd;
    }

    /** Opens one in the calling thread's network namespace; {@code null} where this process may not. */
    static @Nullable PacketSocket open(Syscalls sys, int ifIndex) {
        int type = Sock.SOCK_RAW.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        int number = sys.socket(FAMILY, type, 0);
        if (number < 0) {
            return null;
        }
        Fd fd = Fd.own(sys, number);
        try {
            if (bind(fd, ifIndex)) {
                return new PacketSocket(fd);
            }
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
        fd.close();
        return null;
    }

    private static boolean bind(Fd fd, int ifIndex) {
        Memory to = Memory.allocate(SockaddrLl.SIZEOF);
        to.putI16(SockaddrLl.SLL_FAMILY, FAMILY);
        // The protocol is asked of each packet; nothing is received, for no protocol is bound.
        to.putI16Be(SockaddrLl.SLL_PROTOCOL, 0);
        to.putI32(SockaddrLl.SLL_IFINDEX, ifIndex);
        int bound = fd.syscalls().bind(fd.fd(), to.address(), to.size());
        to.keepAlive();
        // Past the queueing discipline, which drops what it holds in silence when the interface goes down.
        return bound >= 0 && set(fd, IfPacket.PACKET_VNET_HDR) && set(fd, IfPacket.PACKET_QDISC_BYPASS);
    }

    private static boolean set(Fd fd, int option) {
        Memory on = Memory.allocate(Integer.BYTES);
        on.putI32(0, 1);
        int result = fd.syscalls().setsockopt(fd.fd(), SysSocket.SOL_PACKET, option, on.address(), on.size());
        on.keepAlive();
        return result >= 0;
    }

    /** Sends packets in order; returns how many neither went nor were counted by a device without room for them. */
    int send(List<byte[]> packets) {
        int lost = 0;
        for (byte[] each : packets) {
            packet.putBytes(0, each, 0, each.length);
            long sent = fd.syscalls().send(fd.fd(), packet.address(), each.length, 0);
            lost += sent == each.length || sent == -Errno.ENOBUFS ? 0 : 1;
        }
        packet.keepAlive();
        return lost;
    }

    @Override
    public void close() {
        fd.close();
    }
}
