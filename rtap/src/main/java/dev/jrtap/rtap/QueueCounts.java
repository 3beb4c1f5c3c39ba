// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.TunMode;

/** What a queue pair counts, in both directions. */
final class QueueCounts {

    private final RxCounts rx;
    private final TxCounts tx;

    QueueCounts(TunMode mode) {
        boolean ethernet = mode == TunMode.TAP;
        rx = new RxCounts(new FrameCounts(ethernet));
        tx = new TxCounts(new FrameCounts(ethernet));
    }

    RxCounts rx() {
        return rx;
    }

    TxCounts tx() {
        return tx;
    }

    QueueStatistics statistics() {
        return QueueStatistics.of(rx, tx);
    }

    void reset() {
        rx.reset();
        tx.reset();
    }
}
