// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * The part of a {@link MappedDevice} that one queue has.
 *
 * @param most slots that are lent at the same time
 */
record MappedPart(MappedDevice device, MappedQueue queue, int most) {

    /** Gives the queue its packets. */
    void begin() {
        device.begin(queue);
    }

    /** Takes its packets away from it, and its slots from the program. */
    void stop() {
        device.stop(queue);
        queue.ring().close();
    }

    /** The kernel's queue is gone, and nobody writes into the memory of this one any more. */
    void close() {
        device.closed(queue);
    }
}
