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

    /**
     * Hands over to an empty burst what is at hand without a look at the kernel, and needs none of what
     * {@link ReadCompletion} does.
     *
     * @param shortest bytes of a frame, with its vnet header
     * @return how many packets; 0 says nothing of what {@link #replenish} will find
     */
    default int receive(Burst burst, int shortest) {
        return 0;
    }

    /**
     * Takes back what it keeps for itself, when the kernel writes into that no more. Packets that are lent to a ring
     * are known by their memory, and are none of these.
     *
     * @param looks whether the memory in which the kernel tells of packets is still there
     * @return packets that had come, and that nobody has seen, as far as that can be looked at
     */
    default int takeBack(boolean looks) {
        return 0;
    }

    /** The packet that comes next has been slept for: packets come one by one. */
    default void calm() {}

    /**
     * Returns whether a sleeper needs no read of it in the kernel: the descriptor is polled, and read when it is
     * readable. Only asked when {@link #calm} has been called.
     */
    default boolean isPolled() {
        return false;
    }

    /** Has a read posted by the next {@link #replenish}, even if packets come one by one. */
    default void postNext() {}

    /** Returns whether nothing comes before the next {@link #replenish}. */
    default boolean isIdle() {
        return false;
    }

    /** Which mode it is. */
    RxMode mode();
}
