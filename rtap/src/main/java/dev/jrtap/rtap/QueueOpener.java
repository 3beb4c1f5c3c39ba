// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.tuntap.TapRequest;
import dev.jrtap.tuntap.TunOffload;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens queues of one device, for this process or to be lent.
 *
 * <p>Threads: any.
 */
final class QueueOpener {

    private final Syscalls sys;
    private final RtapConfig config;
    private final TapQueue keepAlive;
    private final List<TapQueue> adopted;
    private final DeviceSocket device;
    private final LinkControl control;
    private final Strays strays;
    private final QueueEvents events;

    private final @Nullable MappedDevice mapped;

    private final Set<TunOffload> possibleOffloads;

    QueueOpener(Opening opening, QueueEvents events) {
        this.sys = opening.sys;
        this.config = opening.config;
        this.keepAlive = opening.keepAlive;
        this.adopted = opening.adopted;
        this.device = opening.device;
        this.control = opening.control;
        this.strays = opening.strays;
        this.events = events;
        this.mapped = opening.mapped;
        this.possibleOffloads = opening.offloads.possible(config.rxMode());
    }

    /** Opens a queue pair over {@code pool}. */
    QueuePair open(int index, PacketPool pool) throws IOException {
        PoolUsers.Queue user = pool.users().join("queue " + index + " of " + keepAlive.name(), keepAlive.mode());
        try {
            int longest = FrameSize.longest(keepAlive.mode(), control.get().mtu(), possibleOffloads);
            MappedPart part = mapped == null ? null : mapped.open(pool, longest, config.ringSize());
            TapQueue queue = part == null ? descriptor(index) : part.attach(() -> descriptor(index));
            return tell(open(index, queue, part, pool, user, longest));
        } catch (Throwable e) {
            user.leave();
            throw e;
        }
    }

    /** Tells of an open pair; an Error of a listener closes it, for nobody has it. */
    private QueuePair tell(QueuePair pair) {
        try {
            events.opened(pair);
            return pair;
        } catch (Throwable e) {
            pair.close();
            throw e;
        }
    }

    /** Takes ownership of {@code queue}, even if it throws. */
    private QueuePair open(
            int index, TapQueue queue, @Nullable MappedPart part, PacketPool pool, PoolUsers.Queue user, int longest)
            throws ErrnoException {
        boolean split = config.options().path.hasThreadPerDirection();
        Driver rxDriver = null;
        Driver txDriver = null;
        try {
            if (split && !pool.isShared()) {
                throw new IllegalArgumentException("two threads drive the queue pair: use PacketPool.shared");
            }
            rxDriver = Drivers.open(sys, queue, user.name(), pool, config, part);
            txDriver = split ? Drivers.open(sys, queue, user.name(), pool, config, null) : rxDriver;
            RingCounts ring = RingCounts.of(rxDriver, txDriver);
            QueueCounts counts = new QueueCounts(queue.mode(), () -> events.poolEmpty(index), ring);
            RxQueue rx = RxQueue.over(rxDriver, pool, queue.mode(), counts.rx(), config.ringSize(), longest);
            TxQueue tx = TxQueue.over(txDriver, pool, queue.mode(), counts.tx(), config);
            RxInterrupt interrupt = new RxInterrupt(sys, user.name(), rxDriver, rx);
            QueuePair pair = new QueuePair(index, queue.mode(), rxDriver, txDriver, rx, tx, counts, interrupt);
            rxDriver.onWake(pair::woken);
            IntConsumer retirement = unreceived -> {
                strays.count(unreceived);
                retire(index, queue, part);
            };
            Runnable closed = () -> events.closed(pair);
            pair.closeWith(new QueueEnd(queue, user, split ? 2 : 1, retirement, closed));
            return pair;
        } catch (Throwable e) {
            for (Driver driver : new Driver[] {rxDriver, txDriver}) {
                if (driver != null) {
                    driver.close();
                }
            }
            // It has been the kernel's choice for packets since it was attached.
            discard(index, queue, part);
            throw e;
        }
    }

    private void discard(int index, TapQueue queue, @Nullable MappedPart part) {
        try {
            retire(index, queue, part);
        } finally {
            queue.close();
        }
    }

    private void retire(int index, TapQueue queue, @Nullable MappedPart part) {
        if (part != null) {
            // Programs that had begun for this queue end: the kernel waits for those that send before it detaches.
            part.detach(() -> strays.retire(queue));
        } else if (index >= adopted.size()) {
            // What waits in an adopted queue waits for the next pair: the descriptor stays.
            strays.retire(queue);
        }
    }

    /** A descriptor for one more queue. */
    TapQueue descriptor(int index) throws IOException {
        if (index < adopted.size()) {
            return adopted.get(index).duplicate();
        }
        TapRequest request = new TapRequest(control.get().name(), keepAlive.mode(), keepAlive.napi());
        TapQueue queue = device.inNamespace(() -> TapQueue.attach(sys, request));
        try {
            queue.checkVnetHeader();
            return queue;
        } catch (Throwable e) {
            discard(index, queue, null);
            throw e;
        }
    }

    /** Takes a queue out of service; what waits in it goes to the others, or is counted as missed. */
    void retire(TapQueue queue) {
        strays.retire(queue);
    }
}
