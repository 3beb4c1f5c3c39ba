// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfPacket;
import dev.jrtap.bindings.SockaddrLl;
import dev.jrtap.bindings.SysSocket;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;
import org.jspecify.annotations.Nullable;

/**
 * Packets that the kernel has given to a queue that is not read any more, or not yet. The kernel would drop them with
 * the queue, and count them nowhere. They are sent once more, through a packet(7) socket, to the queues that remain;
 * where there are none, or that is not allowed, they are counted.
 *
 * <p>Threads: any.
 */
final class Strays {

    /** Bytes of the longest packet that the kernel hands over, with its vnet header. */
    private static final int LONGEST = 1 << 17;

    /** AF_PACKET: jnr-constants has no name for it. */
    private static final int FAMILY = AddressFamily.AF_UNSPEC.intValue() + 17;

    private final Syscalls sys;
    private final DeviceSocket device;
    private final AtomicLong lost = new AtomicLong();

    Strays(Syscalls sys, DeviceSocket device) {
        this.sys = sys;
        this.device = device;
    }

    /** Packets that were dropped. */
    long lost() {
        return lost.get();
    }

    /** Counts packets that have been read and that nobody will receive. */
    void count(int packets) {
        lost.addAndGet(packets);
    }

    /**
     * Takes a queue out of service, and saves or counts what waits in it. One at a time: queues that go together would
     * send to each other, and what comes to one while the kernel drops what it holds is lost.
     *
     * @param queue that nobody reads; closed afterwards by the caller
     */
    synchronized void retire(TapQueue queue) {
        Retirement retirement = new Retirement(sys, queue);
        try {
            retirement.detach();
        } catch (ErrnoException e) {
            // The device is gone, and what waited with it; what has been read before is counted.
        }
        save(retirement.packets());
    }

    /** Sends packets to the queues that remain, or counts them. */
    void save(List<byte[]> packets) {
        if (packets.isEmpty()) {
            return;
        }
        Fd socket = hasOthers() ? open() : null;
        Memory packet = Memory.allocate(LONGEST);
        for (byte[] each : packets) {
            packet.putBytes(0, each, 0, each.length);
            if (socket == null || !send(socket, packet, each.length)) {
                lost.incrementAndGet();
            }
        }
        packet.keepAlive();
        if (socket != null) {
            socket.close();
        }
    }

    /** Sends one; returns whether somebody has it, or has counted it: a device without room for it does. */
    private boolean send(Fd socket, Memory packet, int length) {
        long sent = sys.send(socket.fd(), packet.address(), length, 0);
        return sent == length || sent == -Errno.ENOBUFS;
    }

    private boolean hasOthers() {
        try {
            return device.settings().queues() > 0;
        } catch (IOException | IllegalStateException e) {
            return false;
        }
    }

    /** A socket that sends through the device; {@code null} where this process may not. */
    private @Nullable Fd open() {
        Fd socket = null;
        try {
            int ifIndex = device.ifIndex();
            int type = Sock.SOCK_RAW.intValue() | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
            int number = device.inNamespace(() -> sys.socket(FAMILY, type, 0));
            socket = number < 0 ? null : Fd.own(sys, number);
            if (socket != null && bind(socket, ifIndex)) {
                return socket;
            }
        } catch (IOException | IllegalStateException e) {
            // Then they are counted.
        }
        if (socket != null) {
            socket.close();
        }
        return null;
    }

    private boolean bind(Fd socket, int ifIndex) {
        Memory to = Memory.allocate(SockaddrLl.SIZEOF);
        to.putI16(SockaddrLl.SLL_FAMILY, FAMILY);
        // The protocol is asked of each packet; nothing is received, for no protocol is bound.
        to.putI16Be(SockaddrLl.SLL_PROTOCOL, 0);
        to.putI32(SockaddrLl.SLL_IFINDEX, ifIndex);
        int bound = sys.bind(socket.fd(), to.address(), to.size());
        to.keepAlive();
        // Past the queueing discipline, which drops what it holds in silence when the interface goes down.
        return bound >= 0 && set(socket, IfPacket.PACKET_VNET_HDR) && set(socket, IfPacket.PACKET_QDISC_BYPASS);
    }

    private boolean set(Fd socket, int option) {
        Memory on = Memory.allocate(Integer.BYTES);
        on.putI32(0, 1);
        int result = sys.setsockopt(socket.fd(), SysSocket.SOL_PACKET, option, on.address(), on.size());
        on.keepAlive();
        return result >= 0;
    }
}
