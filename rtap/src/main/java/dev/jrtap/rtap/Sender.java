// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** How packets are written. What becomes of them goes to {@link TxQueue#sent}. */
interface Sender {

    /** Takes a packet over; {@code false} if there is no room for it now. */
    boolean write(int head);
}
