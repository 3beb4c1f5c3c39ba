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
 * publishes their descriptors. It returns 0, so that the kernel keeps nothing; or all, so that the packet goes on its
 * old way, once the queue is closed, and for one that is too long.
 *
 * <p>Many processors run it at the same time. A claim is a compare-and-swap of one position, and what was claimed is
 * published on every way: otherwise the reader would wait for it without end. Slot numbers are ours: a wrong one finds
 * no value in the map, and harms nobody.
 */
final class MappedProgram {

    private static final int KEY = -8;
    private static final int POSITION = -16;
    private static final int FLAGS = -24;

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
    private final int slotSize;
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
        this.header = new MappedHeader(a, skb, FLAGS, "broken");
        this.layout = layout;
        this.control = control;
        this.pool = pool;
        this.bell = bell;
        this.slotSize = pool.valueSize();
        this.first = slotSize - FRAME;
        this.longest = longest;
        this.hasChains = longest > first;
    }

    /** R6: the packet. R7: bytes that are still to be copied. R8: the first slot, or the control words. */
    Code assemble() {
        measure();
        claim();
        copyFirst();
        if (hasChains) {
            copyRest();
        }
        ring();
        return ends().assemble();
    }

    /** R7 = bytes without a tag that the kernel holds beside the packet; the tag counts, too. */
    private void measure() {
        a.mov(R6, R1).ldx(W, R7, R6, SkBuff.LEN).mov(R1, R7).mov(R9, 0);
        a.ldx(W, R2, R6, SkBuff.VLAN_PRESENT).jeq(R2, 0, "untagged");
        a.mov(R9, MappedLayout.TAGGED).add(R1, VlanTag.LENGTH);
        a.label("untagged").stx(DW, R10, FLAGS, R9).ldMapValue(R8, control, 0);
        // The second comparison says nothing new, except to the verifier.
        a.jgt(R1, longest, "too_long").jgt(R7, longest, "too_long").jlt(R7, 1, "too_long");
    }

    /** [POSITION] = the first of as many slots as the packet needs. */
    private void claim() {
        a.mov(R2, 1);
        if (hasChains) {
            a.jle(R7, first, "claim").mov(R2, R7).sub(R2, first);
            a.add(R2, slotSize - 1).div(R2, slotSize).add(R2, 1).label("claim");
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

    /** R0 = the slot of the position, or 0. */
    private void slot() {
        a.ldx(DW, R1, R10, POSITION).and(R1, layout.mask()).lsh(R1, 2);
        a.ldMapValue(R2, control, MappedLayout.FREE)
                .add(R2, R1)
                .ldx(W, R1, R2, 0)
                .stx(W, R10, KEY, R1);
        a.ldMap(R1, pool).mov(R2, R10).add(R2, KEY).call(Helper.MAP_LOOKUP_ELEM);
    }

    private void copyFirst() {
        slot();
        a.jeq(R0, 0, "broken").mov(R8, R0);
        atMost(R4, R7, first, first, "first_bytes");
        load(0, FRAME, "broken");
        a.ldx(DW, R1, R10, FLAGS).jne(R1, 0, "tagged");
        header.write(FRAME, 0);
        a.ja("first_done").label("tagged");
        insertTag();
        header.write(TAGGED_FRAME, VlanTag.LENGTH);
        a.ja("first_done").label("broken").ldx(DW, R1, R10, FLAGS).or(R1, MappedLayout.BROKEN);
        a.stx(DW, R10, FLAGS, R1).label("first_done");
        atMost(R4, R7, first, first | MappedLayout.MORE, "first_length");
        a.ldx(DW, R1, R10, FLAGS).or(R4, R1);
        publish();
    }

    /** {@code to = from}, or {@code otherwise} if that is more than {@code limit}. */
    private void atMost(Register to, Register from, int limit, int otherwise, String label) {
        a.mov(to, from);
        if (hasChains) {
            a.jle(to, limit, label).mov(to, otherwise).label(label);
        }
    }

    /** Copies R4 bytes of the packet from {@code offset} on to {@code at} of the slot in R8. */
    private void load(int offset, int at, String failed) {
        a.mov(R1, R6).mov(R2, offset).mov(R3, R8).add(R3, at);
        a.call(Helper.SKB_LOAD_BYTES).jne(R0, 0, failed);
    }

    /** The addresses once more, four bytes earlier; between them and what follows is room for the tag then. */
    private void insertTag() {
        a.mov(R4, ADDRESSES);
        load(0, TAGGED_FRAME, "broken");
        int tag = TAGGED_FRAME + ADDRESSES;
        a.ldx(W, R1, R6, SkBuff.VLAN_PROTO).stx(H, R8, tag, R1);
        a.ldx(W, R1, R6, SkBuff.VLAN_TCI).be(R1, Short.SIZE).stx(H, R8, tag + Short.BYTES, R1);
    }

    /** Publishes the descriptor of the position, with R4 in its lower half. */
    private void publish() {
        a.ldx(DW, R1, R10, POSITION).mov(R2, R1).and(R2, layout.mask()).lsh(R2, 3);
        a.ldMapValue(R3, control, layout.descriptors()).add(R3, R2);
        // A full barrier: what was copied is seen before it, and the reader's sleep is looked at after it.
        a.add(R1, 1).lsh(R1, Integer.SIZE).or(R1, R4).xchg(DW, R3, 0, R1);
    }

    private void copyRest() {
        a.jle(R7, first, "written").sub(R7, first).mov(R9, first);
        a.label("next").ldx(DW, R1, R10, POSITION).add(R1, 1).stx(DW, R10, POSITION, R1);
        slot();
        a.jeq(R0, 0, "next_broken");
        atMost(R4, R7, slotSize, slotSize, "next_bytes");
        a.mov(R1, R6)
                .mov(R2, R9)
                .mov(R3, R0)
                .call(Helper.SKB_LOAD_BYTES)
                .mov(R1, R0)
                .mov(R4, 0);
        a.jeq(R1, 0, "next_done")
                .label("next_broken")
                .mov(R4, MappedLayout.BROKEN)
                .label("next_done");
        atMost(R1, R7, slotSize, slotSize | MappedLayout.MORE, "next_length");
        a.or(R4, R1);
        publish();
        a.jle(R7, slotSize, "written").sub(R7, slotSize).add(R9, slotSize).ja("next");
    }

    /**
     * Rings the bell if the reader sleeps. It says so and looks at the descriptors then; here it is the other way
     * round, and a full barrier stands between the two on either side: one of them sees the other. The exchange has
     * one processor ring.
     */
    private void ring() {
        a.label("written")
                .ldMapValue(R8, control, 0)
                .ldx(W, R1, R8, MappedLayout.SLEEPING)
                .jeq(R1, 0, "taken");
        a.mov(R1, 0).xchg(W, R8, MappedLayout.SLEEPING, R1).jeq(R1, 0, "taken");
        a.ldMap(R1, bell).mov(R2, BELL_RECORD).mov(R3, 0).call(Helper.RINGBUF_RESERVE);
        // A bell without room is ringing.
        a.jeq(R0, 0, "taken").mov(R1, R0).mov(R2, Bpf.BPF_RB_FORCE_WAKEUP).call(Helper.RINGBUF_SUBMIT);
    }

    private Assembler ends() {
        counted("taken", MappedLayout.TAKEN);
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
