// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** How reads are made: one for each {@link RxMode}. What they bring goes to {@link RxQueue#completed}. */
interface Receiver {

    /**
     * Keeps as much posted as is good for a caller who takes {@code wanted} packets at a time, and as the pool allows.
     *
     * @return whether the kernel has a slot for the next packet
     */
    boolean replenish(int wanted);

    /** Which mode it is. */
    RxMode mode();
}
