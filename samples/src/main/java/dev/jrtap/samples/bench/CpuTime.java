// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples.bench;

import dev.jrtap.bindings.Time;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Timespec;
import jnr.ffi.LibraryLoader;

/**
 * CPU time of all threads of a process, to the nanosecond. The JDK tells it in steps of 10 ms, which is more than what
 * a short run is measured for.
 *
 * <p>Source: clock_gettime(2), clock_getcpuclockid(3).
 */
final class CpuTime {

    /** CPUCLOCK_SCHED of linux/posix-timers.h, below the complement of a process's number. */
    private static final int SCHEDULED = 2;

    private static final int SHIFT = 3;

    private static final Clocks LIBC = LibraryLoader.create(Clocks.class).load("c");
    private static final Memory TIME = Memory.allocate(Timespec.SIZEOF);

    private CpuTime() {}

    /** The one function of libc; public, because the implementation is made at run time. */
    public interface Clocks {
        int clock_gettime(int clock, long time);
    }

    /** Returns the nanoseconds of this process. */
    static long nanos() {
        return read(Time.CLOCK_PROCESS_CPUTIME_ID);
    }

    /**
     * Returns the nanoseconds of another process.
     *
     * @throws IllegalStateException if it has ended
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
