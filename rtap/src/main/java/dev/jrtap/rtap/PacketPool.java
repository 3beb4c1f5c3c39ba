// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bpf.MappedArrayMap;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One block of native memory, cut into slots for packets.
 *
 * <p>A packet is a chain of segments, of which most have one. A segment lies in a slot, or is a <i>view</i> of a part
 * of another one's slot, which then stays in use until the last view of it is released.
 *
 * <p>At every moment, the slots available, those in bursts and those in flight add up to {@link #slots}.
 *
 * <p>Threads: the first thread that takes or releases a packet owns the pool until it ends, and any other gets an
 * {@link IllegalStateException}; so all queues over one pool are driven by one thread. A pool made by {@link #shared}
 * may be used by several, each with bursts of its own.
 *
 * <p>Ownership: an open queue keeps its pool open, because the kernel writes into it. Close the queues first.
 */
public final class PacketPool extends SegmentTable implements AutoCloseable {

    /** Segments that a packet can have; what the kernel takes in one call is many more. */
    static final int MAX_SEGMENTS = 256;

    private final Mapping mapping;
    private final Memory memory;
    private final int[] free;
    private final int[] freeViews;
    private final @Nullable ReentrantLock lock;
    private final PoolUsers users = new PoolUsers();
    private @Nullable MappedArrayMap map;
    private int available;
    private int availableViews;
    private boolean closed;

    private PacketPool(Mapping mapping, int slots, int slotSize, @Nullable ReentrantLock lock) {
        super(slots, slotSize);
        this.mapping = mapping;
        this.memory = mapping.memory();
        this.lock = lock;
        this.free = new int[slots];
        this.freeViews = new int[slots];
        for (int slot = slots - 1; slot >= 0; slot--) {
            free[available++] = slot;
            freeViews[availableViews++] = slots + slot;
        }
    }

    /**
     * Makes a pool whose slots hold frames of {@code mtu} bytes of IP packet.
     *
     * @param mtu 0..65535 bytes
     */
    public static PacketPool forMtu(int slots, int mtu) throws ErrnoException {
        return create(slots, PoolSize.slotForMtu(mtu));
    }

    /** Like {@link #create(Syscalls, int, int)}, with the real system calls. */
    public static PacketPool create(int slots, int slotSize) throws ErrnoException {
        return create(Syscalls.libc(), slots, slotSize);
    }

    /**
     * Makes a pool of {@code slots} slots of {@code slotSize} bytes. {@value SegmentTable#HEADROOM} of them are
     * headroom before the frame, the last one stays free: a frame that reaches it was truncated. A longer frame is
     * received into several slots.
     *
     * @param slots 1..65536
     * @param slotSize 128 bytes or more
     */
    public static PacketPool create(Syscalls sys, int slots, int slotSize) throws ErrnoException {
        return new PacketPool(Mapping.anonymous(sys, PoolSize.checked(slots, slotSize)), slots, slotSize, null);
    }

    /** Like {@link #shared(Syscalls, int, int)}, with the real system calls. */
    public static PacketPool shared(int slots, int slotSize) throws ErrnoException {
        return shared(Syscalls.libc(), slots, slotSize);
    }

    /**
     * Makes a pool like {@link #create(Syscalls, int, int)} for several threads, at the cost of a lock for each packet
     * taken or released.
     */
    public static PacketPool shared(Syscalls sys, int slots, int slotSize) throws ErrnoException {
        return new PacketPool(
                Mapping.anonymous(sys, PoolSize.checked(slots, slotSize)), slots, slotSize, new ReentrantLock());
    }

    /**
     * Has BPF programs write into the slots: the memory becomes that of a map, at the same addresses, whose values are
     * the slots.
     *
     * @return the map, which is this pool's
     * @throws IllegalStateException if a packet is out, or more than the queue that asks is open: what the kernel knows
     *     of the memory before, it would write to still
     * @throws IllegalArgumentException if the slots have no multiple of 8 bytes
     */
    MappedArrayMap shareWithPrograms(Syscalls sys) throws ErrnoException {
        lockIfShared();
        try {
            checkOpen();
            if (map == null) {
                if (slotSize % Long.BYTES != 0) {
                    throw new IllegalArgumentException(
                            "RxMode.MAPPED needs slots of a multiple of 8 bytes: slotSize=" + slotSize);
                }
                if (available != slots) {
                    throw new IllegalStateException((slots - available) + " of " + slots + " packets are out, and the"
                            + " first queue with RxMode.MAPPED needs all of the pool: open it before others");
                }
                users.checkSole();
                map = MappedArrayMap.at(mapping, sys, "rtap_packets", slotSize, slots);
            }
            return map;
        } finally {
            unlock();
        }
    }

    /** Returns how many slots are free. */
    public int available() {
        lockIfShared();
        try {
            releaseOwed();
            return available;
        } finally {
            unlock();
        }
    }

    /** Slots in all. */
    public int slots() {
        return slots;
    }

    /** Bytes of the longest frame that one slot holds. */
    public int frameCapacity() {
        return slotSize - HEADROOM - 1;
    }

    /**
     * Returns the bytes of all slots.
     *
     * @throws IllegalStateException if the pool is closed
     */
    public Memory memory() {
        checkOpen();
        return memory;
    }

    /** Returns its users. */
    PoolUsers users() {
        return users;
    }

    /** Refuses a thread that must not take or release packets, before anything is touched. */
    void checkThread() {
        if (lock == null) {
            users.checkThread();
        }
    }

    boolean isShared() {
        return lock != null;
    }

    /** A free slot as a packet of one segment, its frame and its vnet header empty; {@link #NONE} if there is none. */
    int take() {
        enter();
        try {
            if (available == 0) {
                releaseOwed();
            }
            if (available == 0) {
                checkOpen();
                return NONE;
            }
            int slot = free[--available];
            reset(slot, slot * slotSize + HEADROOM);
            return slot;
        } finally {
            unlock();
        }
    }

    /**
     * Takes free slots as {@link #take} does, into the first places of {@code to}; returns how many: less than
     * {@code count} if there are no more.
     */
    int take(int[] to, int count) {
        enter();
        try {
            if (available < count) {
                releaseOwed();
            }
            int taken = Math.min(available, count);
            if (taken == 0) {
                checkOpen();
            }
            int left = available;
            for (int i = 0; i < taken; i++) {
                int slot = free[--left];
                reset(slot, slot * slotSize + HEADROOM);
                to[i] = slot;
            }
            available = left;
            return taken;
        } finally {
            unlock();
        }
    }

    /** Takes a free slot that follows others in a chain: all of it is for the frame. {@link #NONE} if there is none. */
    int takeContinuation() {
        int slot = take();
        if (slot != NONE) {
            offset(slot, slot * slotSize);
        }
        return slot;
    }

    /**
     * A view of {@code length} bytes at {@code offset} in the slot of {@code segment}; {@link #NONE} if there are too
     * many.
     */
    int view(int segment, int offset, int length) {
        enter();
        try {
            if (availableViews == 0) {
                return NONE;
            }
            int view = freeViews[--availableViews];
            int slot = slotOf(segment);
            refer(view, slot, offset, length);
            return view;
        } finally {
            unlock();
        }
    }

    /** Releases all segments of a packet. */
    void release(int head) {
        enter();
        try {
            releaseSegments(head);
        } finally {
            unlock();
        }
    }

    /** Releases the first {@code count} of {@code heads}, of which some may be {@link #NONE}. */
    void release(int[] heads, int count) {
        enter();
        try {
            for (int i = 0; i < count; i++) {
                releaseSegments(heads[i]);
            }
        } finally {
            unlock();
        }
    }

    private void releaseSegments(int head) {
        int segment = head;
        while (segment != NONE) {
            int next = next(segment);
            int slot = slotOf(segment);
            if (slot != segment) {
                freeViews[availableViews++] = segment;
            }
            if (drop(slot)) {
                free[available++] = slot;
            }
            segment = next;
        }
    }

    /** Releases what a closed queue has left, see {@link PoolUsers#release}. */
    void releaseAtEnd(Runnable left) {
        if (lock == null) {
            users.release(left);
        } else {
            left.run();
        }
    }

    private void releaseOwed() {
        if (users.isOwing()) {
            users.releaseOwed();
        }
    }

    /** Address of the vnet header. */
    long headerAddress(int head) {
        return memory.address() + header(head);
    }

    private void checkOpen() {
        if (closed) {
            throw PoolUsers.closedPool();
        }
    }

    private void enter() {
        checkThread();
        lockIfShared();
    }

    private void lockIfShared() {
        if (lock != null) {
            lock.lock();
        }
    }

    private void unlock() {
        if (lock != null) {
            lock.unlock();
        }
    }

    /**
     * Unmaps the slots. Further calls do nothing.
     *
     * @throws IllegalStateException if a queue over this pool is open, or a packet is in a burst or in flight: close
     *     the queues and release the bursts first
     */
    @Override
    public void close() {
        lockIfShared();
        try {
            if (closed) {
                return;
            }
            if (users.isOwing()) {
                users.releaseAllOwed();
            }
            if (available != slots) {
                throw new IllegalStateException((slots - available) + " of " + slots
                        + " packets are still in bursts or in flight: close the queues and release the bursts first");
            }
            users.close();
            closed = true;
            // Nothing can be taken any more, at no cost where packets are taken.
            available = 0;
            availableViews = 0;
        } finally {
            unlock();
        }
        if (map != null) {
            map.close();
        }
        mapping.close();
    }

    @Override
    public String toString() {
        return "PacketPool(" + slots + " slots of " + slotSize + " bytes" + (closed ? ", closed)" : ")");
    }
}
