// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfEther;
import dev.jrtap.bindings.SockaddrLl;
import dev.jrtap.memory.Memory;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;

/** Does what stack.c does, through this library: a burst is sent from the stack into the device, and received. */
final class StackLoop implements AutoCloseable {

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int SLOTS = 1024;
    /** AF_PACKET: jnr-constants has no name for it. */
    private static final int FAMILY = AddressFamily.AF_UNSPEC.intValue() + 17;

    private final Syscalls sys = Syscalls.libc();
    private final PacketPool pool;
    private final Rtap rtap;
    private final QueuePair queue;
    private final Burst burst;
    private final Fd socket;
    private final Memory frame;
    private final boolean receives;

    /**
     * Opens the device and the socket.
     *
     * @param receives whether anything arrives; otherwise its filter drops all
     * @param bytes of each frame
     */
    StackLoop(RtapConfig config, boolean receives, int packets, int bytes) throws IOException {
        this.receives = receives;
        pool = PacketPool.create(SLOTS, 2048);
        rtap = Rtap.open(config);
        queue = rtap.openQueue(0, pool);
        burst = new Burst(pool, packets);
        rtap.up();
        frame = Memory.allocate(bytes);
        for (int i = 0; i < 6; i++) {
            frame.putI8(i, 0xff);
        }
        frame.putI8(6, 2);
        // For experiments (IEEE 802).
        frame.putI16Be(12, IfEther.ETH_P_802_EX1);
        socket = open();
        queue.rx().await(0);
    }

    private Fd open() throws ErrnoException {
        int number = sys.socket(FAMILY, Sock.SOCK_RAW.intValue() | Fcntl.O_CLOEXEC, 0);
        if (number < 0) {
            throw ErrnoException.of(number, "socket(AF_PACKET)", "");
        }
        Memory to = Memory.allocate(SockaddrLl.SIZEOF);
        to.putI16(SockaddrLl.SLL_FAMILY, FAMILY);
        to.putI32(SockaddrLl.SLL_IFINDEX, rtap.ifIndex());
        int bound = sys.bind(number, to.address(), to.size());
        to.keepAlive();
        if (bound < 0) {
            throw ErrnoException.of(bound, "bind(AF_PACKET)", "");
        }
        return Fd.own(sys, number);
    }

    /** Goes on for {@code seconds}. */
    Measurement measure(double seconds) {
        long packets = 0;
        long errors = 0;
        long entries = queue.kernelEntries();
        long cpu = PROCESS.getProcessCpuTime();
        long start = System.nanoTime();
        while (System.nanoTime() - start < seconds * 1e9) {
            for (int i = 0; i < burst.capacity(); i++) {
                errors += sys.send(socket.fd(), frame.address(), frame.size(), 0) < 0 ? 1 : 0;
            }
            packets += receives ? receive() : burst.capacity();
        }
        long end = System.nanoTime();
        frame.keepAlive();
        return new Measurement(
                packets,
                (end - start) / 1e9,
                (PROCESS.getProcessCpuTime() - cpu) / 1e9,
                queue.kernelEntries() - entries,
                errors);
    }

    private int receive() {
        int all = 0;
        int received;
        do {
            received = queue.rx().receive(burst);
            burst.release();
            all += received;
        } while (received > 0 && all < burst.capacity());
        return all;
    }

    @Override
    public void close() {
        socket.close();
        rtap.close();
        burst.release();
        pool.close();
    }
}
