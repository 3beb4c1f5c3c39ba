// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** How reads are kept posted. One for each {@link RxMode}. */
interface Receiver {

    /** How it receives. */
    RxMode mode();

    /** Lends slots to the kernel, in memory only: called before anybody drives the ring. */
    void prepare();

    /** Keeps as much posted as the pool allows. Entries are claimed, not submitted. */
    void replenish();

    /**
     * Takes a completion apart.
     *
     * @return the slot that it is about, which is no longer lent; {@link PacketPool#NONE} if it is about none
     */
    int slotOf(int slot, int result, int flags);

    /** Lends a slot again, whose read brought nothing to be received. */
    void recycle(int slot, int result);
}
