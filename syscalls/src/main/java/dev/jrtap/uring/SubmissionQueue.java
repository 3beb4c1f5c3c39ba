// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoSqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;

/**
 * Operations on their way to the kernel.
 *
 * <p>Threads: those of its {@link Ring}.
 */
public final class SubmissionQueue {

    private final Memory ring;
    private final Memory entries;
    private final Sqe sqe;
    private final int mask;
    private final int capacity;
    private final int kHead;
    private final int kTail;
    private final int kFlags;
    private int tail;

    SubmissionQueue(RingMaps maps) {
        RingSetup setup = maps.setup();
        ring = maps.submissionRing();
        entries = maps.entries();
        sqe = new Sqe(entries);
        capacity = setup.submissionEntries();
        mask = capacity - 1;
        kHead = setup.submissionOffset(IoSqringOffsets.HEAD);
        kTail = setup.submissionOffset(IoSqringOffsets.TAIL);
        kFlags = setup.submissionOffset(IoSqringOffsets.FLAGS);
        int array = setup.submissionOffset(IoSqringOffsets.ARRAY);
        for (int i = 0; i < capacity; i++) {
            ring.putI32(array + i * Integer.BYTES, i);
        }
    }

    /**
     * Takes the next free entry, cleared to zero.
     *
     * <p>The view is reused: it stays valid until the next {@code claim}. The kernel does not see the entry before
     * {@link Ring#submit}. An entry that was claimed but given no operation is submitted as a no-op.
     *
     * @return the entry, or {@code null} if all entries are pending; submit and try again
     */
    public Sqe claim() {
        if (pending() == capacity) {
            return null;
        }
        int at = (tail & mask) * IoUringSqe.SIZEOF;
        entries.zero(at, IoUringSqe.SIZEOF);
        tail++;
        return sqe.wrap(at);
    }

    /** Entries claimed and not yet taken by the kernel. */
    public int pending() {
        // Acquire: the kernel has read an entry before it moves the head past it, so we may write that entry again.
        return tail - ring.getI32Acquire(kHead);
    }

    /** Entries that can be claimed now. */
    public int space() {
        return capacity - pending();
    }

    /** Shows the claimed entries to the kernel. */
    void publish() {
        // Release: the kernel must not see the new tail before the entries. Pairs with its acquire of the tail in
        // io_uring_enter.
        ring.putI32Release(kTail, tail);
    }

    /** Whether the kernel holds completions back until the thread enters it. */
    boolean kernelHasWork() {
        // Opaque is enough: the flags only say that entering is worth it, and entering orders everything else.
        return (ring.getI32Opaque(kFlags) & (IoUring.IORING_SQ_TASKRUN | IoUring.IORING_SQ_CQ_OVERFLOW)) != 0;
    }
}
