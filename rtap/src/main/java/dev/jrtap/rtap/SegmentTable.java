// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.VnetHeader;
import java.lang.invoke.VarHandle;

/**
 * The segments of the packets of a pool: where in which slot each lies, and which one follows it. The first ones are
 * slots, the others views of parts of them.
 *
 * <p>Threads: that of the owner of the packet.
 */
abstract class SegmentTable {

    /** No segment. */
    static final int NONE = -1;

    /** Bytes before the frame in a slot that has just been taken. */
    static final int HEADROOM = 64;

    // What is known of a segment lies together: one cache line holds four of them.
    private static final int FIELDS = 4;
    private static final int OFFSET = 0;
    private static final int LENGTH = 1;
    private static final int NEXT = 2;
    /** Of a slot: how many refer to it, itself included. Of a view: the slot it is of. */
    private static final int OWNER = 3;

    final int slots;
    final int slotSize;
    private final int[] segments;

    /** For adjacent slots of {@code slotSize} bytes. */
    SegmentTable(int slots, int slotSize) {
        this.slots = slots;
        this.slotSize = slotSize;
        this.segments = new int[2 * slots * FIELDS];
    }

    final int slotSize() {
        return slotSize;
    }

    /** Makes a slot or a view a packet of one segment, empty. */
    final void reset(int slot, int offset) {
        int at = slot * FIELDS;
        segments[at + OFFSET] = offset;
        segments[at + LENGTH] = 0;
        segments[at + NEXT] = NONE;
        segments[at + OWNER] = 1;
    }

    /** Makes {@code view} one of a part of {@code slot}, which it keeps in use. */
    final void refer(int view, int slot, int offset, int length) {
        reset(view, offset);
        segments[view * FIELDS + LENGTH] = length;
        segments[view * FIELDS + OWNER] = slot;
        segments[slot * FIELDS + OWNER]++;
    }

    /** Drops one reference to a slot; returns whether it was the last. */
    final boolean drop(int slot) {
        return --segments[slot * FIELDS + OWNER] == 0;
    }

    /** Returns whether no view refers to a slot; what threads have done to it that had views is over then. */
    final boolean isSole(int slot) {
        int references = segments[slot * FIELDS + OWNER];
        VarHandle.acquireFence();
        return references == 1;
    }

    /** Returns the slot that a segment lies in. */
    final int slotOf(int segment) {
        return segment < slots ? segment : segments[segment * FIELDS + OWNER];
    }

    final int offset(int segment) {
        return segments[segment * FIELDS + OFFSET];
    }

    final void offset(int segment, int offset) {
        segments[segment * FIELDS + OFFSET] = offset;
    }

    /** Bytes of one segment. */
    final int length(int segment) {
        return segments[segment * FIELDS + LENGTH];
    }

    final void length(int segment, int bytes) {
        segments[segment * FIELDS + LENGTH] = bytes;
    }

    final int next(int segment) {
        return segments[segment * FIELDS + NEXT];
    }

    final void next(int segment, int next) {
        segments[segment * FIELDS + NEXT] = next;
    }

    /** Bytes of a packet. */
    final int packetLength(int head) {
        int length = length(head);
        for (int segment = next(head); segment != NONE; segment = next(segment)) {
            length += length(segment);
        }
        return length;
    }

    final int segmentCount(int head) {
        int count = 1;
        for (int segment = next(head); segment != NONE; segment = next(segment)) {
            count++;
        }
        return count;
    }

    /** Position of the vnet header, which stands right before the frame. */
    final int header(int head) {
        return offset(head) - VnetHeader.LENGTH;
    }

    /** Returns whether there is room for a vnet header before the frame, in its own slot. */
    final boolean hasHeadroom(int head) {
        return head < slots && headroom(head) >= VnetHeader.LENGTH;
    }

    /** Bytes of the slot before the segment. */
    final int headroom(int segment) {
        return offset(segment) - slotOf(segment) * slotSize;
    }

    /** Bytes of the slot from the start of the segment on, except the last one of all. */
    final int room(int segment) {
        return (slotOf(segment) + 1) * slotSize - 1 - offset(segment);
    }

    /** Bytes from the vnet header to the end of the slot, of a packet that has just been taken. */
    final int bufferLength() {
        return VnetHeader.LENGTH + slotSize - HEADROOM;
    }
}
