// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.tuntap.TapQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * The end of a queue pair: the descriptor is closed with the last driver, and the packets of a direction are released
 * with the driver of that direction.
 *
 * <p>Threads: those that close the drivers.
 */
final class QueueEnd {

    private final TapQueue queue;
    private final PoolUsers.Queue user;
    private final AtomicInteger open;
    private final AtomicInteger unreceived = new AtomicInteger();
    private final AtomicBoolean allFree = new AtomicBoolean(true);
    private final IntConsumer retirement;
    private final Runnable closed;

    /**
     * The end of a pair that {@code drivers} drive.
     *
     * @param retirement run before the descriptor is closed, with the number of packets that nobody has received
     * @param closed run at the end
     */
    QueueEnd(TapQueue queue, PoolUsers.Queue user, int drivers, IntConsumer retirement, Runnable closed) {
        this.queue = queue;
        this.user = user;
        this.open = new AtomicInteger(drivers);
        this.retirement = retirement;
        this.closed = closed;
    }

    /** Counts packets that had come when their driver was closed, and that nobody has received. */
    void unreceived(int packets) {
        unreceived.addAndGet(packets);
    }

    /**
     * One driver is closed.
     *
     * @param free whether the kernel has stopped using the pool's memory; otherwise the pool stays in use until the
     *     process ends
     */
    void driverClosed(boolean free) {
        allFree.compareAndSet(true, free);
        if (open.decrementAndGet() == 0) {
            try {
                retirement.accept(unreceived.get());
            } finally {
                queue.close();
                if (allFree.get()) {
                    user.leave();
                }
            }
            closed.run();
        }
    }
}
