// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.netlink.LinkStatistics;
import dev.jrtap.tuntap.TunMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts the counters of the queues and those of the kernel together. The kernel's cannot be set back: what is kept is
 * where they stood at the last reset.
 *
 * <p>Threads: any.
 */
final class Statistics {

    private static final QueueCounts NEVER_OPENED = new QueueCounts(TunMode.TAP, () -> {}, RingCounts.none());

    private final Queues queues;
    private final LinkControl control;
    private final Strays strays;
    private final DevicePrograms programs;
    private LinkStatistics start;
    private long startLost;
    private long startAccounted;
    private long startFiltered;

    /**
     * Counts from {@code start} on.
     *
     * @param programs which keep packets from the kernel
     */
    Statistics(Queues queues, LinkControl control, Strays strays, DevicePrograms programs, LinkStatistics start) {
        this.strays = strays;
        this.queues = queues;
        this.control = control;
        this.programs = programs;
        this.start = start;
    }

    synchronized RtapStatistics read() throws IOException {
        return read(counts());
    }

    /** Every counter by name; zeros for a queue pair that was never opened. */
    synchronized Map<String, Long> readExtended() throws IOException {
        List<QueueCounts> counts = counts();
        return ExtendedStatistics.of(read(counts), counts);
    }

    private List<QueueCounts> counts() {
        List<QueueCounts> counts = new ArrayList<>();
        for (QueuePair pair : queues.opened()) {
            counts.add(pair == null ? NEVER_OPENED : pair.counts());
        }
        return counts;
    }

    private RtapStatistics read(List<QueueCounts> counts) throws IOException {
        LinkStatistics kernel = control.statistics();
        QueueStatistics total = QueueStatistics.ZERO;
        List<QueueStatistics> each = new ArrayList<>();
        for (QueueCounts one : counts) {
            each.add(one.statistics());
            total = total.plus(one.statistics());
        }
        // The kernel's directions are its own: what it could not send is what we have missed. It knows nothing of what
        // waited in queues that were closed, and what a program has kept from it counts as dropped. That is asked for
        // later, so that nothing seems to be missed that is on its way.
        long dropped = kernel.txDropped() - start.txDropped();
        long filtered = programs.filtered() - startFiltered;
        long missed = Math.max(0, dropped - (programs.accounted() - startAccounted)) + strays.lost() - startLost;
        return new RtapStatistics(total, missed, filtered, kernel.rxDropped() - start.rxDropped(), each);
    }

    synchronized void reset() throws IOException {
        start = control.statistics();
        startLost = strays.lost();
        startAccounted = programs.accounted();
        startFiltered = programs.filtered();
        counts().forEach(QueueCounts::reset);
    }
}
