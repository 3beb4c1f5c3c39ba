// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoSqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringCqe;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;

/**
 * The memory shared with the kernel: both rings, in one mapping where the kernel says IORING_FEAT_SINGLE_MMAP and in two where it
 * does not, and the array of submission entries.
 */
final class RingMaps implements AutoCloseable {

    private final Mapping submissionRing;
    private final Mapping completionRing;
    private final Mapping entries;
    private final RingSetup setup;

    private RingMaps(Mapping submissionRing, Mapping completionRing, Mapping entries, RingSetup setup) {
        this.submissionRing = submissionRing;
        this.completionRing = completionRing;
        this.entries = entries;
        this.setup = setup;
    }

    static RingMaps map(RingSetup setup) throws ErrnoException {
        int sqSize = setup.submissionOffset(IoSqringOffsets.ARRAY) + setup.submissionEntries() * Integer.BYTES;
        int cqSize = setup.completionOffset(IoCqringOffsets.CQES) + setup.completionEntries() * IoUringCqe.SIZEOF;
        boolean single = setup.hasFeature(IoUring.IORING_FEAT_SINGLE_MMAP);
        Mapping sq = null;
        Mapping cq = null;
        try {
            sq = Mapping.shared(setup.fd(), single ? Math.max(sqSize, cqSize) : sqSize, IoUring.IORING_OFF_SQ_RING);
            cq = single ? sq : Mapping.shared(setup.fd(), cqSize, IoUring.IORING_OFF_CQ_RING);
            Mapping entries =
                    Mapping.shared(setup.fd(), setup.submissionEntries() * IoUringSqe.SIZEOF, IoUring.IORING_OFF_SQES);
            return new RingMaps(sq, cq, entries, setup);
        } catch (ErrnoException | RuntimeException e) {
            if (cq != null) {
                cq.close();
            }
            if (sq != null) {
                sq.close();
            }
            throw e;
        }
    }

    Memory submissionRing() {
        return submissionRing.memory();
    }

    Memory completionRing() {
        return completionRing.memory();
    }

    Memory entries() {
        return entries.memory();
    }

    RingSetup setup() {
        return setup;
    }

    @Override
    public void close() {
        entries.close();
        completionRing.close();
        submissionRing.close();
    }
}
