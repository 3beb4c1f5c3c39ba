// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;

/**
 * One block of native memory, cut into slots for packets.
 *
 * <p>At every moment, the slots available, those in bursts and those in flight add up to {@link #slots}.
 *
 * <p>Threads: one at a time; the queues that share a pool are driven by one thread.
 */
public final class PacketPool implements AutoCloseable {

    /** No slot. */
    static final int NONE = -1;

    /** Buffer ids have 16 bits. */
    private static final int MAX_SLOTS = 65536;

    private static final int HEADROOM = 64;

    private final Mapping mapping;
    private final int slotSize;
    private final int[] free;
    private final int[] offset;
    private final int[] length;
    private int available;
    private boolean closed;

    private PacketPool(Mapping mapping, int slots, int slotSize) {
        this.mapping = mapping;
        this.slotSize = slotSize;
        this.free = new int[slots];
        this.offset = new int[slots];
        this.length = new int[slots];
        for (int slot = slots - 1; slot >= 0; slot--) {
            free[available++] = slot;
        }
    }

    /** A pool whose slots hold frames of {@code mtu} bytes of IP packet. */
    public static PacketPool forMtu(int slots, int mtu) throws ErrnoException {
        int frame = mtu + Rtap.MAX_FRAME_OVERHEAD;
        return create(Syscalls.libc(), slots, Math.max(2048, (HEADROOM + frame + 1 + 63) & -64));
    }

    /**
     * A pool of {@code slots} slots of {@code slotSize} bytes. {@value #HEADROOM} of them are headroom before the frame, the last
     * one stays free: a frame that reaches it was cut off.
     *
     * @param slots 1..65536
     * @param slotSize 128 bytes or more
     */
    public static PacketPool create(Syscalls sys, int slots, int slotSize) throws ErrnoException {
        if (slots < 1 || slots > MAX_SLOTS) {
            throw new IllegalArgumentException("a pool has 1.." + MAX_SLOTS + " slots: " + slots);
        }
        if (slotSize < 2 * HEADROOM || (long) slots * slotSize > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a slot has " + 2 * HEADROOM + " bytes or more, and a pool less than 2 GiB: " + slotSize);
        }
        return new PacketPool(Mapping.anonymous(sys, slots * slotSize), slots, slotSize);
    }

    /** Slots that are free. */
    public int available() {
        return available;
    }

    /** Slots in all. */
    public int slots() {
        return free.length;
    }

    /** Bytes of the longest frame that a slot holds. */
    public int frameCapacity() {
        return slotSize - HEADROOM - 1;
    }

    /** The bytes of all slots. */
    public Memory memory() {
        return mapping.memory();
    }

    /** A free slot, its frame empty; {@link #NONE} if there is none. */
    int take() {
        if (available == 0) {
            return NONE;
        }
        int slot = free[--available];
        offset[slot] = slot * slotSize + HEADROOM;
        length[slot] = 0;
        return slot;
    }

    void release(int slot) {
        free[available++] = slot;
    }

    int offset(int slot) {
        return offset[slot];
    }

    int length(int slot) {
        return length[slot];
    }

    void length(int slot, int bytes) {
        length[slot] = bytes;
    }

    /** Address of the vnet header, which stands right before the frame. */
    long headerAddress(int slot) {
        return mapping.memory().address() + offset[slot] - TapQueue.VNET_HEADER_LENGTH;
    }

    /** Bytes from the vnet header to the end of the slot. */
    int bufferLength() {
        return TapQueue.VNET_HEADER_LENGTH + slotSize - HEADROOM;
    }

    /**
     * Unmaps the slots.
     *
     * @throws IllegalStateException if a packet is in a burst or in flight: close the queues and release the bursts first
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (available != free.length) {
            throw new IllegalStateException((free.length - available) + " of " + free.length
                    + " packets are still in bursts or in flight: close the queues and release the bursts first");
        }
        closed = true;
        mapping.close();
    }
}
