// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.KernelTimespec;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Pollfd;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;

/**
 * Sleeping until the ring has completions or somebody wakes us: ppoll(2) over one eventfd, which the kernel signals for the ring
 * and {@link #wake} for everybody else.
 *
 * <p>Not a poll of the ring's own descriptor: with DEFER_TASKRUN the kernel does not wake its pollers for completions that it
 * holds back. Not a timeout given to io_uring_enter: that takes a seventh argument, and nobody could wake us. While nobody
 * sleeps, IORING_CQ_EVENTFD_DISABLED keeps the kernel from signalling, so a busy loop does not pay.
 */
final class RingWait implements AutoCloseable {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Syscalls sys;
    private final EventFd event;
    private final Memory poll = Memory.allocate(Pollfd.SIZEOF);
    private final Memory timeout = Memory.allocate(KernelTimespec.SIZEOF);
    private volatile boolean woken;

    private RingWait(Syscalls sys, EventFd event) {
        this.sys = sys;
        this.event = event;
        poll.putI32(Pollfd.FD, event.number());
        poll.putI16(Pollfd.EVENTS, Poll.POLLIN);
    }

    /** Registers an eventfd with a ring that nobody drives yet. */
    static RingWait register(Fd ring) throws ErrnoException {
        Syscalls sys = ring.syscalls();
        EventFd event = EventFd.open(sys);
        Memory number = Memory.allocate(Integer.BYTES);
        number.putI32(0, event.number());
        int result = sys.ioUringRegister(ring.number(), IoUring.IORING_REGISTER_EVENTFD, number.address(), 1);
        number.keepAlive();
        if (result < 0) {
            event.close();
            throw ErrnoException.of(result, "io_uring_register(" + ring + ", EVENTFD)", RingHints.setup(-result));
        }
        return new RingWait(sys, event);
    }

    /**
     * Sleeps at most {@code nanos}, until {@code completion} is signalled.
     *
     * @return whether {@link #wake} was called
     */
    boolean forEvents(SubmissionQueue submission, CompletionQueue completion, long nanos) {
        completion.signalEvents(true);
        try {
            // What came before the kernel was told to signal has not signalled: look once more before the sleep.
            if (!woken && completion.ready() == 0 && !submission.kernelHasWork()) {
                timeout.putI64(KernelTimespec.TV_SEC, nanos / NANOS_PER_SECOND);
                timeout.putI64(KernelTimespec.TV_NSEC, nanos % NANOS_PER_SECOND);
                sys.ppoll(poll.address(), 1, timeout.address());
            }
        } finally {
            completion.signalEvents(false);
        }
        event.clear();
        if (!woken) {
            return false;
        }
        woken = false;
        return true;
    }

    void wake() {
        woken = true;
        event.signal();
    }

    @Override
    public void close() {
        event.close();
    }
}
