// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoCqringOffsets;
import dev.jrtap.bindings.IoSqringOffsets;
import dev.jrtap.bindings.IoUringCqe;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.bindings.IoUringSqe;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;
import java.util.EnumSet;

/**
 * Memory of this process that holds both rings and the entries, for IORING_SETUP_NO_MMAP.
 *
 * <p>The kernel does not say beforehand how large the rings' header is. The room left for it is more than any kernel to date has
 * needed; one that needs more refuses the set-up and writes nothing.
 *
 * <p>Before Linux 6.14 the pages must lie together in physical memory, so only what fits into one page is sure to work.
 */
record OwnRingMemory(Mapping ringMapping, Mapping entryMapping) implements AutoCloseable {

    private static final int HEADER_ROOM = 1024;

    static OwnRingMemory allocate(Syscalls sys, RingSetup.Request request, EnumSet<SetupFlag> flags)
            throws ErrnoException {
        int entries = powerOfTwo(request.entries());
        int completions = powerOfTwo(request.completionEntries());
        int cqe = IoUringCqe.SIZEOF * (flags.contains(SetupFlag.CQE32) ? 2 : 1);
        int sqe = IoUringSqe.SIZEOF * (flags.contains(SetupFlag.SQE128) ? 2 : 1);
        Mapping rings = Mapping.anonymous(sys, HEADER_ROOM + completions * cqe + entries * Integer.BYTES);
        try {
            return new OwnRingMemory(rings, Mapping.anonymous(sys, entries * sqe));
        } catch (ErrnoException | RuntimeException e) {
            rings.close();
            throw e;
        }
    }

    private static int powerOfTwo(int number) {
        return number <= 1 ? 1 : Integer.highestOneBit(number - 1) << 1;
    }

    /** Names the memory in a struct io_uring_params. */
    void tell(Memory params) {
        params.putI64(
                IoUringParams.SQ_OFF + IoSqringOffsets.USER_ADDR,
                entryMapping.memory().address());
        params.putI64(
                IoUringParams.CQ_OFF + IoCqringOffsets.USER_ADDR,
                ringMapping.memory().address());
    }

    @Override
    public void close() {
        ringMapping.close();
        entryMapping.close();
    }
}
