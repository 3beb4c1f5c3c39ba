// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import com.kenai.jffi.PageManager;
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
 * <p>The kernel does not say beforehand how large the rings' header is. The room left for it is more than any kernel to
 * date has needed; one that needs more refuses the set-up and writes nothing.
 *
 * <p>Before Linux 6.14 the pages must lie together in physical memory, so only what fits into one page is sure to work.
 */
record OwnRingMemory(Mapping ringMapping, Mapping entryMapping) implements AutoCloseable {

    private static final int HEADER_ROOM = 1024;
    private static final long PAGE = PageManager.getInstance().pageSize();

    /** Where it is taken from. */
    interface Place {
        OwnRingMemory allocate(Syscalls sys, int ringBytes, int entryBytes) throws ErrnoException;
    }

    static OwnRingMemory allocate(Syscalls sys, RingSetup.Request request, EnumSet<SetupFlag> flags)
            throws ErrnoException {
        return request.place().allocate(sys, ringBytes(request, flags), entryBytes(request, flags));
    }

    /** Bytes of the rings and the entries in one piece of memory, each in whole pages. */
    static int bytes(RingSetup.Request request, EnumSet<SetupFlag> flags) {
        return Math.addExact(wholePages(ringBytes(request, flags)), wholePages(entryBytes(request, flags)));
    }

    private static int ringBytes(RingSetup.Request request, EnumSet<SetupFlag> flags) {
        int cqe = IoUringCqe.SIZEOF * (flags.contains(SetupFlag.CQE32) ? 2 : 1);
        return HEADER_ROOM
                + powerOfTwo(request.completionEntries()) * cqe
                + powerOfTwo(request.entries()) * Integer.BYTES;
    }

    private static int entryBytes(RingSetup.Request request, EnumSet<SetupFlag> flags) {
        return powerOfTwo(request.entries()) * IoUringSqe.SIZEOF * (flags.contains(SetupFlag.SQE128) ? 2 : 1);
    }

    /** In pages of its own. */
    static OwnRingMemory anonymous(Syscalls sys, int ringBytes, int entryBytes) throws ErrnoException {
        Mapping rings = Mapping.anonymous(sys, ringBytes);
        try {
            return new OwnRingMemory(rings, Mapping.anonymous(sys, entryBytes));
        } catch (Throwable e) {
            rings.close();
            throw e;
        }
    }

    /** In huge pages: both lie in the one mapping, the entries behind the rings. */
    static OwnRingMemory huge(Syscalls sys, int ringBytes, int entryBytes) throws ErrnoException {
        int at = wholePages(ringBytes);
        Mapping both = Mapping.huge(sys, Math.addExact(at, entryBytes));
        return new OwnRingMemory(both, Mapping.borrowed(both.memory(), at, entryBytes));
    }

    /** In memory of the caller. */
    static OwnRingMemory in(Memory memory, int ringBytes, int entryBytes) {
        int at = wholePages(ringBytes);
        int needed = Math.addExact(at, entryBytes);
        if (memory.address() % PAGE != 0 || memory.size() < needed) {
            throw new IllegalArgumentException("the ring's memory must begin at a page of " + PAGE + " bytes and have "
                    + needed + ": it has " + memory.size() + " at 0x" + Long.toHexString(memory.address()));
        }
        memory.zero(0, needed);
        return new OwnRingMemory(Mapping.borrowed(memory, 0, ringBytes), Mapping.borrowed(memory, at, entryBytes));
    }

    private static int wholePages(int bytes) {
        return Math.toIntExact((bytes + PAGE - 1) / PAGE * PAGE);
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
        entryMapping.close();
        ringMapping.close();
    }
}
