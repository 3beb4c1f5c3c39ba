// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

/** A user of memory that continues after the call that started it has returned: an operation of a ring. */
public interface MemoryUser {

    /** Keeps {@code holder}, and so the memory that lies in it, reachable until the use is over. */
    MemoryUser keepAlive(Object holder);
}
