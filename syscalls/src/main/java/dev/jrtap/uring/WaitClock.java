// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUringClockRegister;
import dev.jrtap.bindings.Time;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;

/**
 * The clock that measures the timeouts of waits for completions.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_CLOCK; clock_gettime(2).
 */
public enum WaitClock {
    /** Stands still while the machine is suspended. The kernel's choice. */
    MONOTONIC(Time.CLOCK_MONOTONIC),
    /** Runs on while the machine is suspended. */
    BOOTTIME(Time.CLOCK_BOOTTIME);

    private final int id;

    WaitClock(int id) {
        this.id = id;
    }

    void register(RegisterCall ring) throws ErrnoException {
        ring.checkMayRegister();
        Memory argument = Memory.allocate(IoUringClockRegister.SIZEOF);
        argument.putI32(IoUringClockRegister.CLOCKID, id);
        ring.fd().register(RegisterOperation.CLOCK, toString(), argument, 0);
    }
}
