// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * Receives what happens to the queue pairs of a device, see {@link Rtap#addListener}.
 *
 * <p>Threads: the thread that opens or closes the queue pair or drives it, which waits meanwhile. A listener must not
 * close or open queue pairs, nor block. What it throws is logged.
 */
public interface QueueListener {

    /** A queue pair has been opened. */
    default void onOpened(QueuePair pair) {}

    /** A queue pair has been closed, and its packets are in their pool again. */
    default void onClosed(QueuePair pair) {}

    /** The pool of a queue pair was empty when the kernel wanted a slot. On the data path: must not allocate. */
    default void onPoolEmpty(int index) {}
}
