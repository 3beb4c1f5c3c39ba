// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.util.List;

/**
 * What a device has counted since the last reset.
 *
 * @param total the sum over the queue pairs
 * @param missed packets that the kernel had for this device and dropped, because the queue to be received from was
 *     full, or closed
 * @param filtered packets that the filter of {@link RtapConfig#withFilter} has dropped
 * @param refused packets that were sent, and that the kernel's stack dropped: it had no use or no room for them
 * @param queues by index; a queue pair counts from when it was opened, and until it is opened anew
 */
public record RtapStatistics(
        QueueStatistics total, long missed, long filtered, long refused, List<QueueStatistics> queues) {

    public RtapStatistics {
        queues = List.copyOf(queues);
    }
}
