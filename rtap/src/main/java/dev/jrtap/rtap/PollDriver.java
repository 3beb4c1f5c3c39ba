// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Pollfd;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.CloseListener;
import dev.jrtap.ownership.Ownership;
import dev.jrtap.ownership.Teardown;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.Timespec;
import dev.jrtap.uring.Ring;
import java.util.Optional;

/** Drives queues by system calls: a read or a write for each packet, and ppoll(2) to sleep. */
final class PollDriver implements Driver {

    private static final int EVENT = Pollfd.SIZEOF;

    private final Syscalls sys;
    private final int fd;
    private final EventFd event;
    private final Memory polled = Memory.allocate(2 * Pollfd.SIZEOF);
    private final Memory timeout = Memory.allocate(Timespec.SIZEOF);
    private final Ownership ownership;
    private final String name;
    private final FirstCall first = new FirstCall();
    private volatile Runnable alsoWake = () -> {};
    private Runnable afterReap = () -> {};
    private boolean gone;
    private long entries;

    private PollDriver(Syscalls sys, int fd, String name, EventFd event) {
        this.sys = sys;
        this.name = name;
        this.ownership = new Ownership(name, this::wake, new End());
        this.fd = fd;
        this.event = event;
        polled.putI32(Pollfd.FD, fd);
        polled.putI16(Pollfd.EVENTS, Poll.POLLIN);
        polled.putI32(EVENT + Pollfd.FD, event.fd());
        polled.putI16(EVENT + Pollfd.EVENTS, Poll.POLLIN);
    }

    static PollDriver open(Syscalls sys, int fd, String name) throws ErrnoException {
        return new PollDriver(sys, fd, name, EventFd.open(sys));
    }

    /** Nothing is under way when no call is. */
    private final class End implements Teardown {

        @Override
        public void begin() {
            event.close();
        }

        @Override
        public boolean await() {
            return true;
        }
    }

    @Override
    public Receiver receiver(ReadCompletion rx, Chains chains, RxCounts counts) {
        return new PollReceiver(this, chains, counts, rx);
    }

    @Override
    public Sender sender(WriteCompletion tx, PacketPool pool) {
        return new PollSender(this, pool, tx);
    }

    @Override
    public void onEnter(Runnable action) {
        // Reads are made one by one, when somebody receives.
    }

    @Override
    public void onReap(Runnable action) {
        afterReap = action;
    }

    /** For one call, which is counted. */
    Syscalls syscalls() {
        entries++;
        return sys;
    }

    int fd() {
        return fd;
    }

    @Override
    public boolean own() {
        try {
            boolean mine = ownership.own();
            first.drive();
            return mine && ownership.goOn();
        } catch (IllegalStateException e) {
            if (!ownership.isRequested()) {
                throw e;
            }
            return first.refuse(name);
        }
    }

    @Override
    public boolean isOpen() {
        return first.seeing(ownership.isOpen());
    }

    @Override
    public boolean isClosing() {
        return ownership.isRequested();
    }

    @Override
    public int reap() {
        afterReap.run();
        return 0;
    }

    @Override
    public void enter() {
        // What was to be written has been.
    }

    @Override
    public void enterIfNeeded() {
        // Nothing is claimed without a ring.
    }

    @Override
    public boolean await(long nanos) {
        Timespec.put(timeout, 0, nanos);
        polled.putI16(Pollfd.REVENTS, 0);
        polled.putI16(EVENT + Pollfd.REVENTS, 0);
        int skip = gone ? 1 : 0;
        int ready = syscalls().ppoll(polled.address() + skip * EVENT, 2 - skip, timeout.address());
        if (ready > 0 && polled.getU16(EVENT + Pollfd.REVENTS) != 0) {
            event.clear();
            return false;
        }
        // An error of the descriptor is no packet: the device is gone, and would end every sleep at once.
        gone |= (polled.getU16(Pollfd.REVENTS) & Poll.POLLERR) != 0;
        return ready > 0;
    }

    @Override
    public void wake() {
        event.signal();
        alsoWake.run();
    }

    @Override
    public void onWake(Runnable action) {
        alsoWake = action;
    }

    @Override
    public long overflows() {
        return 0;
    }

    @Override
    public void beginClose() {
        ownership.beginClose();
    }

    @Override
    public void close() {
        first.closing();
        ownership.close();
    }

    @Override
    public void onClosed(CloseListener listener) {
        ownership.onClosed(listener);
    }

    @Override
    public long kernelEntries() {
        return entries;
    }

    /** Takes note of the error that a read has returned. */
    void failed(int result) {
        gone |= result == -Errno.EBADFD;
    }

    /** Whether the device was found to be gone. */
    boolean isGone() {
        return gone;
    }

    @Override
    public RxSignal signal(Syscalls callers) throws ErrnoException {
        return PollSignal.open(callers, this);
    }

    @Override
    public Optional<Ring> ring() {
        return Optional.empty();
    }
}
