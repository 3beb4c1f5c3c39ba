// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** A way of writing. What becomes of packets goes to a {@link WriteCompletion}. */
interface Sender {

    /** Takes a packet over; {@code false} if there is no room for it now. */
    boolean write(int head);
}
