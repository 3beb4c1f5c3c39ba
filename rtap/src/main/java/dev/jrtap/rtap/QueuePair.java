// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import dev.jrtap.uring.Granted;
import dev.jrtap.uring.Operation;
import dev.jrtap.uring.Ring;
import java.io.IOException;

/**
 * A receive and a transmit queue over one descriptor and one ring, so that a loop which receives, answers and sends enters the
 * kernel once per burst.
 *
 * <p>Threads: the first thread that receives, sends or waits owns the pair. {@link #close} and {@link #wake} may come from any.
 */
public final class QueuePair implements AutoCloseable {

    /** In the high half of a completion's user data: whose it is. The low half is a slot. */
    static final long RECEIVED = 1L << 32;

    static final long SENT = 2L << 32;

    /** Entries of the ring beside those for packets: the multishot read, links of polls, the cancel at the end. */
    private static final int SPARE_ENTRIES = 16;

    private final Ring ring;
    private final RxQueue rx;
    private final TxQueue tx;
    private final PacketPool pool;
    private final QueueCounts counts;
    private final RxInterrupt interrupt;

    private QueuePair(Ring ring, RxQueue rx, TxQueue tx, PacketPool pool, QueueCounts counts, RxInterrupt interrupt) {
        this.ring = ring;
        this.interrupt = interrupt;
        this.pool = pool;
        this.counts = counts;
        this.rx = rx;
        this.tx = tx;
    }

    /** Takes ownership of {@code queue}, also if it throws. */
    static QueuePair open(Syscalls sys, TapQueue queue, PacketPool pool, RtapConfig config) throws IOException {
        Ring ring = null;
        try {
            int packets = config.ringSize();
            // Every packet in flight can complete before we look: the completion queue has room for all of them.
            ring = Ring.builder(sys)
                    .entries(packets + SPARE_ENTRIES)
                    .completionEntries(Integer.highestOneBit(2 * packets + SPARE_ENTRIES) * 2)
                    .build();
            PacketsInFlight inFlight = new PacketsInFlight(pool);
            QueueCounts counts = new QueueCounts(queue.name(), queue.mode(), RingCounts.of(ring));
            Receiver receiver = receiver(ring, queue, inFlight, counts.rx(), config);
            RxQueue rx = new RxQueue(ring, inFlight, receiver, counts.rx(), packets);
            TxQueue tx = new TxQueue(ring, queue.number(), inFlight, counts.tx(), packets);
            Dispatcher dispatcher = new Dispatcher(rx, tx);
            rx.completions(dispatcher);
            tx.completions(dispatcher);
            RxInterrupt interrupt = new RxInterrupt(sys, ring, rx);
            ring.onWake(interrupt::wake);
            ring.onClosed(() -> {
                interrupt.close();
                queue.close();
                inFlight.releaseAll();
            });
            receiver.prepare();
            return new QueuePair(ring, rx, tx, pool, counts, interrupt);
        } catch (ErrnoException | RuntimeException e) {
            if (ring != null) {
                ring.close();
            }
            queue.close();
            throw e;
        }
    }

    private static Receiver receiver(
            Ring ring, TapQueue queue, PacketsInFlight inFlight, RxCounts counts, RtapConfig config)
            throws ErrnoException {
        boolean multishot = ring.granted().supports(Operation.READ_MULTISHOT);
        if (config.rxMode() == RxMode.MULTISHOT && !multishot) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "queue of " + queue.name() + " with RxMode.MULTISHOT",
                    "this kernel has no READ_MULTISHOT, which came with Linux 6.7: use RxMode.AUTO or ONE_SHOT");
        }
        return multishot && config.rxMode() != RxMode.ONE_SHOT
                ? new MultishotReceiver(ring, queue.number(), inFlight, counts, config.ringSize())
                : new OneShotReceiver(ring, queue.number(), inFlight, config.ringSize());
    }

    /** Where packets come from. */
    public RxQueue rx() {
        return rx;
    }

    /** Where packets go. */
    public TxQueue tx() {
        return tx;
    }

    /** A descriptor that tells that packets have come, for epoll(7) and selectors. */
    public RxInterrupt interrupt() {
        return interrupt;
    }

    /** What has been counted since the pair was opened, or since the last {@link Rtap#resetStatistics}. From any thread. */
    public QueueStatistics statistics() {
        return counts.statistics();
    }

    QueueCounts counts() {
        return counts;
    }

    /** Bytes of the longest frame that it can receive. */
    int frameCapacity() {
        return pool.frameCapacity();
    }

    /** How often this pair has entered the kernel. */
    public long kernelEntries() {
        return ring.kernelEntries();
    }

    /** What the kernel granted to the ring below. */
    public Granted granted() {
        return ring.granted();
    }

    /** Whether it can be used. A close that another thread has asked for takes effect here, if the owner calls. */
    public boolean isOpen() {
        return ring.isOpen();
    }

    /** Ends a present or the next {@link RxQueue#await} early, and signals the {@link #interrupt}. */
    public void wake() {
        ring.wake();
    }

    /**
     * Cancels what is in flight, gives its packets back to the pool and closes the descriptor. Further calls do nothing.
     *
     * <p>From another thread than the owner: wakes the owner, and waits until it has done that at its next call, or has ended.
     */
    @Override
    public void close() {
        ring.close();
    }
}
