// SPDX-License-Identifier: Apache-2.0
package program;

import bound.Addresses;
import bound.BpfProgram;
import bound.Callback;
import bound.Pcap;
import bound.PcapCalls;
import bound.PcapDumperHandle;
import bound.PcapHandle;
import bound.PcapHandler;
import bound.PcapPkthdr;
import java.nio.ByteBuffer;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Dumps frames into a file, and reads those back that a filter lets through. */
public final class Program {

    public static void main(String[] arguments) {
        String file = arguments[0] + "/frames.pcap";
        PcapHandle dead = PcapCalls.pcap_open_dead(Pcap.DLT_EN10MB, 65535);
        PcapDumperHandle dumper = PcapCalls.pcap_dump_open(dead, file);
        ByteBuffer header = PcapPkthdr.allocate();
        for (int i = 0; i < 10; i++) {
            ByteBuffer frame = ByteBuffer.allocateDirect(60);
            frame.putShort(12, (short) (i % 2 == 0 ? 0x0800 : 0x0806)).put(59, (byte) i);
            PcapPkthdr.caplen(header, 0, 60);
            PcapPkthdr.len(header, 0, 60 + i);
            PcapCalls.pcap_dump(dumper.pointer(), header, Addresses.pointer(Addresses.of(frame)));
        }
        PcapCalls.pcap_dump_close(dumper);

        Pointer error = Memory.allocateDirect(Runtime.getSystemRuntime(), Pcap.PCAP_ERRBUF_SIZE);
        PcapHandle read = PcapCalls.pcap_open_offline(file, error);
        ByteBuffer filter = BpfProgram.allocate();
        System.out.println("compile " + PcapCalls.pcap_compile(read, filter, "arp", 1, 0));
        System.out.println("setfilter " + PcapCalls.pcap_setfilter(read, filter));
        PcapCalls.pcap_freecode(filter);
        try (Callback<PcapHandler> handler = PcapHandler.of((user, pkthdr, bytes) -> {
            ByteBuffer of = PcapPkthdr.at(pkthdr);
            System.out.println(PcapPkthdr.len(of, 0) + " bytes, the last one " + bytes.getByte(59));
        })) {
            System.out.println("loop " + PcapCalls.pcap_loop(read, -1, handler, null));
        }
        System.out.println("no file: " + PcapCalls.pcap_open_offline(file + ".not", error));
        System.out.println(error.getString(0).replace(file, "FILE"));
        PcapCalls.pcap_close(read);
        PcapCalls.pcap_close(dead);
    }
}
