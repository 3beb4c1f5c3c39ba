// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoSqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.Ownership;
import java.lang.invoke.VarHandle;

/**
 * Operations on their way to the kernel.
 *
 * <p>Threads: those of its {@link Ring}. After the ring's close every method throws {@link IllegalStateException};
 * entries that were claimed and not submitted by then are never started.
 */
public final class SubmissionQueue {

    private final Ownership door;
    private final UnderWay underWay;
    private final FileSlots slots;
    private final LentMemory lent;
    private Memory ring;
    private Memory entries;
    private Entry entry;
    private int entrySize;
    private boolean mixed;
    // The kernel reads from the first entry at each submit, and looks at neither head nor tail.
    private boolean rewinds;
    // Whether entries have 128 bytes, or some of them.
    private boolean holdsLarge;
    private int mask;
    private int capacity;
    private int kHead;
    private int kTail;
    private int kFlags;
    private int kDropped;
    private int seenHead;
    // The tail at which no entry is free, as far as the head is known.
    private int fullAt;
    private int tail;
    private int published;
    private int ownFlags;
    private boolean drains;
    private Runnable onDrain = () -> {};

    SubmissionQueue(RingMaps maps, Ownership door, UnderWay underWay, FileSlots slots, LentMemory lent) {
        this.door = door;
        this.underWay = underWay;
        this.slots = slots;
        this.lent = lent;
        measure(maps.setup());
        // Until the ring is driven, what is claimed stands here: any thread may claim, and one may close meanwhile.
        entries = Memory.allocate(Math.multiplyExact(capacity, entrySize));
        entry = new Entry(this, entries, new Scratch(capacity * entrySize));
    }

    /** The ring is driven from now on: goes on in the memory shared with the kernel. */
    void begin(RingMaps maps) {
        Memory claimed = entries;
        share(maps);
        entries.copy(0, claimed, 0, Math.multiplyExact(tail, entrySize));
        entry.moveTo(entries);
    }

    /** Goes on in other memory, into which the kernel has copied what was in the present one; no entry is claimed. */
    void remap(RingMaps maps) {
        measure(maps.setup());
        share(maps);
        entry.unmap();
        entry = new Entry(this, entries, new Scratch(capacity * entrySize));
    }

    private void measure(RingSetup setup) {
        capacity = setup.submissionEntries();
        mask = capacity - 1;
        fullAt = seenHead + capacity;
        entrySize = RingMaps.entrySize(setup);
        mixed = setup.has(SetupFlag.SQE_MIXED);
        rewinds = setup.has(SetupFlag.SQ_REWIND);
        holdsLarge = mixed || entrySize > IoUringSqe.SIZEOF;
    }

    private void share(RingMaps maps) {
        RingSetup setup = maps.setup();
        ring = maps.submissionRing();
        entries = maps.entries();
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

    /** The memory is about to be unmapped. */
    void unmap() {
        entry.unmap();
    }

    /**
     * Takes the next free entry.
     *
     * <p>The view is reused: it stays valid until the next claim or submit. The kernel does not see the entry before
     * {@link Ring#submit}. An entry that was claimed but given no operation is submitted as a no-op.
     *
     * @return the entry, or {@code null} if all entries are pending; submit and try again
     */
    public Operations claim() {
        door.require();
        return claimEntry();
    }

    /** Like {@link #claim}, for the ring itself. */
    Entry claimEntry() {
        // The head is read only when it matters: its cache line is the kernel's.
        if (tail == fullAt && outstanding() == capacity) {
            return null;
        }
        entry.settle();
        int slot = tail++ & mask;
        return entry.wrap(holdsLarge ? size(slot) : slot * IoUringSqe.SIZEOF);
    }

    /** Where large entries stand beside small ones this is a small one. */
    private int size(int slot) {
        int at = slot * entrySize;
        entry.large(!mixed);
        if (!mixed) {
            entries.zero(at + IoUringSqe.SIZEOF, entrySize - IoUringSqe.SIZEOF);
        }
        return at;
    }

    /**
     * Takes the next free entry of 128 bytes: on a ring with {@link SetupFlag#SQE128} any entry is one, on a ring with
     * {@link SetupFlag#SQE_MIXED} it is two in a row.
     *
     * @return the entry, or {@code null} if there is no room; submit and try again
     */
    public Operations claim128() {
        door.require();
        if (!mixed) {
            if (entrySize == IoUringSqe.SIZEOF) {
                throw new NotEnabledException(
                        "the ring was set up with neither SQE128 nor SQE_MIXED (since Linux 6.19)");
            }
            return claimEntry();
        }
        if ((tail & mask) == mask && outstanding() < capacity && !rewinds) {
            fillEnd();
        }
        if (capacity - outstanding() < 2) {
            return null;
        }
        entry.settle();
        int slot = tail & mask;
        entries.zero((slot + 1) * entrySize, entrySize);
        tail += 2;
        // The kernel counts the two entries, and completes one operation.
        underWay.own(1);
        entry.large(true);
        return entry.wrap(slot * entrySize);
    }

    /**
     * Large entries do not wrap. A chain goes on over what fills the last place; and a queue of two must come past it,
     * too.
     */
    private void fillEnd() {
        int chain = isInChain() ? entry.chain() : 0;
        Entry filler = claimEntry();
        filler.nop();
        filler.reserved(ReservedData.FILLER);
        filler.chain(chain);
        underWay.own(1);
    }

    /**
     * Refuses to cancel {@code more} operations one by one if there are not as many entries beside the one that is
     * claimed.
     */
    void checkRoomToCancel(int more, long userData) {
        if (more > capacity - outstanding()) {
            throw new IllegalStateException(more + " operations with the user data " + userData
                    + " were given memory, canceling each takes an entry more, and " + (capacity - outstanding())
                    + " are free: submit() and claim again, or cancel all by file or kind");
        }
    }

    /** Goes on with another entry of the same operation: the kernel counts them, and the user is told of one. */
    void claimPart() {
        claimEntry();
        underWay.own(1);
    }

    /** Returns how many entries are claimed and not yet taken by the kernel. */
    public int pending() {
        return door.check() ? outstanding() : 0;
    }

    /** Like {@link #pending}, for the ring itself. */
    int outstanding() {
        if (ring == null || rewinds) {
            return tail;
        }
        // Acquire: the kernel has read an entry before it moves the head past it, so we may write that entry again.
        seenHead = ring.getI32Acquire(kHead);
        fullAt = seenHead + capacity;
        return tail - seenHead;
    }

    /** Whether the kernel has entries to take; reads shared memory only if it had when that was last asked. */
    boolean hasUntaken() {
        return tail != seenHead && outstanding() > 0;
    }

    /** Returns how many entries can be claimed now. */
    public int space() {
        door.require();
        return capacity - outstanding();
    }

    /** Returns how many entries there are in all. */
    public int capacity() {
        return capacity;
    }

    /**
     * Returns how many entries the kernel has dropped, because their index was wrong: 0 unless other code writes to the
     * ring.
     */
    public int dropped() {
        door.require();
        return ring == null ? 0 : ring.getI32Opaque(kDropped);
    }

    /**
     * Shows the claimed entries to the kernel.
     *
     * @return how many were not shown before
     */
    int publish() {
        entry.settle();
        // Release: the kernel must not see the new tail before the entries. Pairs with its acquire of the tail in
        // io_uring_enter, or in its polling thread.
        ring.putI32Release(kTail, tail);
        entry.submitted();
        int fresh = tail - published;
        published = tail;
        return fresh;
    }

    /** The kernel has taken {@code count} entries: where it rewinds, those that it left move to the front. */
    void taken(int count) {
        if (!rewinds || count <= 0) {
            return;
        }
        tail -= count;
        if (tail > 0) {
            entries.copy(0, entries, count * entrySize, tail * entrySize);
            entry.moveDown(count * entrySize);
        }
        published = tail;
        // Nobody reads it but a resize, which would copy what has been taken.
        ring.putI32Release(kTail, tail);
    }

    /** Returns whether the polling thread sleeps, or is about to, and must be woken to see what has been published. */
    boolean needsWakeup() {
        // Full fence: our store of the tail must be visible before we load the flag. The polling thread does the mirror
        // image: sets the flag, fences, and looks at the tail once more before it sleeps. A release store and a later
        // load of another word may change places, on x86 too, and then both sides would see the old value and the
        // entries would wait without end.
        VarHandle.fullFence();
        return (ring.getI32Opaque(kFlags) & IoUring.IORING_SQ_NEED_WAKEUP) != 0;
    }

    /** Returns whether the kernel holds completions back until the thread enters it. */
    boolean kernelHasWork() {
        // Opaque is enough: the flags only say that entering is worth it, and entering orders everything else.
        return (ring.getI32Opaque(kFlags) & (IoUring.IORING_SQ_TASKRUN | IoUring.IORING_SQ_CQ_OVERFLOW)) != 0;
    }

    /** Returns whether completions found no room in their queue, and wait in the kernel. */
    boolean hasOverflow() {
        return (ring.getI32Opaque(kFlags) & IoUring.IORING_SQ_CQ_OVERFLOW) != 0;
    }

    /** The operation completes only if it fails, and is not counted. */
    void countSilent() {
        underWay.own(1);
        underWay.estimate();
    }

    /** Returns whether there may be an entry that waits for those before it. */
    boolean drains() {
        return drains;
    }

    void beginDrain() {
        drains = true;
        onDrain.run();
    }

    void endDrain() {
        drains = false;
    }

    /** Runs {@code action} for each entry that drains, before that is submitted. */
    void onDrain(Runnable action) {
        onDrain = action;
    }

    /**
     * Returns whether the next entry would join a chain: the last one claimed is linked to it, and the kernel has not
     * taken that yet.
     */
    boolean isInChain() {
        entry.settle();
        return outstanding() > 0 && entry.chain() != 0;
    }

    /** Returns the check that refuses a thread that may not fill in an entry. */
    Ownership door() {
        return door;
    }

    /** Returns whether {@link #door} would let the caller pass. */
    boolean isCallerAllowed() {
        return door.isDriver() || ring == null && !door.isRequested();
    }

    LentMemory lent() {
        return lent;
    }

    UnderWay underWay() {
        return underWay;
    }

    FileSlots slots() {
        return slots;
    }

    /**
     * Returns the {@code IOSQE_*} that the ring's own operations carry, because its restrictions require them of every
     * entry.
     */
    int ownFlags() {
        return ownFlags;
    }

    void ownFlags(int flags) {
        ownFlags = flags;
    }
}
