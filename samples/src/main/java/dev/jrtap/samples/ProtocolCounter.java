// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import static dev.jrtap.bpf.Register.R0;
import static dev.jrtap.bpf.Register.R1;
import static dev.jrtap.bpf.Register.R10;
import static dev.jrtap.bpf.Register.R2;
import static dev.jrtap.bpf.Register.R6;
import static dev.jrtap.bpf.Size.B;
import static dev.jrtap.bpf.Size.DW;
import static dev.jrtap.bpf.Size.H;
import static dev.jrtap.bpf.Size.W;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.bindings.In;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Attachments;
import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.Helper;
import dev.jrtap.bpf.MappedArrayMap;
import dev.jrtap.bpf.Program;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.netlink.Addresses;
import dev.jrtap.netlink.Links;
import dev.jrtap.netlink.RouteSocket;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** Counts the packets of a TAP device by protocol, in the kernel, and reads the counts without a system call. */
public final class ProtocolCounter {

    private ProtocolCounter() {}

    public static void main(String[] args) throws IOException {
        try (MappedArrayMap counts = MappedArrayMap.create("counts", Long.BYTES, 256);
                Program program = Program.load(ProgramType.SOCKET_FILTER, counter(counts));
                TapQueue queue = TapQueue.open(new TapRequest("counted%d", TunMode.TAP, false))) {
            Attachments.setFilter(queue, program);
            broadcast(queue.name(), 5);
            System.out.println("UDP: " + counts.memory().getI64(In.IPPROTO_UDP * counts.stride()));
        }
    }

    private static Code counter(MappedArrayMap counts) {
        return new Assembler("counter")
                .mov(R6, R1)
                .ldAbs(H, 12) // the Ethernet type
                .jne(R0, 0x0800, "pass")
                .ldAbs(B, 23) // the protocol of IPv4
                .stx(W, R10, -4, R0)
                .ldMap(R1, counts)
                .mov(R2, R10)
                .add(R2, -4)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jeq(R0, 0, "pass")
                .mov(R1, 1)
                .atomicAdd(DW, R0, 0, R1)
                .label("pass")
                .mov(R0, -1)
                .exit()
                .assemble();
    }

    /** Makes the kernel send datagrams through the device. */
    private static void broadcast(String device, int datagrams) throws IOException {
        try (RouteSocket route = RouteSocket.open();
                DatagramSocket socket = new DatagramSocket()) {
            int ifIndex = new Links(route).get(device).ifIndex();
            new Links(route).up(ifIndex);
            new Addresses(route).add(ifIndex, IpPrefix.parse("192.0.2.1/24"));
            DatagramPacket datagram = new DatagramPacket(new byte[18], 18, InetAddress.getByName("192.0.2.255"), 9);
            for (int i = 0; i < datagrams; i++) {
                socket.send(datagram);
            }
        }
    }
}
