// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfAttr;
import dev.jrtap.bindings.Fcntl;
import dev.jrtap.bindings.IfEther;
import dev.jrtap.bindings.SockaddrLl;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Attachments;
import dev.jrtap.bpf.Program;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.bpf.Register;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.rtap.RxMode;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import jnr.constants.platform.AddressFamily;
import jnr.constants.platform.Sock;

/**
 * Does the work of stack.c through this library, and takes the same commands: a burst is sent from the stack into the
 * device, and received, or dropped by a filter.
 */
final class StackLoop implements AutoCloseable {

    /** The longest frame that fits in one slot, here and in the peers, in bytes. */
    static final int LONGEST_OF_SLOT = 1920;

    /** The bytes of an ordinary slot, here and in the peers. */
    static final int SLOT = 2048;

    /** The bytes of the pool. */
    private static final int POOL = 2 << 20;

    private static final int LARGEST_MTU = 65521;
    private static final int WARM_UPS = 16;
    /** AF_PACKET: jnr-constants has no name for it. */
    private static final int FAMILY = AddressFamily.AF_UNSPEC.intValue() + 17;

    /** BPF_XDP of linux/bpf.h: where a program is attached. */
    private static final int XDP = 37;

    /** XDP_FLAGS_DRV_MODE of linux/if_link.h. */
    private static final int IN_DRIVER = 1 << 2;

    private final Syscalls sys = Syscalls.libc();
    private final PacketPool pool;
    private final Rtap rtap;
    private final QueuePair queue;
    private final Burst burst;
    private final Fd socket;
    private final Memory frame;
    private final boolean echoes;
    private final EthernetFrame ethernet = new EthernetFrame();
    private final Program dropping;
    /** A queue by which to attach a filter that, like the peers', counts nothing. */
    private final TapQueue keepAlive;

    private final long[] slice = new long[4];

    /**
     * Opens the device and the socket.
     *
     * @param bytes the bytes of each frame
     * @param slot the bytes of each slot
     * @param echoes whether packets are answered in place and the answers dropped in the driver
     */
    StackLoop(RxMode mode, int packets, int bytes, int slot, boolean echoes) throws IOException {
        this.echoes = echoes;
        RtapConfig config =
                RtapConfig.named("ours%d").withoutNapi().withRxMode(mode).withRingSize(256);
        pool = PacketPool.create(POOL / slot, slot);
        rtap = Rtap.open(bytes > LONGEST_OF_SLOT ? config.withMtu(LARGEST_MTU) : config);
        queue = rtap.openQueue(0, pool);
        burst = new Burst(pool, packets);
        rtap.up();
        frame = Memory.allocate(bytes);
        for (int i = 0; i < 6; i++) {
            frame.putI8(i, 0xff);
        }
        frame.putI8(6, 2);
        // An EtherType for experiments (IEEE 802).
        frame.putI16Be(12, IfEther.ETH_P_802_EX1);
        socket = open();
        dropping = load(ProgramType.SOCKET_FILTER, 0);
        keepAlive = TapQueue.openDetached(new TapRequest(rtap.name(), TunMode.TAP, false));
        if (echoes) {
            dropWritten();
        }
        queue.rx().await(0);
    }

    /** Takes the mode, the packets of a burst, the bytes of a frame and of a slot, and optionally "echo". */
    public static void main(String[] args) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        int packets = Integer.parseInt(args[1]);
        int bytes = Integer.parseInt(args[2]);
        int slot = Integer.parseInt(args[3]);
        try (StackLoop loop = new StackLoop(RxMode.valueOf(args[0]), packets, bytes, slot, args.length > 4)) {
            System.out.println("ready");
            String line = lines.readLine();
            for (int number = 0; line != null; number++, line = lines.readLine()) {
                System.out.println(loop.measure(Double.parseDouble(line), number % 2 != 0));
            }
        }
    }

    private Program load(ProgramType type, int verdict) throws ErrnoException {
        return Program.load(
                sys,
                type,
                new Assembler("verdict").mov(Register.R0, verdict).exit().assemble());
    }

    /** Makes the device drop written frames as long as this process lives. */
    private void dropWritten() throws ErrnoException {
        Memory attributes = Memory.allocate(BpfAttr.SIZEOF);
        try (Program program = load(ProgramType.XDP, Bpf.XDP_DROP)) {
            attributes.putI32(BpfAttr.LINK_CREATE_PROG_FD, program.fd());
            attributes.putI32(BpfAttr.LINK_CREATE_TARGET_IFINDEX, rtap.ifIndex());
            attributes.putI32(BpfAttr.LINK_CREATE_ATTACH_TYPE, XDP);
            attributes.putI32(BpfAttr.LINK_CREATE_FLAGS, IN_DRIVER);
            int link = sys.bpf(Bpf.BPF_LINK_CREATE, attributes.address(), attributes.size());
            attributes.keepAlive();
            if (link < 0) {
                throw ErrnoException.of(link, "bpf(BPF_LINK_CREATE, " + rtap.name() + ")", "");
            }
        }
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

    /**
     * Measures a slice that receives and one that drops, the latter first if {@code reversed}; returns a line of
     * results.
     */
    private String measure(double seconds, boolean reversed) throws ErrnoException {
        String sender = reversed ? drop(seconds) : "";
        rtap.clearFilter();
        slice(true, seconds);
        String received = slice[0] + " " + slice[1] / 1e9 + " ";
        String rest = " " + slice[2] + " " + slice[3];
        return received + (reversed ? sender : drop(seconds)) + rest;
    }

    private String drop(double seconds) throws ErrnoException {
        Attachments.setFilter(keepAlive, dropping);
        slice(false, seconds);
        return slice[0] + " " + slice[1] / 1e9;
    }

    private void slice(boolean receives, double seconds) {
        for (int i = 0; i < WARM_UPS; i++) {
            pass(receives);
        }
        long packets = 0;
        long errors = queue.tx().errors();
        long entries = queue.kernelEntries();
        long cpu = CpuTime.nanos();
        long start = System.nanoTime();
        while (System.nanoTime() - start < seconds * 1e9) {
            packets += pass(receives);
        }
        slice[0] = packets;
        slice[1] = CpuTime.nanos() - cpu;
        slice[2] = queue.kernelEntries() - entries;
        slice[3] = queue.tx().errors() - errors;
        frame.keepAlive();
    }

    private int pass(boolean receives) {
        for (int i = 0; i < burst.capacity(); i++) {
            if (sys.send(socket.fd(), frame.address(), frame.size(), 0) < 0) {
                throw new IllegalStateException("the device takes no frames");
            }
        }
        return receives ? receive() : burst.capacity();
    }

    private int receive() {
        int all = 0;
        int received;
        do {
            received = queue.rx().receive(burst);
            if (echoes) {
                answer(received);
            }
            burst.release();
            all += received;
        } while (received > 0 && all < burst.capacity());
        return all;
    }

    private void answer(int count) {
        for (int i = 0; i < count; i++) {
            ethernet.wrap(burst.memory(), burst.offset(i), burst.length(i)).swapAddresses();
        }
        queue.tx().send(burst);
    }

    @Override
    public void close() {
        keepAlive.close();
        dropping.close();
        socket.close();
        rtap.close();
        burst.release();
        pool.close();
    }
}
