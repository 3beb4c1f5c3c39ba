// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** How packets are received. */
public enum RxMode {
    /** {@link #ONE_SHOT}, or {@link #POLL} without io_uring; never {@link #MAPPED}, which drops where others wait. */
    AUTO,
    /**
     * One read that is posted once and completes for each packet, into a ring of buffers. Since Linux 6.7. Each frame
     * must fit into a slot.
     */
    MULTISHOT,
    /**
     * Reads of one packet each, posted together: the last waits for a packet, those before it take only what is there.
     * Never do several wait, for a packet wakes every one that does. A thread that sleeps for packets one by one polls
     * the descriptor, and reads them by system calls. Frames that are longer than a slot go into several.
     */
    ONE_SHOT,
    /**
     * A BPF program in the device puts each packet into slots of the pool, where it is found without a system call.
     * What finds no slot is dropped and counted as missed: the kernel's queue does not hold it back, so lend as many
     * slots, by {@link RtapConfig#withRingSize} and the size of the pool, as packets may have to wait. For a device of
     * one's own: not a persistent, adopted, borrowed or shared one. Sending is by system calls.
     *
     * <p>Since Linux 5.12; needs CAP_BPF and CAP_NET_ADMIN of the initial user namespace and the BPF JIT. Where one of
     * them is missing, {@link #AUTO} is taken, and {@link RtapInfo#notMapped} says why.
     */
    MAPPED,
    /** A system call for each packet, and poll(2) to wait: without io_uring, and so for both directions. */
    POLL
}
