// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import java.util.List;

/**
 * The counts of a device since the last reset.
 *
 * @param total the sum over the queue pairs
 * @param missed packets for this device that the kernel dropped, because the receive queue was full, or closed
 * @param filtered packets that the filter of {@link RtapConfig#withFilter} has dropped
 * @param refused sent packets that the kernel's stack dropped: it had no use or no room for them
 * @param queues by index; a queue pair's counts begin when it is opened, and stay until it is opened again
 */
public record RtapStatistics(
        QueueStatistics total, long missed, long filtered, long refused, List<QueueStatistics> queues) {

    public RtapStatistics {
        queues = List.copyOf(queues);
    }
}
