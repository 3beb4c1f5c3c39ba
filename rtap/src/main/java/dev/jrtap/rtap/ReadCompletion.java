// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

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
}
