// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** How packets are received. */
public enum RxMode {
    /**
     * {@link #ONE_SHOT}, or {@link #POLL} without io_uring; never {@link #MAPPED}, which drops packets where other
     * modes let them wait.
     */
    AUTO,
    /**
     * One read that completes for each packet, into a ring of buffers. Since Linux 6.7. Each frame must fit into a
     * slot.
     */
    MULTISHOT,
    /**
     * Reads of one packet each, posted together: the last waits for a packet, the others do not. No two of them wait,
     * because a packet wakes every waiting read. A thread that sleeps for single packets polls the descriptor, and
     * reads them by system calls. Frames longer than a slot go into several.
     */
    ONE_SHOT,
    /**
     * A BPF program in the device puts each packet into slots of the pool, where the receiver finds it without a system
     * call. A packet that finds no slot is dropped and counts as missed: it does not wait in the kernel's queue, so
     * lend a slot, by {@link RtapConfig#withRingSize} and the size of the pool, for each packet that may have to wait.
     * Only for an exclusive device: not a persistent, adopted, borrowed or shared one. Packets are sent through an
     * io_uring, as in the modes above.
     *
     * <p>Since Linux 5.12; needs CAP_BPF and CAP_NET_ADMIN of the initial user namespace and the BPF JIT. Where one of
     * them is missing, {@link #AUTO} is taken, and {@link RtapInfo#notMapped} says why.
     */
    MAPPED,
    /** A system call for each packet, and poll(2) to wait: without io_uring, and so for both directions. */
    POLL
}
