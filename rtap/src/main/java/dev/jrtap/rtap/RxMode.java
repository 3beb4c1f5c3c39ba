// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** How packets are received. */
public enum RxMode {
    /** {@link #ONE_SHOT}, or {@link #POLL} without io_uring. */
    AUTO,
    /**
     * One read that is posted once and completes for each packet, into a ring of buffers. Since Linux 6.7. Each frame
     * must fit into a slot.
     */
    MULTISHOT,
    /**
     * Reads of one packet each, posted together: the last waits for a packet, those before it take only what is there.
     * Never do several wait, for a packet wakes every one that does. Frames that are longer than a slot go into
     * several.
     */
    ONE_SHOT,
    /** A system call for each packet, and poll(2) to wait: without io_uring, and so for both directions. */
    POLL
}
