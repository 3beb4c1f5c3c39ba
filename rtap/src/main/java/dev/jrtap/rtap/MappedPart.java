// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.TapQueue;
import java.io.IOException;

/**
 * The part of a {@link MappedDevice} that one queue has.
 *
 * @param most slots that are lent at the same time
 */
record MappedPart(MappedDevice device, MappedQueue queue, int most) {

    /** Attaches the queue's descriptor; without one nothing of the part stays open. */
    TapQueue attach(MappedDevice.Attaching attaching) throws IOException {
        try {
            return device.attach(queue, attaching);
        } catch (Throwable e) {
            queue.close();
            throw e;
        }
    }

    /** Gives the queue its packets; {@code false} if that is not possible just now. */
    boolean tryBegin() {
        return device.tryBegin(queue);
    }

    /** Takes its packets away from it, and its slots from the program. */
    void stop() {
        device.stop(queue);
        queue.ring().close();
    }

    /** Detaches the queue's descriptor; then nothing of the part stays open. */
    void detach(Runnable detaching) {
        device.detach(queue, detaching);
    }
}
