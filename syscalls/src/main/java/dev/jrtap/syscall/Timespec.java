// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.KernelTimespec;
import dev.jrtap.memory.Memory;

/** A struct __kernel_timespec in native memory: 64-bit seconds and nanoseconds on every architecture. */
public final class Timespec {

    /** Bytes that one takes. */
    public static final int SIZEOF = KernelTimespec.SIZEOF;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Timespec() {}

    /**
     * Writes a time.
     *
     * @param nanos 0 or more
     */
    public static void put(Memory memory, int at, long nanos) {
        memory.putI64(at + KernelTimespec.TV_SEC, nanos / NANOS_PER_SECOND);
        memory.putI64(at + KernelTimespec.TV_NSEC, nanos % NANOS_PER_SECOND);
    }

    /** Returns a time that {@link #put} has written, in nanoseconds. */
    public static long get(Memory memory, int at) {
        return memory.getI64(at + KernelTimespec.TV_SEC) * NANOS_PER_SECOND
                + memory.getI64(at + KernelTimespec.TV_NSEC);
    }
}
