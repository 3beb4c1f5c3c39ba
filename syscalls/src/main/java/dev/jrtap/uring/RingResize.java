// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import java.util.EnumSet;

/**
 * Larger or smaller queues in place of the present ones. The kernel makes them, copies what waits in them at the same
 * indices, and goes on with the new ones; so heads and tails stay as they are, and only the memory behind them changes.
 */
final class RingResize {

    private RingResize() {}

    /** Has the kernel make new queues for the ring of {@code before}; they wait to be mapped. */
    static RingSetup perform(RingSetup before, SubmissionQueue submission, int entries, int completions)
            throws ErrnoException {
        if (submission.outstanding() > 0) {
            throw new IllegalStateException(
                    "entries are claimed and not submitted, and would stay behind in the old queue: submit() first");
        }
        if (before.has(SetupFlag.DEFER_TASKRUN) && !before.has(SetupFlag.NO_SQARRAY)) {
            // The kernel does not say where the array of indices is in the new queue: Linux 6.18 answers 0.
            throw new NotEnabledException("only a ring with NO_SQARRAY can be resized");
        }
        OwnRingMemory own = before.own() == null ? null : ownMemory(before, entries, completions);
        Memory params = params(entries, completions, own);
        try {
            String arguments = "entries=" + entries + ", completions=" + completions;
            before.fd().register(RegisterOperation.RESIZE_RINGS, arguments, params, 1);
        } catch (Throwable e) {
            if (own != null) {
                own.close();
            }
            throw e;
        }
        // The kernel says again how large the queues are, but not what it can do.
        params.putI32(IoUringParams.FEATURES, before.params().getI32(IoUringParams.FEATURES));
        return new RingSetup(before.fd(), params, before.granted(), own);
    }

    /** Maps the new queues, and goes on with them. */
    static void moveTo(RingSetup resized, RingParts parts, SubmissionQueue submission, CompletionQueue completion)
            throws ErrnoException {
        RingMaps next = RingMaps.map(resized);
        submission.remap(next);
        completion.remap(next);
        parts.maps(next);
    }

    private static Memory params(int entries, int completions, OwnRingMemory own) {
        Memory params = Memory.allocate(IoUringParams.SIZEOF);
        params.putI32(IoUringParams.SQ_ENTRIES, entries);
        params.putI32(IoUringParams.CQ_ENTRIES, completions);
        params.putI32(IoUringParams.FLAGS, IoUring.IORING_SETUP_CQSIZE);
        if (own != null) {
            own.tell(params);
        }
        return params;
    }

    private static OwnRingMemory ownMemory(RingSetup before, int entries, int completions) throws ErrnoException {
        EnumSet<SetupFlag> none = EnumSet.noneOf(SetupFlag.class);
        RingSetup.Request request = new RingSetup.Request(entries, completions, before.granted(), none);
        return OwnRingMemory.allocate(before.fd().syscalls(), request, before.granted());
    }
}
