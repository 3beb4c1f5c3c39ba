// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoSqringOffsets;
import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringCqe;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;

/**
 * The memory shared with the kernel: both rings, in one mapping where the kernel says IORING_FEAT_SINGLE_MMAP and in
 * two where it does not, and the array of submission entries; or all of it in memory of our own.
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
        if (setup.own() != null) {
            Mapping rings = setup.own().ringMapping();
            return new RingMaps(rings, rings, setup.own().entryMapping(), setup);
        }
        int array = setup.has(SetupFlag.NO_SQARRAY) ? 0 : setup.submissionEntries() * Integer.BYTES;
        int sqSize = Math.max(setup.submissionOffset(IoSqringOffsets.ARRAY) + array, headerSize(setup));
        int cqSize = setup.completionOffset(IoCqringOffsets.CQES) + setup.completionEntries() * completionSize(setup);
        boolean single = setup.hasFeature(IoUring.IORING_FEAT_SINGLE_MMAP);
        Fd fd = setup.fd().descriptor();
        Mapping sq = null;
        Mapping cq = null;
        try {
            sq = Mapping.shared(fd, single ? Math.max(sqSize, cqSize) : sqSize, IoUring.IORING_OFF_SQ_RING);
            cq = single ? sq : Mapping.shared(fd, cqSize, IoUring.IORING_OFF_CQ_RING);
            Mapping entries = Mapping.shared(fd, setup.submissionEntries() * entrySize(setup), IoUring.IORING_OFF_SQES);
            return new RingMaps(sq, cq, entries, setup);
        } catch (Throwable e) {
            if (cq != null) {
                cq.close();
            }
            if (sq != null) {
                sq.close();
            }
            throw e;
        }
    }

    /** Without an array nothing else says how far the words of the submission ring reach. */
    private static int headerSize(RingSetup setup) {
        int last = Math.max(
                setup.submissionOffset(IoSqringOffsets.FLAGS), setup.submissionOffset(IoSqringOffsets.DROPPED));
        return last + Integer.BYTES;
    }

    /** Bytes from one submission entry to the next. */
    static int entrySize(RingSetup setup) {
        return setup.has(SetupFlag.SQE128) ? 2 * IoUringSqe.SIZEOF : IoUringSqe.SIZEOF;
    }

    /** Bytes from one completion to the next. */
    static int completionSize(RingSetup setup) {
        return setup.has(SetupFlag.CQE32) ? 2 * IoUringCqe.SIZEOF : IoUringCqe.SIZEOF;
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
