// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import static dev.jrtap.bpf.Register.R1;
import static dev.jrtap.bpf.Register.R2;

import dev.jrtap.bindings.IfEther;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Helper;
import dev.jrtap.bpf.Program;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.bpf.TestRun;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.syscall.Syscalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Floods a TAP device from inside the kernel: an XDP program redirects live frames to it (Linux 5.18), faster than any
 * reader reads. They are UDP datagrams between addresses of the benchmark network (RFC 2544), to the discard port.
 *
 * <p>As a program, floods an interface for each line of its input, which is a name and the bytes of a frame without
 * FCS, until the next line comes; then prints the number of frames.
 */
final class LiveFrames {

    /** A run takes some 30 ms to begin and to end, in which its thread sleeps: meanwhile the other one's sends. */
    private static final int THREADS = 2;

    /** The time of a run without these 30 ms; an end waits for one. */
    private static final long RUN_NANOS = 40_000_000;

    private static final int FIRST = 4096;
    private static final int BATCH = 64;
    private static final int MOST = 1 << 20;

    /** 198.18.0.0. */
    private static final int NETWORK = 0xc612_0000;

    private static final int DISCARD = 9;
    private static final int TTL = 64;

    private final int ifIndex;
    private final Memory frame;
    private volatile boolean ended;

    /**
     * Loads a program, too, so that a missing right is reported before anybody waits for frames.
     *
     * @throws IOException if it is refused
     */
    LiveFrames(int ifIndex, int bytes) throws IOException {
        this.ifIndex = ifIndex;
        this.frame = datagram(bytes);
        load().close();
    }

    public static void main(String[] args) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        System.out.println("ready");
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ");
            LiveFrames frames = new LiveFrames(ifIndex(words[0]), Integer.parseInt(words[1]));
            System.out.println("flooding");
            System.out.println(frames.floodUntil(input::readLine));
        }
    }

    /** By netlink: the JDK finds no interface that has no address. */
    private static int ifIndex(String name) throws IOException {
        try (RouteSocket route = RouteSocket.open(Syscalls.libc())) {
            return new Links(route).get(name).ifIndex();
        }
    }

    private static Memory datagram(int bytes) {
        Memory memory = Memory.allocate(bytes);
        EthernetFrame ethernet = new EthernetFrame().wrap(memory, 0, bytes);
        ethernet.destination(0x02_00_00_00_00_01L).source(0x02_00_00_00_00_02L).type(IfEther.ETH_P_IP);
        Ipv4Packet ip = new Ipv4Packet().wrap(memory, ethernet.payloadOffset(), ethernet.payloadLength());
        ip.headerLength(Ipv4Packet.MIN_HEADER_LENGTH).totalLength(ethernet.payloadLength());
        ip.ttl(TTL).protocol(Ipv4Packet.UDP);
        ip.source(NETWORK | 1).destination(NETWORK | 2);
        ip.updateChecksum();
        UdpDatagram udp = new UdpDatagram().wrap(memory, ip.payloadOffset(), ip.payloadLength());
        udp.sourcePort(1024).destinationPort(DISCARD).datagramLength(ip.payloadLength());
        return memory;
    }

    /** Floods until {@code end} returns, and returns the number of frames. */
    long floodUntil(Callable<?> end) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            Future<Long> one = threads.submit(this::flood);
            Future<Long> other = threads.submit(this::flood);
            end.call();
            ended = true;
            return one.get() + other.get();
        } catch (ExecutionException e) {
            throw new IOException("the generator failed", e.getCause());
        } finally {
            ended = true;
            threads.shutdown();
        }
    }

    private long flood() throws IOException {
        long sent = 0;
        try (Program program = load()) {
            TestRun run = new TestRun(program);
            int count = FIRST;
            while (!ended) {
                run.sendLive(frame, count, BATCH);
                sent += count;
                count = (int) Math.max(BATCH, Math.min(MOST, RUN_NANOS / Math.max(1, run.averageNanos())));
            }
        }
        return sent;
    }

    private Program load() throws IOException {
        Assembler redirect = new Assembler("redirect");
        redirect.mov(R1, ifIndex).mov(R2, 0).call(Helper.REDIRECT).exit();
        return Program.load(Syscalls.libc(), ProgramType.XDP, redirect.assemble());
    }
}
