// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** A receiver whose reads are operations of a ring. */
interface RingReceiver extends Receiver {

    /** Handles the completion of a read. */
    void onRead(int slot, int result, int flags);
}
