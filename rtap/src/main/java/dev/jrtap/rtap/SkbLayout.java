// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Btf;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the running kernel has, in its {@code struct sk_buff}, what a vnet header tells: that is the kernel's own, and
 * differs between releases and configurations. All offsets are bytes from the start of the struct on.
 *
 * @param from the first byte that is read at once
 * @param to the end of those bytes
 * @param ipSummed byte of the two bits of {@code ip_summed}
 * @param ipSummedShift their place in it
 * @param gsoType offset in {@code struct skb_shared_info}
 */
record SkbLayout(
        int from,
        int to,
        int ipSummed,
        int ipSummedShift,
        int csumStart,
        int csumOffset,
        int head,
        int data,
        int end,
        int dataLen,
        int gsoType,
        int tcpV4,
        int tcpV6,
        int tcpEcn,
        int udp) {

    /** What is read at once goes to a program's stack, which has 512 bytes. */
    private static final int MOST = 384;

    /** Asked once: the kernel does not change. */
    private static final class Running {
        static final @Nullable SkbLayout LAYOUT = find();
    }

    /** That of the running kernel; null if it does not describe its types, or has others. */
    static @Nullable SkbLayout ofRunningKernel() {
        return Running.LAYOUT;
    }

    private static @Nullable SkbLayout find() {
        try {
            SkbLayout layout = of(Btf.read(Btf.RUNNING_KERNEL));
            return layout.to - layout.from <= MOST ? layout : null;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static SkbLayout of(Btf kernel) {
        Map<String, Long> packet = kernel.struct("sk_buff").members();
        int ipSummedBit = bitOf(packet, "ip_summed");
        int ipSummed = ipSummedBit / Byte.SIZE;
        int csumStart = at(packet, "csum_start");
        int csumOffset = at(packet, "csum_offset");
        int head = at(packet, "head");
        int data = at(packet, "data");
        int end = at(packet, "end");
        int from = least(ipSummed, csumStart, csumOffset, head, data, end);
        int last = -least(-ipSummed, -csumStart, -csumOffset, -head, -data, -end);
        return new SkbLayout(
                // Words are read on the stack where they are aligned in the struct.
                from & -Long.BYTES,
                last + Long.BYTES & -Long.BYTES,
                ipSummed,
                ipSummedBit % Byte.SIZE,
                csumStart,
                csumOffset,
                head,
                data,
                end,
                at(packet, "data_len"),
                at(kernel.struct("skb_shared_info").members(), "gso_type"),
                kernel.enumerator("SKB_GSO_TCPV4").intValue(),
                kernel.enumerator("SKB_GSO_TCPV6").intValue(),
                kernel.enumerator("SKB_GSO_TCP_ECN").intValue(),
                kernel.enumerator("SKB_GSO_UDP_L4").intValue());
    }

    private static int at(Map<String, Long> members, String name) {
        return bitOf(members, name) / Byte.SIZE;
    }

    private static int bitOf(Map<String, Long> members, String name) {
        return Objects.requireNonNull(members.get(name), name).intValue();
    }

    private static int least(int... values) {
        int least = values[0];
        for (int value : values) {
            least = Math.min(least, value);
        }
        return least;
    }
}
