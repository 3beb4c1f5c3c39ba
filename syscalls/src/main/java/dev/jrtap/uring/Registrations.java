// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.BpfFilter;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;

/**
 * What can be registered with a ring so that it behaves otherwise. What operations name by a number is
 * {@link Ring#files}, {@link Ring#buffers} and {@link Ring#bufferRing}; what needs no ring to be asked for is
 * {@link KernelQuery} and {@link Ring#sendMessage}.
 *
 * <p>Whether a kernel can do something is known by asking: a refusal is an {@link ErrnoException} that names the call,
 * the likely cause and the Linux that is needed.
 *
 * <p>Threads: the ring's owner; any thread as long as nobody drives the ring. What is registered goes with the ring
 * when it is closed.
 *
 * <p>Source: io_uring_register(2).
 */
public final class Registrations {

    private final RegisterCall ring;
    private final UnderWay underWay;
    private final EventRegistration events;

    Registrations(RegisterCall ring, UnderWay underWay) {
        this.ring = ring;
        this.underWay = underWay;
        this.events = new EventRegistration(ring);
    }

    /**
     * Has the kernel signal {@code event} whenever it has a completion: for a thread that waits in poll(2) for rings
     * and for other things. One signal may stand for many completions. {@link CompletionQueue#signalEvents} switches it
     * off and on. The kernel keeps the eventfd by itself, so it may be closed. Since Linux 5.2.
     *
     * <p>The signal of a ring with {@link SetupFlag#DEFER_TASKRUN}, the usual one, says that a completion is about to
     * be posted: clear the eventfd, then {@link Ring#submitIfNeeded}, then drain. Without the call in the middle
     * nothing comes, and no further signal.
     *
     * <p>Releases of Linux 6.12 (6.12.118 is one) signal a ring with {@link SetupFlag#DEFER_TASKRUN} once after each
     * registration, and no more: on such a kernel, unregister and register it again before each sleep.
     *
     * @throws ErrnoException EBUSY if there is one
     */
    public void eventFd(EventFd event) throws ErrnoException {
        events.register(RegisterOperation.EVENTFD, event);
    }

    /** Like {@link #eventFd}, only for completions that a worker thread of the kernel posts. Since Linux 5.6. */
    public void eventFdForAsync(EventFd event) throws ErrnoException {
        events.register(RegisterOperation.EVENTFD_ASYNC, event);
    }

    /** Stops signaling the eventfd. */
    public void unregisterEventFd() throws ErrnoException {
        events.unregister();
    }

    /** Registers the present credentials of the calling thread. Since Linux 5.6. */
    public Personality personality() throws ErrnoException {
        return Personality.register(ring);
    }

    /**
     * Has a program decide on each operation of one kind. It goes on if the program returns anything but 0. Since Linux
     * 7.0.
     *
     * @param program classic BPF over struct io_uring_bpf_ctx, instructions of 8 bytes (struct sock_filter); the kernel
     *     copies it
     */
    public void filter(Operation operation, Memory program) throws ErrnoException {
        OperationFilter.register(ring, operation, program, 0);
    }

    /** Like {@link #filter}, and refuses all operations that have no program. */
    public void filterAndDenyRest(Operation operation, Memory program) throws ErrnoException {
        OperationFilter.register(ring, operation, program, BpfFilter.IO_URING_BPF_FILTER_DENY_REST);
    }

    /** Returns the settings of the kernel's worker threads: their number and processors. */
    public Workers workers() {
        return new Workers(ring);
    }

    /** Asking network cards in place of waiting for their interrupts. */
    public BusyPoll busyPoll() {
        return new BusyPoll(ring);
    }

    /** Ending operations by a call that returns when they are over. */
    public Cancellation cancel() {
        return new Cancellation(ring, underWay);
    }

    /** Measures the timeouts of waiting by {@code clock}. Since Linux 6.12. */
    public void clock(WaitClock clock) throws ErrnoException {
        clock.register(ring);
    }

    /**
     * Registers memory as the ring's region, once: for what a kernel or a program of BPF looks for there.
     * {@link Ring#waits} registers one, too. It is kept until the ring's end. Since Linux 6.13.
     *
     * @param memory whole pages, at the beginning of one
     * @throws ErrnoException EBUSY if there is one
     */
    public void region(Memory memory) throws ErrnoException {
        MemoryRegion.register(ring, memory);
    }

    /**
     * Takes a receive queue of a network card over. Since Linux 6.15.
     *
     * @param ifIndex the interface
     * @param queue which of its receive queues
     * @param entries pieces that can wait to be given back: a power of two, 1..32768
     * @param area the memory that the card fills: whole pages
     */
    public ZeroCopyReceive zeroCopyReceive(int ifIndex, int queue, int entries, Memory area) throws ErrnoException {
        return ZeroCopyReceive.register(ring, ifIndex, queue, entries, area);
    }
}
