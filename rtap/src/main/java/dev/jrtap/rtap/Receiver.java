// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** A way of receiving: one for each {@link RxMode}. Received packets go to a {@link ReadCompletion}. */
interface Receiver {

    /**
     * Reads, or keeps reads posted: as many as suit a caller that takes {@code wanted} packets at a time, and as the
     * pool allows.
     *
     * @return whether the kernel has a slot for the next packet
     */
    boolean replenish(int wanted);

    /**
     * Moves packets to an empty burst that are there without a system call, and that need no work of a
     * {@link ReadCompletion}.
     *
     * @param shortest bytes of a frame, with its vnet header
     * @return how many packets; 0 says nothing of what {@link #replenish} will find
     */
    default int receive(Burst burst, int shortest) {
        return 0;
    }

    /**
     * Returns the slots that it holds to the pool, after the kernel has stopped writing into them. Slots that are lent
     * to a ring are not among them: they are found by their memory.
     *
     * @param looks whether the memory in which the kernel reports packets is still mapped
     * @return the number of packets that had arrived and were not received, as far as it is known
     */
    default int takeBack(boolean looks) {
        return 0;
    }

    /** Called after a wait that has slept: packets arrive one by one. */
    default void calm() {}

    /**
     * Returns whether a thread can sleep without a read in the kernel, because the descriptor is polled, and read when
     * it is readable. Called after {@link #calm} only.
     */
    default boolean isPolled() {
        return false;
    }

    /** Makes the next {@link #replenish} post a read, even if packets arrive one by one. */
    default void postNext() {}

    /** Called before a sleep in which the descriptor is polled beside others: then no read needs to wait. */
    default void polled() {}

    /**
     * Returns whether to go without a look at the queue, which has just been found empty: a caller that polls the
     * descriptor when it finds nothing looks at all its queues by that. {@code false} after a few times.
     */
    default boolean skipsLook() {
        return false;
    }

    /** Returns whether no packet can arrive before the next {@link #replenish}. */
    default boolean isIdle() {
        return false;
    }

    /** Returns the mode. */
    RxMode mode();
}
