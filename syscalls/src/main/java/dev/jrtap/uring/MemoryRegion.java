// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringMemRegionReg;
import dev.jrtap.bindings.IoUringRegionDesc;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;

/** Memory of this process that a ring shares with the kernel: struct io_uring_region_desc. */
final class MemoryRegion {

    /** A multiple of every size of page that Linux has by default. */
    private static final int PAGES = 65536;

    private MemoryRegion() {}

    static int wholePages(int size) {
        return Math.toIntExact((size + PAGES - 1L) / PAGES * PAGES);
    }

    /** Registers memory for whatever the kernel keeps in a ring's region. */
    static void register(RegisterCall ring, Memory memory) throws ErrnoException {
        ring.checkMayRegister();
        Memory region = ofOwnMemory(memory);
        Memory argument = Memory.allocate(IoUringMemRegionReg.SIZEOF);
        argument.putI64(IoUringMemRegionReg.REGION_UPTR, region.address());
        ring.register(RegisterOperation.MEM_REGION, "size=" + memory.size(), argument, 1);
        region.keepAlive();
        ring.lent().keepUntilTheEnd(memory);
    }

    static Memory ofOwnMemory(Memory memory) {
        Memory region = Memory.allocate(IoUringRegionDesc.SIZEOF);
        region.putI64(IoUringRegionDesc.USER_ADDR, memory.address());
        region.putI64(IoUringRegionDesc.SIZE, memory.size());
        region.putI32(IoUringRegionDesc.FLAGS, IoUring.IORING_MEM_REGION_TYPE_USER);
        return region;
    }
}
