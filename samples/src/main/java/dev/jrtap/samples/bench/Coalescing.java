// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.address.IpPrefix;
import dev.jrtap.memory.Memory;
import dev.jrtap.net.EthernetFrame;
import dev.jrtap.net.InternetChecksum;
import dev.jrtap.net.Ipv4Packet;
import dev.jrtap.net.UdpDatagram;
import dev.jrtap.rtap.Burst;
import dev.jrtap.rtap.Coalescer;
import dev.jrtap.rtap.PacketPool;
import dev.jrtap.rtap.QueuePair;
import dev.jrtap.rtap.Rtap;
import dev.jrtap.rtap.RtapConfig;
import dev.jrtap.tuntap.TunOffload;
import dev.jrtap.tuntap.VnetHeader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams of one flow, in frames of 64 bytes, to a socket of this machine: each by itself, or many as one
 * super-packet. Does the work of coalesce.c through this library.
 */
final class Coalescing implements AutoCloseable {

    private static final int HOST = 0xc6120001;

    /** Bytes of each frame. */
    static final int BYTES = 64;

    private static final int WARM_UPS = 16;
    private static final int BURST = 64;
    /** Where the frame begins in the template, after its vnet header. */
    private static final int FRAME = 2 * Long.BYTES;

    private static final int IP = EthernetFrame.HEADER_LENGTH;
    private static final int UDP = IP + Ipv4Packet.MIN_HEADER_LENGTH;

    private final PacketPool pool = PacketPool.forMtu(1024, 1500);
    private final Rtap rtap = Rtap.open(RtapConfig.named("merge%d").withOffloads(TunOffload.CHECKSUM, TunOffload.USO));
    private final QueuePair queue = rtap.openQueue(0, pool);
    private final Memory template = Memory.allocate(FRAME + BYTES);
    private final Burst burst = new Burst(pool, BURST);
    private final Burst merged = new Burst(pool, BURST);
    private final Coalescer coalescer = new Coalescer();
    private final Ipv4Packet ipv4 = new Ipv4Packet();
    private final DatagramChannel socket;
    private int identification;

    Coalescing() throws IOException {
        InetAddress address = InetAddress.getByAddress(new byte[] {(byte) 198, 18, 0, 1});
        rtap.control().addAddress(IpPrefix.parse("198.18.0.1/24"));
        rtap.up();
        socket = DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress(address, 9));
        fillTemplate();
    }

    /** Measures for each line of the input, see coalesce.c. */
    public static void main(String[] args) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        try (Coalescing coalescing = new Coalescing()) {
            System.out.println("ready");
            String line = lines.readLine();
            for (int number = 0; line != null; number++, line = lines.readLine()) {
                System.out.println(coalescing.measure(Double.parseDouble(line), number % 2 == 0));
            }
        }
    }

    private void fillTemplate() {
        new EthernetFrame()
                .wrap(template, FRAME, BYTES)
                .destination(rtap.macAddress())
                .source(0x020000000009L)
                .type(EthernetFrame.IPV4);
        ipv4.wrap(template, FRAME + IP, BYTES - IP)
                .headerLength(Ipv4Packet.MIN_HEADER_LENGTH)
                .totalLength(BYTES - IP)
                .dontFragment(true)
                .ttl(64)
                .protocol(Ipv4Packet.UDP)
                .source(HOST + 1)
                .destination(HOST)
                .updateChecksum();
        new UdpDatagram()
                .wrap(template, FRAME + UDP, BYTES - UDP)
                .sourcePort(1024)
                .destinationPort(9)
                .datagramLength(BYTES - UDP)
                .checksum(ipv4.pseudoHeaderSum(BYTES - UDP));
        new VnetHeader().wrap(template, FRAME - VnetHeader.LENGTH).checksum(UDP, UdpDatagram.CHECKSUM_OFFSET);
    }

    /** Measures a slice of super-packets and one without; returns a line of results. */
    private String measure(double seconds, boolean togetherFirst) {
        Measurement first = slice(togetherFirst, seconds);
        Measurement second = slice(!togetherFirst, seconds);
        Measurement together = togetherFirst ? first : second;
        Measurement alone = togetherFirst ? second : first;
        return text(together) + " " + text(alone) + " " + (together.entries() + alone.entries()) + " "
                + (together.errors() + alone.errors());
    }

    private static String text(Measurement measured) {
        return measured.packets() + " " + measured.cpuSeconds();
    }

    private Measurement slice(boolean together, double seconds) {
        for (int i = 0; i < WARM_UPS; i++) {
            round(together);
        }
        return Measurement.of(queue, seconds, () -> round(together));
    }

    private int round(boolean together) {
        while (burst.add()) {
            fill(burst.size() - 1);
        }
        int packets = burst.size();
        if (together) {
            coalescer.coalesce(burst, merged);
            queue.tx().send(merged);
        } else {
            queue.tx().send(burst);
        }
        return packets;
    }

    private void fill(int i) {
        burst.length(i, BYTES);
        Memory memory = burst.memory();
        int at = burst.offset(i);
        memory.putI64(at - VnetHeader.LENGTH, template.getI64(FRAME - VnetHeader.LENGTH));
        memory.putI16(at - Short.BYTES, template.getU16(FRAME - Short.BYTES));
        for (int k = 0; k < BYTES; k += Long.BYTES) {
            memory.putI64(at + k, template.getI64(FRAME + k));
        }
        ipv4.wrap(memory, at + IP, BYTES - IP);
        ipv4.checksum(InternetChecksum.replace16(ipv4.checksum(), 0, identification));
        ipv4.identification(identification++);
    }

    @Override
    public void close() throws IOException {
        socket.close();
        rtap.close();
        burst.release();
        merged.release();
        pool.close();
    }
}
