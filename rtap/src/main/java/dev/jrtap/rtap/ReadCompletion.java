// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** Takes the packets that reads have received. */
interface ReadCompletion {

    /**
     * Handles the end of one read.
     *
     * @param packet the packet that was read into; {@link PacketPool#NONE} if there is none
     * @param result the number of bytes, with the vnet header, or {@code -errno}
     * @return whether the packet is taken over; otherwise it is left as it was
     */
    boolean completed(int packet, int result);
}
