// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.TunMode;

/**
 * What a queue pair counts, in both directions and in its ring.
 *
 * <p>Threads: the owner of the queue pair counts, any may read and reset.
 */
final class QueueCounts {

    private final RxCounts rx;
    private final TxCounts tx;
    private final RingCounts ring;

    /** Counts for a queue pair; {@code noBuffer} is run when its pool is empty. */
    QueueCounts(TunMode mode, Runnable noBuffer, RingCounts ring) {
        boolean ethernet = mode == TunMode.TAP;
        this.rx = new RxCounts(new FrameCounts(ethernet), noBuffer);
        this.tx = new TxCounts(new FrameCounts(ethernet));
        this.ring = ring;
    }

    RxCounts rx() {
        return rx;
    }

    TxCounts tx() {
        return tx;
    }

    RingCounts ring() {
        return ring;
    }

    QueueStatistics statistics() {
        return new QueueStatistics(
                rx.frames().frames(),
                rx.frames().get(FrameCounter.BYTES),
                rx.get(RxCounter.ERRORS) + rx.get(RxCounter.TRUNCATED) + rx.get(RxCounter.MALFORMED),
                rx.get(RxCounter.NO_BUFFER),
                tx.frames().frames(),
                tx.frames().get(FrameCounter.BYTES),
                tx.get(TxCounter.ERRORS),
                ring.kernelEntries());
    }

    void reset() {
        rx.reset();
        tx.reset();
        ring.reset();
    }
}
