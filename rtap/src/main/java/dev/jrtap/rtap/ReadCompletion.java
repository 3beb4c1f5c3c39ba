// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.VnetHeader;

/** Takes what a read has brought. */
interface ReadCompletion {

    /**
     * One read is over.
     *
     * @param packet that it was made into; {@link PacketPool#NONE} if it is about none
     * @param result bytes with the vnet header, or {@code -errno}
     * @return whether the packet is taken over; otherwise it is left as it was
     */
    boolean completed(int packet, int result);

    /**
     * Tells of a frame in one slot, of which nothing is left to be done, as {@link #completed} does: at less cost.
     *
     * @param packet empty, as it was taken from its pool
     * @param length bytes of the frame, which fit
     */
    default boolean arrived(int packet, int length) {
        return completed(packet, VnetHeader.LENGTH + length);
    }
}
