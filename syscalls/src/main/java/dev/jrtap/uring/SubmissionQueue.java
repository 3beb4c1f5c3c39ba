// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoSqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import java.lang.invoke.VarHandle;

/**
 * Operations on their way to the kernel.
 *
 * <p>Threads: those of its {@link Ring}.
 */
public final class SubmissionQueue {

    private Memory ring;
    private Memory entries;
    private Entry sqe;
    private int entrySize;
    private boolean mixed;
    private int mask;
    private int capacity;
    private int kHead;
    private int kTail;
    private int kFlags;
    private int kDropped;
    private int seenHead;
    private int tail;
    private int published;
    private boolean countable = true;
    private int ownFlags;

    SubmissionQueue(RingMaps maps) {
        remap(maps);
    }

    /** Goes on in other memory, into which the kernel has copied what was in the present one; no entry is claimed. */
    void remap(RingMaps maps) {
        RingSetup setup = maps.setup();
        ring = maps.submissionRing();
        entries = maps.entries();
        capacity = setup.submissionEntries();
        mask = capacity - 1;
        entrySize = RingMaps.entrySize(setup);
        mixed = setup.has(SetupFlag.SQE_MIXED);
        sqe = new Entry(this, entries, new Scratch(capacity));
        kHead = setup.submissionOffset(IoSqringOffsets.HEAD);
        kTail = setup.submissionOffset(IoSqringOffsets.TAIL);
        kFlags = setup.submissionOffset(IoSqringOffsets.FLAGS);
        kDropped = setup.submissionOffset(IoSqringOffsets.DROPPED);
        if (!setup.has(SetupFlag.NO_SQARRAY)) {
            int array = setup.submissionOffset(IoSqringOffsets.ARRAY);
            for (int i = 0; i < capacity; i++) {
                ring.putI32(array + i * Integer.BYTES, i);
            }
        }
    }

    /**
     * Takes the next free entry.
     *
     * <p>The view is reused: it stays valid until the next {@code claim}. The kernel does not see the entry before
     * {@link Ring#submit}. An entry that was claimed but given no operation is submitted as a no-op.
     *
     * @return the entry, or {@code null} if all entries are pending; submit and try again
     */
    public Operations claim() {
        return claimEntry();
    }

    /** Like {@link #claim}, for the ring itself. */
    Entry claimEntry() {
        // The head is read only when it matters: its cache line is the kernel's.
        if (tail - seenHead == capacity && pending() == capacity) {
            return null;
        }
        sqe.settle();
        int slot = tail++ & mask;
        int at = slot * entrySize;
        if (entrySize > IoUringSqe.SIZEOF) {
            entries.zero(at + IoUringSqe.SIZEOF, entrySize - IoUringSqe.SIZEOF);
        }
        return sqe.wrap(at, slot);
    }

    /**
     * Takes the next free entry of 128 bytes: on a ring with {@link SetupFlag#SQE128} any entry is one, on a ring with
     * {@link SetupFlag#SQE_MIXED} it is two in a row.
     *
     * @return the entry, or {@code null} if there is no room; submit and try again
     */
    public Operations claim128() {
        if (!mixed) {
            if (entrySize == IoUringSqe.SIZEOF) {
                throw new IllegalStateException("the ring was set up with neither SQE128 nor SQE_MIXED");
            }
            return claim();
        }
        boolean atEnd = (tail & mask) == mask;
        if (space() < (atEnd ? 3 : 2)) {
            return null;
        }
        if (atEnd) {
            Entry filler = claimEntry();
            filler.nop();
            filler.reserved(ReservedData.FILLER);
        }
        sqe.settle();
        int slot = tail & mask;
        entries.zero((slot + 1) * entrySize, entrySize);
        tail += 2;
        // The kernel counts the two entries, and completes one operation.
        loseCount();
        return sqe.wrap(slot * entrySize, slot);
    }

    /** Entries claimed and not yet taken by the kernel. */
    public int pending() {
        // Acquire: the kernel has read an entry before it moves the head past it, so we may write that entry again.
        seenHead = ring.getI32Acquire(kHead);
        return tail - seenHead;
    }

    /** Entries that can be claimed now. */
    public int space() {
        return capacity - pending();
    }

    /** Entries in all. */
    public int capacity() {
        return capacity;
    }

    /** Entries that the kernel has thrown away, because their index was wrong: always 0 unless somebody writes to the ring. */
    public int dropped() {
        return ring.getI32Opaque(kDropped);
    }

    /**
     * Shows the claimed entries to the kernel.
     *
     * @return how many were not shown before
     */
    int publish() {
        sqe.settle();
        // Release: the kernel must not see the new tail before the entries. Pairs with its acquire of the tail in
        // io_uring_enter, or in its polling thread.
        ring.putI32Release(kTail, tail);
        int fresh = tail - published;
        published = tail;
        return fresh;
    }

    /** Whether the polling thread sleeps, or is about to, and must be woken to see what has been published. */
    boolean needsWakeup() {
        // Full fence: our store of the tail must be visible before we load the flag. The polling thread does the
        // mirror image: sets the flag, fences, and looks at the tail once more before it sleeps. A release store and a
        // later load of another word may change places, on x86 too, and then both sides would see the old value and
        // the entries would wait for ever.
        VarHandle.fullFence();
        return (ring.getI32Opaque(kFlags) & IoUring.IORING_SQ_NEED_WAKEUP) != 0;
    }

    /** Whether the kernel holds completions back until the thread enters it. */
    boolean kernelHasWork() {
        // Opaque is enough: the flags only say that entering is worth it, and entering orders everything else.
        return (ring.getI32Opaque(kFlags) & (IoUring.IORING_SQ_TASKRUN | IoUring.IORING_SQ_CQ_OVERFLOW)) != 0;
    }

    /** Whether completions found no room in their queue, and wait in the kernel. */
    boolean hasOverflow() {
        return (ring.getI32Opaque(kFlags) & IoUring.IORING_SQ_CQ_OVERFLOW) != 0;
    }

    /** From now on the number of completions does not tell how many operations are over. */
    void loseCount() {
        countable = false;
    }

    boolean isCountable() {
        return countable;
    }

    /** The {@code IOSQE_*} that the ring's own operations carry, because its restrictions require them of every entry. */
    int ownFlags() {
        return ownFlags;
    }

    void ownFlags(int flags) {
        ownFlags = flags;
    }
}
