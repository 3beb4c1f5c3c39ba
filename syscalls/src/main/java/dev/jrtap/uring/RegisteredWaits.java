// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringMemRegionReg;
import dev.jrtap.bindings.IoUringRegWait;
import dev.jrtap.bindings.IoUringRegionDesc;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Timespec;

/**
 * Parameters of waits, written once to memory that the kernel reads directly: {@link Ring#await(int, long, long)}
 * without copying its times in at every call.
 *
 * <p>Ownership: the memory is this object's, and goes with the ring when that is closed.
 *
 * <p>Threads: those of its {@link Ring}. Since Linux 6.13.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_MEM_REGION; io_uring_enter(2), IORING_ENTER_EXT_ARG_REG.
 */
public final class RegisteredWaits {

    private static final long NANOS_PER_MICRO = 1_000L;
    private static final int MAX_COUNT = 65536;

    private final RegisterCall ring;
    private final Waiting waiting;
    private final Memory waits;
    private final int count;

    /** How a ring waits as it is written at an offset of the memory, which says these times. */
    interface Waiting {
        int await(int completions, long offset, long minWaitNanos, long timeoutNanos);
    }

    private RegisteredWaits(RegisterCall ring, Waiting waiting, Mapping mapping, int count) {
        this.ring = ring;
        this.waiting = waiting;
        this.waits = mapping.memory();
        this.count = count;
    }

    static RegisteredWaits register(RegisterCall ring, Waiting waiting, int count) throws ErrnoException {
        ring.checkMayRegister();
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException("waits must be 1.." + MAX_COUNT + ": " + count);
        }
        Mapping mapping =
                Mapping.anonymous(ring.fd().syscalls(), MemoryRegion.wholePages(count * IoUringRegWait.SIZEOF));
        try {
            Memory region = MemoryRegion.ofOwnMemory(mapping.memory());
            Memory argument = Memory.allocate(IoUringMemRegionReg.SIZEOF);
            argument.putI64(IoUringMemRegionReg.REGION_UPTR, region.address());
            argument.putI64(IoUringMemRegionReg.FLAGS, IoUring.IORING_MEM_REGION_REG_WAIT_ARG);
            String arguments = "REG_WAIT_ARG, size=" + region.getI64(IoUringRegionDesc.SIZE);
            ring.fd().register(RegisterOperation.MEM_REGION, arguments, argument, 1);
            region.keepAlive();
            ring.keep(mapping);
            return new RegisteredWaits(ring, waiting, mapping, count);
        } catch (Throwable e) {
            mapping.close();
            throw e;
        }
    }

    /**
     * Writes a way of waiting down.
     *
     * @param index 0 to one less than were registered
     * @param minWaitNanos after this time one completion is enough, or, if none is there, the first that comes; 0 for
     *     no such time
     * @param timeoutNanos how long at most; {@link Long#MAX_VALUE} is without end
     */
    public void set(int index, long minWaitNanos, long timeoutNanos) {
        if (!ring.mayUse()) {
            return;
        }
        int at = offset(index);
        if (minWaitNanos < 0 || timeoutNanos < 0) {
            throw new IllegalArgumentException("times must not be negative: " + minWaitNanos + ", " + timeoutNanos);
        }
        boolean endless = timeoutNanos == Long.MAX_VALUE;
        Timespec.put(waits, at + IoUringRegWait.TS, timeoutNanos);
        waits.putI32(at + IoUringRegWait.FLAGS, endless ? 0 : IoUring.IORING_REG_WAIT_TS);
        waits.putI32(
                at + IoUringRegWait.MIN_WAIT_USEC, (int) Math.min(Integer.MAX_VALUE, minWaitNanos / NANOS_PER_MICRO));
    }

    /**
     * Submits, and sleeps as it is written at {@code index}: without end where nothing is. A {@link Ring#wake} ends it
     * early.
     *
     * @param completions how many to wait for, at least 1 and no more than the completion queue holds
     * @return how many are there to be drained: fewer if the time is up, or a signal came
     */
    public int await(int index, int completions) {
        if (!ring.mayUse()) {
            return 0;
        }
        int at = offset(index);
        boolean endless = (waits.getI32(at + IoUringRegWait.FLAGS) & IoUring.IORING_REG_WAIT_TS) == 0;
        long timeoutNanos = endless ? Long.MAX_VALUE : Timespec.get(waits, at + IoUringRegWait.TS);
        long minWaitNanos = (waits.getI32(at + IoUringRegWait.MIN_WAIT_USEC) & 0xffff_ffffL) * NANOS_PER_MICRO;
        return waiting.await(completions, at, minWaitNanos, timeoutNanos);
    }

    private int offset(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("wait " + index + " of " + count);
        }
        return index * IoUringRegWait.SIZEOF;
    }
}
