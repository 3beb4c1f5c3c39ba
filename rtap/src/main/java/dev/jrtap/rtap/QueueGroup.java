// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.Interruption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Queue pairs that one thread drives and waits for together, until a packet comes, a time is reached, or another thread
 * wakes it.
 *
 * <pre>{@code
 * while (left.isOpen() & right.isOpen()) {
 *     if (forward(left, right) + forward(right, left) == 0) {
 *         group.await(nextDeadline - System.nanoTime());
 *     }
 * }
 * }</pre>
 *
 * <p>A sleep is one ppoll(2) over the descriptors of all pairs. A closed pair, or one whose device is gone, is never
 * waited for: ask {@link QueuePair#isOpen}, and {@link #remove} it.
 *
 * <p>Threads: that of the queue pairs; {@link #wake} and {@link #close} from any, {@code close} not during a wait.
 *
 * <p>Ownership: closes none of the pairs.
 */
public final class QueueGroup implements AutoCloseable {

    /** Of a queue pair: its own, and that of its ring or of its bell. */
    private static final int MOST_DESCRIPTORS = 2;

    private final Syscalls sys;
    private final EventFd event;
    private final Interruption interruption;
    private volatile List<QueuePair> pairs = List.of();
    private PollSet polls;
    private volatile boolean closed;

    private QueueGroup(Syscalls sys, EventFd event) {
        this.sys = sys;
        this.event = event;
        this.interruption = new Interruption(event::signal);
        this.polls = new PollSet(sys, 1);
        polls.add(event.fd());
    }

    /** Opens a group of no queue pairs. */
    public static QueueGroup open() throws ErrnoException {
        return open(Syscalls.libc());
    }

    /** Opens a group of no queue pairs that waits by the poll(2) of {@code sys}. */
    public static QueueGroup open(Syscalls sys) throws ErrnoException {
        return new QueueGroup(sys, EventFd.open(sys));
    }

    /** Adds a queue pair, which {@link #await} waits for from now on. Does nothing if it is here already. */
    public void add(QueuePair pair) {
        checkOpen();
        Objects.requireNonNull(pair, "pair");
        if (!pairs.contains(pair)) {
            List<QueuePair> more = new ArrayList<>(pairs);
            more.add(pair);
            set(more);
            pair.join(this);
        }
    }

    /** Removes a queue pair. Does nothing if it is not here. */
    public void remove(QueuePair pair) {
        checkOpen();
        List<QueuePair> fewer = new ArrayList<>(pairs);
        if (fewer.remove(pair)) {
            set(fewer);
            pair.leave(this);
        }
    }

    private void set(List<QueuePair> queues) {
        polls = new PollSet(sys, 1 + MOST_DESCRIPTORS * queues.size());
        pairs = queues;
    }

    /**
     * Sleeps until one of the queue pairs may have packets, the time is over, or {@link #wake} has been called since
     * the last wait. Returns after 1 ms while a pool is empty, because nothing signals packets of its queues, and while
     * the kernel holds up sent packets.
     *
     * @param timeoutNanos the longest sleep; 0 or less does not sleep, {@link Long#MAX_VALUE} is without limit
     * @return {@code false} if the time is over, or the thread is interrupted, whose flag stays set; {@code true} may
     *     be a spurious wake-up
     * @throws ErrnoException if poll(2) fails
     * @throws IllegalStateException if the group or a pair is closed, see {@link QueuePair#close}, or another thread
     *     owns a pair
     */
    public boolean await(long timeoutNanos) throws ErrnoException {
        checkOpen();
        List<QueuePair> waited = pairs;
        int asleep = 0;
        long nanos = Math.max(0, timeoutNanos);
        polls.clear();
        polls.add(event.fd());
        try {
            for (; asleep < waited.size(); asleep++) {
                QueuePair pair = waited.get(asleep);
                if (!pair.beginSleep(polls)) {
                    return true;
                }
                if (pair.isRestless()) {
                    nanos = Math.min(nanos, RxQueue.EMPTY_POOL_NANOS);
                }
            }
            boolean woken = sleep(nanos);
            return !Thread.currentThread().isInterrupted() && (woken || nanos < timeoutNanos);
        } finally {
            while (asleep > 0) {
                waited.get(--asleep).endSleep(polls);
            }
        }
    }

    /** Returns whether something has come. A signal is no reason to end a sleep; an interrupt signals the event. */
    private boolean sleep(long nanos) throws ErrnoException {
        long start = System.nanoTime();
        long left = nanos;
        int ready;
        interruption.begin();
        try {
            do {
                ready = polls.await(left);
                left = nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
            } while (ready == 0 && left > 0);
        } finally {
            interruption.end();
        }
        if (ready < 0) {
            throw ErrnoException.of(ready, "ppoll(" + polls.size() + " descriptors)", "");
        }
        if (ready > 0 && polls.isReady(0)) {
            event.clear();
        }
        return ready > 0;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the queue group is closed");
        }
    }

    /** Ends the present or the next {@link #await} early. Does nothing once the group is closed. */
    public void wake() {
        event.signal();
    }

    /** Closes the descriptor by which it is woken; the queue pairs stay open. */
    @Override
    public void close() {
        closed = true;
        pairs.forEach(pair -> pair.leave(this));
        event.close();
    }

    @Override
    public String toString() {
        return "QueueGroup(" + pairs + (closed ? ", closed)" : ")");
    }
}
