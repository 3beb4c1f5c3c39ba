// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.LinkStatistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts the counters of the queues and those of the kernel together. The kernel's cannot be set back: what is kept is where they
 * stood at the last reset.
 *
 * <p>Threads: any.
 */
final class Statistics {

    private final Queues queues;
    private final LinkControl control;
    private LinkStatistics start;

    /** Counts from {@code start} on. */
    Statistics(Queues queues, LinkControl control, LinkStatistics start) {
        this.queues = queues;
        this.control = control;
        this.start = start;
    }

    synchronized RtapStatistics read() throws IOException {
        LinkStatistics kernel = control.statistics();
        QueueStatistics total = QueueStatistics.ZERO;
        List<QueueStatistics> each = new ArrayList<>();
        for (QueuePair pair : queues.opened()) {
            QueueStatistics one = pair == null ? QueueStatistics.ZERO : pair.statistics();
            each.add(one);
            total = total.plus(one);
        }
        // The kernel's directions are its own: what it could not send is what we have missed.
        return new RtapStatistics(
                total, kernel.txDropped() - start.txDropped(), kernel.rxDropped() - start.rxDropped(), each);
    }

    synchronized void reset() throws IOException {
        start = control.statistics();
        for (QueuePair pair : queues.opened()) {
            if (pair != null) {
                pair.counts().reset();
            }
        }
    }
}
