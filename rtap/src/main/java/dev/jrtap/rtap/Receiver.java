// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** A way of reading: one for each {@link RxMode}. What it brings goes to a {@link ReadCompletion}. */
interface Receiver {

    /**
     * Reads, or keeps reads posted: as many as is good for a caller that takes {@code wanted} packets at a time, and as
     * the pool allows.
     *
     * @return whether the kernel has a slot for the next packet
     */
    boolean replenish(int wanted);

    /** Which mode it is. */
    RxMode mode();
}
