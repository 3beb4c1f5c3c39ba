// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import static dev.jrtap.bpf.Register.*;
import static dev.jrtap.bpf.Size.*;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.IfEther;
import dev.jrtap.bindings.SkBuff;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Code;
import dev.jrtap.bpf.Helper;
import dev.jrtap.bpf.MappedArrayMap;
import dev.jrtap.bpf.Register;
import dev.jrtap.bpf.RingBuffer;
import dev.jrtap.net.VlanTag;
import org.jspecify.annotations.Nullable;

/**
 * The program that writes each packet into slots of a pool: it claims as many as the packet needs, copies, and
 * publishes a descriptor. It returns 0, so that the kernel keeps nothing; or all, so that the packet goes on its
 * old way, once the queue is closed, and for one that is too long.
 *
 * <p>Many processors run it at the same time. A claim is a compare-and-swap of one position, and what was claimed is
 * published on every way: otherwise the reader would wait for it without end. Slot numbers are ours: a wrong one finds
 * no value in the map, and harms nobody.
 */
final class MappedProgram {

    private static final int KEY = -8;
    private static final int POSITION = -16;
    private static final int DESCRIPTOR = -24;

    /** Where another processor has been faster so often, the packet counts as one without room. */
    private static final int MOST_CLAIMS = 64;

    private static final int ADDRESSES = 2 * IfEther.ETH_ALEN;
    private static final int FRAME = SegmentTable.HEADROOM;
    private static final int TAGGED_FRAME = FRAME - VlanTag.LENGTH;
    private static final int BELL_RECORD = Long.BYTES;

    // For the GPL: kernel memory may be read by such programs only.
    private final Assembler a = new Assembler("rtap_slots").license("GPL");
    private final MappedHeader header;
    private final MappedLayout layout;
    private final MappedArrayMap control;
    private final MappedArrayMap pool;
    private final RingBuffer bell;
    private final int first;
    private final int longest;
    private final boolean hasChains;

    /**
     * A program for one queue.
     *
     * @param control one value with this layout
     * @param pool a value for each slot
     * @param longest bytes of the longest frame that is taken
     * @param skb where to find what is left undone in packets; null if nothing is
     */
    MappedProgram(
            MappedLayout layout,
            MappedArrayMap control,
            MappedArrayMap pool,
            RingBuffer bell,
            int longest,
            @Nullable SkbLayout skb) {
        this.header = new MappedHeader(a, skb, DESCRIPTOR, "broken");
        this.layout = layout;
        this.control = control;
        this.pool = pool;
        this.bell = bell;
        this.first = layout.first();
        this.longest = longest;
        this.hasChains = longest > first;
    }

    /**
     * R6: the packet. R7: bytes that are still to be copied. R8: the first slot, the position of a later one, or the
     * control words.
     */
    Code assemble() {
        measure();
        claim();
        copyFirst();
        if (hasChains) {
            copyRest();
        }
        publish();
        ring();
        return ends().assemble();
    }

    /**
     * R7, and the lower half of [DESCRIPTOR] = bytes without a tag that the kernel holds beside the packet; the tag
     * counts, too.
     */
    private void measure() {
        a.mov(R6, R1).ldx(W, R7, R6, SkBuff.LEN).mov(R1, R7).mov(R9, R7);
        a.ldx(W, R2, R6, SkBuff.VLAN_PRESENT).jeq(R2, 0, "untagged");
        a.or(R9, MappedLayout.TAGGED).add(R1, VlanTag.LENGTH);
        a.label("untagged").stx(DW, R10, DESCRIPTOR, R9).ldMapValue(R8, control, 0);
        // The second comparison says nothing new, except to the verifier.
        a.jgt(R1, longest, "too_long").jgt(R7, longest, "too_long").jlt(R7, 1, "too_long");
    }

    /** R0 and [POSITION] = the first of as many slots as the packet needs, see {@link MappedLayout#slots}. */
    private void claim() {
        a.mov(R2, 1);
        if (hasChains) {
            a.jle(R7, first, "claim").mov(R2, R7).sub(R2, first);
            a.add(R2, layout.slotSize() - 1)
                    .div(R2, layout.slotSize())
                    .add(R2, 1)
                    .label("claim");
        }
        a.mov(R5, 0)
                .label("again")
                .ldx(DW, R0, R8, MappedLayout.CLAIMED)
                .mov(R1, R0)
                .add(R1, R2);
        a.ldx(DW, R3, R8, MappedLayout.GIVEN).sub(R3, R1).jslt(R3, 0, "full");
        // A full barrier. After it the slot numbers are read that the reader has written before it has given them.
        a.mov(R4, R0).cmpxchg(DW, R8, MappedLayout.CLAIMED, R1).jeq(R0, R4, "claimed");
        a.add(R5, 1).jlt(R5, MOST_CLAIMS, "again").ja("full");
        a.label("claimed").stx(DW, R10, POSITION, R0);
    }

    /** R0 = the slot of a position, or 0. */
    private void slot(Register position) {
        a.mov(R1, position).and(R1, layout.mask()).lsh(R1, 2);
        a.ldMapValue(R2, control, MappedLayout.FREE)
                .add(R2, R1)
                .ldx(W, R1, R2, 0)
                .stx(W, R10, KEY, R1);
        a.ldMap(R1, pool).mov(R2, R10).add(R2, KEY).call(Helper.MAP_LOOKUP_ELEM);
    }

    private void copyFirst() {
        slot(R0);
        a.jeq(R0, 0, "broken").mov(R8, R0);
        atMost(first, "first_bytes");
        load(0, FRAME);
        a.ldx(DW, R1, R10, DESCRIPTOR).jset(R1, MappedLayout.TAGGED, "tagged");
        header.write(FRAME, 0);
        a.ja("first_done").label("tagged");
        insertTag();
        header.write(TAGGED_FRAME, VlanTag.LENGTH);
        a.label("first_done");
    }

    /** R4 = R7, or {@code limit} if that is less. */
    private void atMost(int limit, String label) {
        a.mov(R4, R7);
        if (hasChains) {
            a.jle(R4, limit, label).mov(R4, limit).label(label);
        }
    }

    /** Copies R4 bytes of the packet from {@code offset} on to {@code at} of the slot in R8. */
    private void load(int offset, int at) {
        a.mov(R1, R6).mov(R2, offset).mov(R3, R8).add(R3, at);
        a.call(Helper.SKB_LOAD_BYTES).jne(R0, 0, "broken");
    }

    /** The addresses once more, four bytes earlier; between them and what follows is room for the tag then. */
    private void insertTag() {
        a.mov(R4, ADDRESSES);
        load(0, TAGGED_FRAME);
        int tag = TAGGED_FRAME + ADDRESSES;
        a.ldx(W, R1, R6, SkBuff.VLAN_PROTO).stx(H, R8, tag, R1);
        a.ldx(W, R1, R6, SkBuff.VLAN_TCI).be(R1, Short.SIZE).stx(H, R8, tag + Short.BYTES, R1);
    }

    private void copyRest() {
        int size = layout.slotSize();
        a.jle(R7, first, "publish").sub(R7, first).mov(R9, first).ldx(DW, R8, R10, POSITION);
        a.label("next").add(R8, 1);
        slot(R8);
        a.jeq(R0, 0, "broken");
        atMost(size, "next_bytes");
        a.mov(R1, R6).mov(R2, R9).mov(R3, R0).call(Helper.SKB_LOAD_BYTES).jne(R0, 0, "broken");
        a.jle(R7, size, "publish").sub(R7, size).add(R9, size).ja("next");
    }

    /** Publishes the packet, after everything that was copied. */
    private void publish() {
        a.label("publish").ldx(DW, R1, R10, POSITION);
        a.mov(R2, R1).and(R2, layout.mask()).lsh(R2, 3);
        a.ldMapValue(R3, control, layout.descriptors()).add(R3, R2);
        a.add(R1, 1).lsh(R1, Integer.SIZE).ldx(DW, R2, R10, DESCRIPTOR).or(R1, R2);
        // A full barrier: what was copied is seen before it, and the reader's sleep is looked at after it.
        a.xchg(DW, R3, 0, R1);
    }

    /**
     * Rings the bell if the reader sleeps. It says so and looks at the descriptors then; here it is the other way
     * round, and a full barrier stands between the two on either side: one of them sees the other. The exchange has
     * one processor ring.
     */
    private void ring() {
        a.ldMapValue(R8, control, 0).ldx(W, R1, R8, MappedLayout.SLEEPING).jeq(R1, 0, "taken");
        a.mov(R1, 0).xchg(W, R8, MappedLayout.SLEEPING, R1).jeq(R1, 0, "taken");
        a.ldMap(R1, bell).mov(R2, BELL_RECORD).mov(R3, 0).call(Helper.RINGBUF_RESERVE);
        // A bell without room is ringing.
        a.jeq(R0, 0, "taken").mov(R1, R0).mov(R2, Bpf.BPF_RB_FORCE_WAKEUP).call(Helper.RINGBUF_SUBMIT);
    }

    private Assembler ends() {
        counted("taken", MappedLayout.TAKEN);
        // Its slots are the reader's all the same.
        a.label("broken").ldx(DW, R1, R10, DESCRIPTOR).or(R1, MappedLayout.BROKEN);
        a.stx(DW, R10, DESCRIPTOR, R1).ja("publish");
        // Atomic, so that it is read after the position: a queue is marked as closed before its slots are taken away.
        a.label("full").mov(R1, 0).fetchOr(W, R8, MappedLayout.CLOSED, R1).jne(R1, 0, "closed");
        counted("missed", MappedLayout.FULL);
        // Another queue may have room for it, once this one is closed.
        a.label("too_long").mov(R1, 1).atomicAdd(DW, R8, MappedLayout.PASSED, R1);
        return a.label("closed").mov(R0, -1).exit();
    }

    private void counted(String label, int counter) {
        a.label(label).mov(R1, 1).atomicAdd(DW, R8, counter, R1).mov(R0, 0).exit();
    }
}
