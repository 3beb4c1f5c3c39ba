// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringCqe;
import dev.jrtap.memory.Memory;
import java.lang.invoke.VarHandle;

/**
 * Results on their way from the kernel.
 *
 * <p>Threads: those of its {@link Ring}.
 */
public final class CompletionQueue {

    private final Memory ring;
    private final int mask;
    private final int cqes;
    private final int kHead;
    private final int kTail;
    private final int kOverflow;
    private final int kFlags;
    private int head;
    private long finished;

    CompletionQueue(RingMaps maps) {
        RingSetup setup = maps.setup();
        ring = maps.completionRing();
        mask = setup.completionEntries() - 1;
        cqes = setup.completionOffset(IoCqringOffsets.CQES);
        kHead = setup.completionOffset(IoCqringOffsets.HEAD);
        kTail = setup.completionOffset(IoCqringOffsets.TAIL);
        kOverflow = setup.completionOffset(IoCqringOffsets.OVERFLOW);
        kFlags = setup.completionOffset(IoCqringOffsets.FLAGS);
        signalEvents(false);
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
        int end = head + Math.min(limit, ring.getI32Acquire(kTail) - head);
        int start = head;
        try {
            while (head != end) {
                int at = cqes + (head & mask) * IoUringCqe.SIZEOF;
                long userData = ring.getI64(at + IoUringCqe.USER_DATA);
                int result = ring.getI32(at + IoUringCqe.RES);
                int flags = ring.getI32(at + IoUringCqe.FLAGS);
                head++;
                if (!CqeFlags.hasMore(flags)) {
                    finished++;
                }
                handler.onCompletion(userData, result, flags);
            }
        } finally {
            // Release: the kernel may write over the entries once it sees the head, and we have read them by then.
            ring.putI32Release(kHead, head);
        }
        return head - start;
    }

    /** Completions that wait to be drained. */
    public int ready() {
        return ring.getI32Acquire(kTail) - head;
    }

    /** Completions lost for want of room since the ring was set up. Stays 0 on kernels with IORING_FEAT_NODROP. */
    public int lost() {
        return ring.getI32Opaque(kOverflow);
    }

    /** Tells the kernel whether to signal the registered eventfd. */
    void signalEvents(boolean wanted) {
        ring.putI32Release(kFlags, wanted ? 0 : IoUring.IORING_CQ_EVENTFD_DISABLED);
        if (wanted) {
            // Full fence: the kernel must see that we want a signal before we look whether there is anything to sleep
            // for, or it
            // may post without a signal after we have looked. It does the mirror image: post, barrier, read the flag.
            VarHandle.fullFence();
        }
    }

    /** Operations that have completed for good: multishot ones count with their last completion. */
    long finished() {
        return finished;
    }
}
