// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.PollSet;
import dev.jrtap.tuntap.TunMode;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.RingCapabilities;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A receive and a transmit queue over one descriptor and one ring. A loop that receives, replies and sends enters the
 * kernel once per burst.
 *
 * <p>Threads: the first thread that receives, sends or waits owns the pair. With
 * {@link RtapConfig#withThreadPerDirection} each direction has a ring and an owner of its own. {@link #close} and
 * {@link #wake} may come from any.
 */
public final class QueuePair implements AutoCloseable {

    private final int index;
    private final TunMode mode;
    private final Driver rxDriver;
    private final Driver txDriver;
    private final RxQueue rx;
    private final TxQueue tx;

    private final QueueCounts counts;
    private final RxInterrupt interrupt;
    private final List<QueueGroup> groups = new CopyOnWriteArrayList<>();

    /** A queue pair that nobody drives yet. */
    QueuePair(
            int index,
            TunMode mode,
            Driver rxDriver,
            Driver txDriver,
            RxQueue rx,
            TxQueue tx,
            QueueCounts counts,
            RxInterrupt interrupt) {
        this.index = index;
        this.mode = mode;
        this.rxDriver = rxDriver;
        this.txDriver = txDriver;
        this.rx = rx;
        this.tx = tx;
        this.counts = counts;
        this.interrupt = interrupt;
    }

    /** Has {@code end} done when the drivers are closed. */
    void closeWith(QueueEnd end) {
        boolean one = txDriver == rxDriver;
        rxDriver.onClosed(free -> {
            // Whatever is thrown: the descriptor is all that makes the kernel send packets here.
            try {
                interrupt.close();
                end.unreceived(releaseReceived(free));
            } finally {
                closed(free, one, end);
            }
        });
        if (!one) {
            txDriver.onClosed(free -> closed(free, true, end));
        }
    }

    /** Packets that the kernel may still write to are never handed out again, and their pool stays. */
    private int releaseReceived(boolean free) {
        return free ? rx.releaseAll() : rx.ready();
    }

    private void closed(boolean free, boolean sends, QueueEnd end) {
        try {
            if (free && sends) {
                tx.releaseAll();
            }
        } finally {
            end.driverClosed(free);
        }
    }

    /** Returns its index among the queue pairs of the device. */
    public int index() {
        return index;
    }

    /** Returns the kind of its packets: Ethernet frames or IP packets. */
    public TunMode mode() {
        return mode;
    }

    /** Returns the receive queue. */
    public RxQueue rx() {
        return rx;
    }

    /** Returns the transmit queue. */
    public TxQueue tx() {
        return tx;
    }

    /** Returns the receive interrupt: a descriptor that signals packets, for epoll(7) and selectors. */
    public RxInterrupt interrupt() {
        return interrupt;
    }

    /** Returns the counts since the pair was opened, or since the last {@link Rtap#resetStatistics}. Any thread. */
    public QueueStatistics statistics() {
        return counts.statistics();
    }

    QueueCounts counts() {
        return counts;
    }

    /** Bytes of the longest frame that it can receive. */
    int frameCapacity() {
        return rx.frameCapacity();
    }

    /** Returns how often this pair has entered the kernel. */
    public long kernelEntries() {
        return rxDriver.kernelEntries() + (txDriver == rxDriver ? 0 : txDriver.kernelEntries());
    }

    private Stream<Driver> drivers() {
        return Stream.of(rxDriver, txDriver).distinct();
    }

    /** Returns what the kernel granted to the ring; empty if packets move by system calls, without a ring. */
    public Optional<RingCapabilities> granted() {
        return rxDriver.granted().or(txDriver::granted);
    }

    /**
     * Returns whether it can be used. A close that another thread has asked for takes effect here, if the owner calls.
     */
    public boolean isOpen() {
        boolean rxOpen = rxDriver.isOpen();
        boolean txOpen = txDriver.isOpen();
        // A close asks one direction and then the other. An owner that turned away in between would never hear of it.
        while (rxOpen != txOpen) {
            Thread.yield();
            rxOpen = rxDriver.isOpen();
            txOpen = txDriver.isOpen();
        }
        return rxOpen;
    }

    /** Returns whether nobody has asked for a close; unlike {@link #isOpen}, this tells the owner nothing. */
    boolean isInUse() {
        return !rxDriver.isClosing();
    }

    /** Has {@code group} woken at each wake, and when another thread asks for a close. */
    void join(QueueGroup group) {
        groups.add(group);
        // A wake that came before this; one that comes later finds the group.
        if (interrupt.takeWoken()) {
            group.wake();
        }
    }

    void leave(QueueGroup group) {
        groups.remove(group);
    }

    /** Called at each wake, and when another thread asks for a close. */
    void woken() {
        interrupt.wake();
        groups.forEach(QueueGroup::wake);
    }

    /** Prepares a sleep of the owner in {@code polls}, see {@link RxQueue#beginSleep}. */
    boolean beginSleep(PollSet polls) {
        return rx.beginSleep(polls);
    }

    /** Ends the sleep that {@link #beginSleep} has prepared. */
    void endSleep(PollSet polls) {
        rx.endSleep(polls);
    }

    /** Returns whether something goes on of which no descriptor tells, so that a sleep must be short. */
    boolean isRestless() {
        return rx.isStarved() || txDriver == rxDriver && tx.isSending();
    }

    /**
     * Returns whether a receive, a wait or a send has found that the device was deleted. {@link RxQueue#await} then
     * returns at once, and sent packets count in {@link TxCounter#GONE}. Any thread.
     */
    public boolean isGone() {
        return rx.isGone() || tx.isGone();
    }

    /** Ends a present or the next {@link RxQueue#await} early, and signals the {@link #interrupt}. */
    public void wake() {
        rxDriver.wake();
    }

    /**
     * Cancels operations in flight, releases their packets and closes the descriptor. Further calls do nothing.
     *
     * <p>From a thread other than the owner: wakes the owner, and waits until it has done that at its next call,
     * whichever it is, or has ended. Until the owner has seen {@link #isOpen} return {@code false}, its calls return 0
     * or {@code false} and leave packets where they are; after that, and after a close by the owner itself, they throw.
     */
    @Override
    public void close() {
        closeAll(List.of(this));
    }

    /** Closes all of {@code pairs} concurrently: where the kernel has to end a ring by itself, that takes 60 ms. */
    static void closeAll(List<QueuePair> pairs) {
        List<Driver> drivers = pairs.stream().flatMap(QueuePair::drivers).toList();
        // The drivers are asked first, and their rings side by side; what one of them throws does not keep the others
        // open.
        try {
            drivers.forEach(Driver::beginClose);
            Ring.closeAll(
                    drivers.stream().flatMap(driver -> driver.ring().stream()).toList());
        } finally {
            close(drivers.iterator());
        }
    }

    private static void close(Iterator<Driver> drivers) {
        if (drivers.hasNext()) {
            try {
                drivers.next().close();
            } finally {
                close(drivers);
            }
        }
    }

    @Override
    public String toString() {
        return "QueuePair(" + mode + ", index " + index + ")";
    }
}
