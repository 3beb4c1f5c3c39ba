// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;

import dev.jrtap.bindings.SkBuff;
import dev.jrtap.bindings.VirtioNet;
import dev.jrtap.bindings.VirtioNetHdr;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Helper;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link MappedProgram} that writes the vnet header before a frame, as the tun driver does for read(2). A
 * program sees the length of segments, and nothing else of what the kernel has left undone: the rest is read from the
 * kernel's own struct.
 *
 * <p>R6 is the packet, R8 the slot. R0 to R5 and R9 are lost.
 *
 * <p>Source: virtio_net_hdr_from_skb in linux/virtio_net.h at Linux 6.18.
 */
final class MappedHeader {

    /** Values of ip_summed, of linux/skbuff.h. */
    private static final int CHECKSUM_UNNECESSARY = 1;

    private static final int CHECKSUM_PARTIAL = 3;
    private static final int IP_SUMMED = 3;

    private final Assembler a;
    private final @Nullable SkbLayout layout;
    private final int word;
    private final int copy;
    private final String failed;

    /**
     * Writes blank headers without a {@code layout}.
     *
     * @param stack below which the stack is free
     * @param failed where to go if the kernel's struct cannot be read
     */
    MappedHeader(Assembler a, @Nullable SkbLayout layout, int stack, String failed) {
        this.a = a;
        this.layout = layout;
        this.word = stack - Long.BYTES;
        this.copy = layout == null ? word : word - (layout.to() - layout.from());
        this.failed = failed;
    }

    /**
     * Writes the header of a frame.
     *
     * @param frame where in the slot it begins
     * @param shift bytes that the frame has got more than the kernel's
     */
    void write(int frame, int shift) {
        int header = frame - VirtioNetHdr.SIZEOF;
        a.st(H, R8, header, 0).st(W, R8, header + 2, 0).st(W, R8, header + 6, 0);
        if (layout != null) {
            a.mov(R3, R6).add(R3, layout.from());
            probe(copy, layout.to() - layout.from());
            checksum(layout, header, shift, "_" + frame);
            segmentation(layout, header, "_" + frame);
        }
    }

    /** Copies {@code bytes} of kernel memory at R3 to the stack. */
    private void probe(int to, int bytes) {
        a.mov(R1, R10).add(R1, to).mov(R2, bytes).call(Helper.PROBE_READ_KERNEL).jne(R0, 0, failed);
    }

    /** Returns where on the stack a member is. */
    private int copied(SkbLayout from, int member) {
        return copy + member - from.from();
    }

    private void checksum(SkbLayout skb, int header, int shift, String label) {
        int flags = header + VirtioNetHdr.FLAGS;
        a.ldx(B, R1, R10, copied(skb, skb.ipSummed()))
                .rsh(R1, skb.ipSummedShift())
                .and(R1, IP_SUMMED);
        a.jeq(R1, CHECKSUM_PARTIAL, "partial" + label).jne(R1, CHECKSUM_UNNECESSARY, "summed" + label);
        a.st(B, R8, flags, VirtioNet.VIRTIO_NET_HDR_F_DATA_VALID).ja("summed" + label);
        a.label("partial" + label).st(B, R8, flags, VirtioNet.VIRTIO_NET_HDR_F_NEEDS_CSUM);
        // The kernel counts from the start of its buffer.
        a.ldx(DW, R2, R10, copied(skb, skb.data()))
                .ldx(DW, R3, R10, copied(skb, skb.head()))
                .sub(R2, R3);
        a.ldx(H, R1, R10, copied(skb, skb.csumStart())).sub(R1, R2).add(R1, shift);
        a.stx(H, R8, header + VirtioNetHdr.CSUM_START, R1);
        a.ldx(H, R1, R10, copied(skb, skb.csumOffset())).stx(H, R8, header + VirtioNetHdr.CSUM_OFFSET, R1);
        a.label("summed" + label);
    }

    /** By the size of segments: the kernel may set their kind without one. */
    private void segmentation(SkbLayout skb, int header, String label) {
        a.ldx(W, R9, R6, SkBuff.GSO_SIZE).jeq(R9, 0, "whole" + label);
        a.stx(H, R8, header + VirtioNetHdr.GSO_SIZE, R9);
        a.mov(R3, R6).add(R3, skb.dataLen());
        probe(word, Integer.BYTES);
        a.ldx(W, R1, R10, word).ldx(W, R2, R6, SkBuff.LEN).sub(R2, R1);
        a.stx(H, R8, header + VirtioNetHdr.HDR_LEN, R2);
        // What is shared between clones lies at the end of the buffer.
        a.ldx(DW, R3, R10, copied(skb, skb.head())).ldx(W, R1, R10, copied(skb, skb.end()));
        a.add(R3, R1).add(R3, skb.gsoType());
        probe(word, Integer.BYTES);
        a.ldx(W, R1, R10, word);
        a.mov(R2, VirtioNet.VIRTIO_NET_HDR_GSO_TCPV4).jset(R1, skb.tcpV4(), "kind" + label);
        a.mov(R2, VirtioNet.VIRTIO_NET_HDR_GSO_TCPV6).jset(R1, skb.tcpV6(), "kind" + label);
        a.mov(R2, VirtioNet.VIRTIO_NET_HDR_GSO_UDP_L4)
                .jset(R1, skb.udp(), "kind" + label)
                .ja(failed);
        a.label("kind" + label).jset(R1, skb.tcpEcn(), "ecn" + label).ja("kind_known" + label);
        a.label("ecn" + label).or(R2, VirtioNet.VIRTIO_NET_HDR_GSO_ECN);
        a.label("kind_known" + label).stx(B, R8, header + VirtioNetHdr.GSO_TYPE, R2);
        a.label("whole" + label);
    }
}
