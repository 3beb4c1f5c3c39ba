// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bpf.MappedArrayMap;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.lang.invoke.VarHandle;
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
    private final @Nullable FreeSlots shared;
    /** Of a shared pool, for views and for what happens once. */
    private final ReentrantLock lock = new ReentrantLock();

    private final PoolUsers users = new PoolUsers();
    private @Nullable MappedArrayMap map;
    private int available;
    private int availableViews;
    private boolean closed;

    private PacketPool(Mapping mapping, int slots, int slotSize, boolean isShared) {
        super(slots, slotSize);
        this.mapping = mapping;
        this.memory = mapping.memory();
        this.shared = isShared ? new FreeSlots(slots) : null;
        this.free = new int[isShared ? 0 : slots];
        this.freeViews = new int[slots];
        for (int slot = slots - 1; slot >= 0; slot--) {
            if (!isShared) {
                free[available++] = slot;
            }
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
        return new PacketPool(Mapping.anonymous(sys, PoolSize.checked(slots, slotSize)), slots, slotSize, false);
    }

    /** Like {@link #shared(Syscalls, int, int)}, with the real system calls. */
    public static PacketPool shared(int slots, int slotSize) throws ErrnoException {
        return shared(Syscalls.libc(), slots, slotSize);
    }

    /**
     * Makes a pool like {@link #create(Syscalls, int, int)} for several threads, which take and release packets without
     * a lock. Queues and {@link Burst#release} do so for many packets in one step, {@link Burst#add} for each. Only
     * views, of which a {@link Segmenter} makes packets, take a lock.
     */
    public static PacketPool shared(Syscalls sys, int slots, int slotSize) throws ErrnoException {
        return new PacketPool(Mapping.anonymous(sys, PoolSize.checked(slots, slotSize)), slots, slotSize, true);
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
                int all = takeAll(" packets are out, and the first queue with RxMode.MAPPED needs all of the pool:"
                        + " open it before others");
                try {
                    users.checkSole();
                    map = MappedArrayMap.at(mapping, sys, "rtap_packets", slotSize, slots);
                } finally {
                    putAll(all);
                }
            }
            return map;
        } finally {
            unlock();
        }
    }

    /** Returns how many slots are free. */
    public int available() {
        if (shared != null) {
            return shared.count();
        }
        releaseOwed();
        return available;
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
        if (shared == null) {
            users.checkThread();
        }
    }

    boolean isShared() {
        return shared != null;
    }

    /** A free slot as a packet of one segment, its frame and its vnet header empty; {@link #NONE} if there is none. */
    int take() {
        int slot = shared == null ? takeOwn() : shared.take();
        if (slot == NONE) {
            checkEmpty();
        } else {
            reset(slot, slot * slotSize + HEADROOM);
        }
        return slot;
    }

    private int takeOwn() {
        users.checkThread();
        if (available == 0) {
            releaseOwed();
        }
        return available == 0 ? NONE : free[--available];
    }

    /** Takes free slots as {@link #take(int[], int, int)} does, into the first places of {@code to}. */
    int take(int[] to, int count) {
        return take(to, 0, count);
    }

    /**
     * Takes free slots as {@link #take()} does, into the places of {@code to} from {@code first} on; returns how many:
     * less than {@code count} if there are no more.
     */
    int take(int[] to, int first, int count) {
        int taken = shared == null ? takeOwn(to, first, count) : shared.take(to, first, count);
        if (taken == 0) {
            checkEmpty();
        }
        for (int i = first; i < first + taken; i++) {
            int slot = to[i];
            reset(slot, slot * slotSize + HEADROOM);
        }
        return taken;
    }

    private int takeOwn(int[] to, int first, int count) {
        users.checkThread();
        if (available < count) {
            releaseOwed();
        }
        int taken = Math.min(available, count);
        int left = available;
        for (int i = first; i < first + taken; i++) {
            to[i] = free[--left];
        }
        available = left;
        return taken;
    }

    /** Refuses a closed pool, whose slots are all taken. */
    private void checkEmpty() {
        lockIfShared();
        try {
            checkOpen();
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
        checkThread();
        lockIfShared();
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
        if (shared == null) {
            users.checkThread();
            releaseSegments(head);
        } else {
            push(shared, link(shared, head, FreeSlots.NO_LINK));
        }
    }

    /** Releases the first {@code count} of {@code heads}, of which some may be {@link #NONE}. */
    void release(int[] heads, int count) {
        if (shared == null) {
            users.checkThread();
            for (int i = 0; i < count; i++) {
                releaseSegments(heads[i]);
            }
        } else {
            int freed = FreeSlots.NO_LINK;
            for (int i = 0; i < count; i++) {
                freed = link(shared, heads[i], freed);
            }
            push(shared, freed);
        }
    }

    private void releaseSegments(int head) {
        if (head == NONE) {
            return;
        }
        int segment = releaseSegment(head);
        while (segment != NONE) {
            segment = releaseSegment(segment);
        }
    }

    /** Releases one segment; returns the next. */
    private int releaseSegment(int segment) {
        int next = next(segment);
        int slot = slotOf(segment);
        if (slot != segment) {
            freeViews[availableViews++] = segment;
        }
        if (drop(slot)) {
            free[available++] = slot;
        }
        return next;
    }

    /** Joins the slots that a packet leaves free to {@code others}; returns the link. */
    private int link(FreeSlots to, int head, int others) {
        int freed = others;
        int segment = head;
        while (segment != NONE) {
            int next = next(segment);
            int slot = segment < slots && isSole(segment) ? segment : releaseViewed(segment);
            if (slot != NONE) {
                freed = to.join(slot, freed);
            }
            segment = next;
        }
        return freed;
    }

    /** Releases a segment of a slot that others may refer to; returns the slot if that was the last one of it. */
    private int releaseViewed(int segment) {
        lock.lock();
        try {
            int slot = slotOf(segment);
            if (slot != segment) {
                freeViews[availableViews++] = segment;
            }
            // isSole() of another thread follows what this one has done to the slot.
            VarHandle.releaseFence();
            return drop(slot) ? slot : NONE;
        } finally {
            lock.unlock();
        }
    }

    private static void push(FreeSlots to, int freed) {
        if (freed != FreeSlots.NO_LINK) {
            to.push(freed);
        }
    }

    /**
     * Takes every slot, so that nobody has a packet until {@link #putAll}.
     *
     * @throws IllegalStateException if a packet is out
     */
    private int takeAll(String remedy) {
        int all = shared != null ? shared.takeAll() : available == slots ? slots : FreeSlots.NO_LINK;
        if (all == FreeSlots.NO_LINK) {
            // At least one was, even if another thread has released it since.
            throw new IllegalStateException(Math.max(1, slots - available()) + " of " + slots + remedy);
        }
        return all;
    }

    private void putAll(int all) {
        if (shared != null) {
            shared.push(all);
        }
    }

    /** Releases what a closed queue has left, see {@link PoolUsers#release}. */
    void releaseAtEnd(Runnable left) {
        if (shared == null) {
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

    private void lockIfShared() {
        if (shared != null) {
            lock.lock();
        }
    }

    private void unlock() {
        if (shared != null) {
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
            int all =
                    takeAll(" packets are still in bursts or in flight: close the queues and release the bursts first");
            try {
                users.close();
                closed = true;
            } finally {
                if (!closed) {
                    putAll(all);
                }
            }
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
