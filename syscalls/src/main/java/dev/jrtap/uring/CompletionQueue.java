// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringCqe;
import dev.jrtap.memory.Memory;

/**
 * Results on their way from the kernel.
 *
 * <p>Threads: those of its {@link Ring}.
 */
public final class CompletionQueue {

    private final CompletionHandler own;
    private Memory ring;
    private int mask;
    private int stride;
    private boolean mixed;
    private int cqes;
    private int kHead;
    private int kTail;
    private int kOverflow;
    private int kFlags;
    private boolean holdsOther;
    private int surplus;
    private int head;
    private int current;
    private boolean currentIsLarge;
    private long finished;

    /** The ring's own completions go to {@code own}, all others to whoever drains. */
    CompletionQueue(RingMaps maps, CompletionHandler own) {
        this.own = own;
        remap(maps);
    }

    /** Goes on in other memory, into which the kernel has copied what was in the present one. */
    void remap(RingMaps maps) {
        RingSetup setup = maps.setup();
        ring = maps.completionRing();
        mask = setup.completionEntries() - 1;
        stride = RingMaps.completionSize(setup);
        mixed = setup.has(SetupFlag.CQE_MIXED);
        holdsOther |= mixed;
        currentIsLarge = stride > IoUringCqe.SIZEOF;
        cqes = setup.completionOffset(IoCqringOffsets.CQES);
        kHead = setup.completionOffset(IoCqringOffsets.HEAD);
        kTail = setup.completionOffset(IoCqringOffsets.TAIL);
        kOverflow = setup.completionOffset(IoCqringOffsets.OVERFLOW);
        kFlags = setup.completionOffset(IoCqringOffsets.FLAGS);
    }

    /**
     * Hands the waiting completions to {@code handler}, oldest first, at most {@code limit}. Never blocks, never enters the kernel.
     *
     * <p>A completion counts as taken when the handler is called, also if that throws.
     *
     * @return how many were handed over
     */
    public int drain(CompletionHandler handler, int limit) {
        // Acquire: an entry is read only after the tail that covers it. Pairs with the kernel's release of the tail.
        Memory ring = this.ring;
        int cqes = this.cqes;
        int mask = this.mask;
        int stride = this.stride;
        int end = ring.getI32Acquire(kTail);
        int handed = 0;
        try {
            while (head != end && handed < limit) {
                int at = cqes + (head & mask) * stride;
                long userData = ring.getI64(at + IoUringCqe.USER_DATA);
                // Result and flags with one load: the lower half first, as on every machine this library runs on.
                long word = ring.getI64(at + IoUringCqe.RES);
                int result = (int) word;
                int flags = (int) (word >>> Integer.SIZE);
                take(at, flags);
                if (ReservedData.contains(userData)) {
                    own.onCompletion(userData, result, flags);
                } else if (!isOther(userData, flags)) {
                    handed++;
                    handler.onCompletion(userData, result, flags);
                }
            }
        } finally {
            // Release: the kernel may write over the entries once it sees the head, and we have read them by then.
            ring.putI32Release(kHead, head);
        }
        return handed;
    }

    private void take(int at, int flags) {
        current = at;
        head++;
        if (mixed) {
            currentIsLarge = false;
            if (CqeFlags.isFiller(flags)) {
                return;
            }
            if (CqeFlags.isLarge(flags)) {
                currentIsLarge = true;
                head++;
            }
        }
        if (!CqeFlags.hasMore(flags)) {
            finished++;
        }
    }

    /**
     * The second half of a completion of 32 bytes, as two words; for a handler, about the completion that it is being given.
     *
     * @param word 0 or 1
     */
    public long extra(int word) {
        if (!currentIsLarge || word < 0 || word > 1) {
            throw new IllegalStateException("the completion has 16 bytes and no word " + word
                    + ": set the ring up with CQE32, or with CQE_MIXED and an operation that asks for more");
        }
        return ring.getI64(current + IoUringCqe.SIZEOF + word * Long.BYTES);
    }

    /** Completions that wait to be drained. */
    public int ready() {
        int tail = ring.getI32Acquire(kTail);
        if (!holdsOther) {
            return tail - head;
        }
        takeOtherAtHead(tail);
        int ready = 0;
        for (int at = head; at != tail; at++) {
            int cqe = cqes + (at & mask) * stride;
            int flags = ring.getI32(cqe + IoUringCqe.FLAGS);
            if (mixed && CqeFlags.isLarge(flags)) {
                at++;
            }
            if (!isOther(ring.getI64(cqe + IoUringCqe.USER_DATA), flags)) {
                ready++;
            }
        }
        surplus = tail - head - ready;
        return ready;
    }

    /** Places of the queue that the kernel counted as completions and the last {@link #ready} did not. */
    int surplus() {
        return surplus;
    }

    private void takeOtherAtHead(int tail) {
        while (head != tail) {
            int at = cqes + (head & mask) * stride;
            long userData = ring.getI64(at + IoUringCqe.USER_DATA);
            int result = ring.getI32(at + IoUringCqe.RES);
            int flags = ring.getI32(at + IoUringCqe.FLAGS);
            if (!isOther(userData, flags)) {
                return;
            }
            take(at, flags);
            ring.putI32Release(kHead, head);
            if (ReservedData.contains(userData)) {
                own.onCompletion(userData, result, flags);
            }
        }
    }

    /** From now on the ring's own completions may be among those that wait, and are not to be counted. */
    void expectOwn() {
        holdsOther = true;
    }

    /** Whether a completion is not for the handler: the ring's own, or one that only fills the end of the queue. */
    private boolean isOther(long userData, int flags) {
        return ReservedData.contains(userData) || mixed && CqeFlags.isFiller(flags);
    }

    /** Completions lost for want of room since the ring was set up. Stays 0 on kernels with {@link RingFeature#NODROP}. */
    public int lost() {
        return ring.getI32Opaque(kOverflow);
    }

    /** Whether the kernel signals a registered eventfd; it does until told otherwise. See {@link Registrar#eventFd}. */
    public void signalEvents(boolean wanted) {
        ring.putI32Release(kFlags, wanted ? 0 : IoUring.IORING_CQ_EVENTFD_DISABLED);
    }

    /** Operations that have completed for good: multishot ones count with their last completion. */
    long finished() {
        return finished;
    }
}
