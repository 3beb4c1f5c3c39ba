// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.bindings.Time;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Timespec;
import jnr.ffi.LibraryLoader;

/**
 * Reads the CPU time of all threads of a process, in nanoseconds. The JDK's resolution of 10 ms is too coarse for short
 * runs.
 *
 * <p>Source: clock_gettime(2), clock_getcpuclockid(3).
 */
final class CpuTime {

    /**
     * CPUCLOCK_SCHED of linux/posix-timers.h, in the low bits of a clock id, below the complement of the process id.
     */
    private static final int SCHEDULED = 2;

    private static final int SHIFT = 3;

    private static final Clocks LIBC = LibraryLoader.create(Clocks.class).load(LibraryLoader.DEFAULT_LIBRARY);
    private static final Memory TIME = Memory.allocate(Timespec.SIZEOF);

    private CpuTime() {}

    /** libc's clock_gettime(2); public, because the implementation is generated at run time. */
    public interface Clocks {
        int clock_gettime(int clock, long time);
    }

    /** Returns the CPU time of this process in nanoseconds. */
    static long nanos() {
        return read(Time.CLOCK_PROCESS_CPUTIME_ID);
    }

    /**
     * Returns the CPU time of another process in nanoseconds.
     *
     * @throws IllegalStateException if the process has ended
     */
    static long nanos(ProcessHandle process) {
        return read((int) ~process.pid() << SHIFT | SCHEDULED);
    }

    private static synchronized long read(int clock) {
        if (LIBC.clock_gettime(clock, TIME.address()) != 0) {
            throw new IllegalStateException("clock_gettime(" + clock + "): the process has ended");
        }
        return Timespec.get(TIME, 0);
    }
}
