// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.ownership.CloseListener;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.RingCapabilities;
import java.util.Optional;

/**
 * The way of queues to the kernel: an io_uring, or system calls. It belongs to the first thread that drives it.
 *
 * <p>Threads: the owner; {@link #wake}, {@link #close} and {@link #kernelEntries} from any.
 */
interface Driver {

    /** Returns what reads for {@code rx}, as is configured and possible; called once, before it is driven. */
    Receiver receiver(ReadCompletion rx, Chains chains, RxCounts counts) throws ErrnoException;

    /** Returns what writes for {@code tx}; called once, before it is driven. */
    Sender sender(WriteCompletion tx, PacketPool pool);

    /** Has {@code action} claim reads each time before pending writes go to the kernel; the reads follow them. */
    void onEnter(Runnable action);

    /** Has {@code action} run after each {@link #reap}. */
    void onReap(Runnable action);

    /**
     * Makes the calling thread the owner. If another thread has asked for a close, that is done here.
     *
     * @return {@code false} if it is closed and the owner has not seen that yet by {@link #isOpen}: there is nothing to
     *     do
     * @throws IllegalStateException if another thread is the owner, or it is closed
     */
    boolean own();

    /**
     * Returns whether it can be used; a close that another thread has asked for takes effect here, if the owner calls.
     */
    boolean isOpen();

    /** Returns whether a close has been asked for; unlike {@link #isOpen}, this tells the owner nothing. Any thread. */
    boolean isClosing();

    /** Takes what has been done since the last time, without entering the kernel; how much that was. */
    int reap();

    /** Hands over what is claimed, and takes what the kernel holds back. */
    void enter();

    /** Hands over what is claimed, if anything is. */
    void enterIfNeeded();

    /**
     * Sleeps until there is something to reap, or to receive: {@code false} after the time, a wake or a close.
     *
     * @param readable whether a packet in the kernel ends the sleep; not where there is no slot for it
     */
    boolean await(long nanos, boolean readable);

    /**
     * Prepares a sleep of the owner in {@code polls}, and adds to it what becomes readable when there is something to
     * receive. A {@link #wake} does not end that sleep, but runs what {@link #onWake} has set.
     *
     * @param readable as for {@link #await}
     * @return whether to sleep; {@code false} if there is something to receive already: {@link #endSleep} is not called
     *     then
     */
    boolean beginSleep(PollSet polls, boolean readable);

    /** Ends the sleep that {@link #beginSleep} has prepared in {@code polls}. */
    void endSleep(PollSet polls);

    /** Ends a present or the next {@link #await} early. */
    void wake();

    /** Asks the owner to close, and does not wait: a {@link #close} of the same thread must follow. */
    void beginClose();

    /** Closes, or has the owner do it and waits. */
    void close();

    /** What happens then, once. */
    void onClosed(CloseListener listener);

    /** Has {@code action} run at each {@link #wake}, and when another thread asks for a close. */
    void onWake(Runnable action);

    /** Returns how often the kernel has been entered. */
    long kernelEntries();

    /** Returns how often completions found no room in their queue. */
    long overflows();

    /** Returns what the kernel granted; empty without an io_uring. */
    default Optional<RingCapabilities> granted() {
        return ring().map(Ring::capabilities);
    }

    /** A descriptor that tells of packets, and belongs to the caller. */
    RxSignal signal(Syscalls sys) throws ErrnoException;

    /** Returns the io_uring below; empty without one. */
    Optional<Ring> ring();
}
