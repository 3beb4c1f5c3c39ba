// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** Whether packets move through an io_uring, or each by a system call. */
public enum RingPolicy {
    /** Through an io_uring; opening a queue pair fails where it is forbidden or too old. */
    REQUIRE,
    /** Through an io_uring where one is available, otherwise by system calls; {@link QueuePair#granted} tells. */
    PREFER,
    /** By system calls. */
    OFF
}
