// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Pollfd;
import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.CloseListener;
import dev.jrtap.ownership.ClosedException;
import dev.jrtap.ownership.NotOwnerException;
import dev.jrtap.ownership.Ownership;
import dev.jrtap.ownership.Teardown;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.syscall.Timespec;
import dev.jrtap.uring.Interruption;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.RingCapabilities;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Drives queues by system calls: a read or a write for each packet, and ppoll(2) to sleep. Where a BPF program fills
 * the queue, what is left to read is what has gone past it, and packets are sent through a ring, if there is one.
 */
final class PollDriver implements Driver {

    // In the order in which they are polled: the descriptor first, which is left out when the device is gone.
    private static final int EVENT = Pollfd.SIZEOF;
    private static final int BELL = 2 * Pollfd.SIZEOF;

    /** The longest sleep while a write waits for room: the kernel goes on with it only when the ring is entered. */
    private static final long WRITING_NANOS = 1_000_000;

    private static final int NONE = -1;

    private final Syscalls sys;
    private final int fd;
    private final EventFd event;
    private final Memory polled = Memory.allocate(3 * Pollfd.SIZEOF);
    private final Memory timeout = Memory.allocate(Timespec.SIZEOF);
    private final Ownership ownership;
    private final String name;
    private final FirstCall first = new FirstCall();
    private final Interruption interruption;
    private volatile Runnable alsoWake = () -> {};
    private volatile boolean woken;
    private Runnable afterReap = () -> {};
    private final @Nullable MappedPart mapped;
    private final @Nullable RingDriver writes;
    private boolean writesEnded;
    private boolean gone;
    // Indices in the set of a sleep.
    private int fdAt = NONE;
    private int bellAt = NONE;
    private long written = -1;
    private long entries;

    private PollDriver(
            Syscalls sys,
            int fd,
            String name,
            EventFd event,
            @Nullable MappedPart mapped,
            @Nullable RingDriver writes) {
        this.sys = sys;
        this.name = name;
        this.ownership = new Ownership(name, this::wake, new End());
        this.fd = fd;
        this.event = event;
        this.interruption = new Interruption(event::signal);
        polled.putI32(Pollfd.FD, fd);
        polled.putI16(Pollfd.EVENTS, Poll.POLLIN);
        polled.putI32(EVENT + Pollfd.FD, event.fd());
        polled.putI16(EVENT + Pollfd.EVENTS, Poll.POLLIN);
        this.mapped = mapped;
        if (mapped != null) {
            polled.putI32(BELL + Pollfd.FD, mapped.queue().bell());
            polled.putI16(BELL + Pollfd.EVENTS, Poll.POLLIN);
        }
        this.writes = writes;
        this.writesEnded = writes == null;
        if (writes != null) {
            writes.onClosed(free -> writesEnded = free);
        }
    }

    /**
     * Opens one.
     *
     * @param mapped what the queue has of its own for {@link RxMode#MAPPED}; null without. Closed by the caller, after
     *     the driver
     * @param writes what sends, and is driven and closed together with this; null for a system call per packet
     */
    static PollDriver open(Syscalls sys, int fd, String name, @Nullable MappedPart mapped, @Nullable RingDriver writes)
            throws ErrnoException {
        return new PollDriver(sys, fd, name, EventFd.open(sys), mapped, writes);
    }

    /** Nothing is under way when no call is, except what a BPF program does. */
    private final class End implements Teardown {

        @Override
        public void begin() {
            event.close();
            try {
                if (mapped != null) {
                    mapped.stop();
                }
            } finally {
                if (writes != null) {
                    writes.close();
                }
            }
        }

        @Override
        public boolean await() {
            return (mapped == null || mapped.queue().awaitQuiet()) && writesEnded;
        }
    }

    @Override
    public Receiver receiver(ReadCompletion rx, Chains chains, RxCounts counts) {
        if (mapped == null) {
            return new PollReceiver(this, chains, counts, rx);
        }
        return new MappedReceiver(
                mapped, chains, counts, rx, completion -> new PollReceiver(this, chains, counts, completion));
    }

    @Override
    public Sender sender(WriteCompletion tx, PacketPool pool) {
        return writes == null ? new PollSender(this, pool, tx) : writes.sender(tx, pool);
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
        boolean mine;
        try {
            mine = ownership.own();
        } catch (ClosedException | NotOwnerException e) {
            if (!ownership.isRequested()) {
                throw e;
            }
            return first.refuse(name);
        }
        first.drive();
        // The close that another thread has asked for is done here, and what it throws is no refusal.
        return mine && ownership.goOn() && (writes == null || writes.own());
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
        int reaped = writes == null ? 0 : writes.reap();
        afterReap.run();
        return reaped;
    }

    @Override
    public void enter() {
        // Without a ring, what was to be written has been.
        if (writes != null) {
            writes.enter();
        }
    }

    @Override
    public void enterIfNeeded() {
        if (writes != null) {
            writes.enterIfNeeded();
        }
    }

    @Override
    public boolean await(long nanos, boolean readable) {
        if (isWriting()) {
            lookForRoom();
        }
        long most = isWriting() ? Math.min(nanos, WRITING_NANOS) : nanos;
        if (mapped != null && !mapped.queue().ring().sleep()) {
            return true;
        }
        int ready = poll(most, readable && !gone);
        awake(found(BELL) != 0, found(0) != 0, (found(0) & Poll.POLLERR) != 0);
        if (ready <= 0) {
            // A signal is no reason to end a wait: the caller looks how much of its time is left.
            return ready == -Errno.EINTR || most < nanos;
        }
        return found(EVENT) == 0 || !isEnded();
    }

    /** Returns whether writes wait for room in the kernel. */
    boolean isWriting() {
        return writes != null && writes.isWriting();
    }

    /** Has the kernel go on with writes for which there is room now. */
    void lookForRoom() {
        enterIfNeeded();
        reap();
    }

    @Override
    public boolean beginSleep(PollSet polls, boolean readable) {
        if (mapped != null && !mapped.queue().ring().sleep()) {
            return false;
        }
        fdAt = readable && !gone ? polls.add(fd) : NONE;
        bellAt = mapped == null ? NONE : polls.add(mapped.queue().bell());
        return true;
    }

    @Override
    public void endSleep(PollSet polls) {
        boolean failed = fdAt != NONE && polls.hasFailed(fdAt);
        awake(bellAt != NONE && polls.isReady(bellAt), fdAt != NONE && polls.isReady(fdAt), failed);
    }

    /** Takes note of what has ended a sleep. */
    private void awake(boolean hasRung, boolean isReadable, boolean hasFailed) {
        if (mapped != null) {
            mapped.queue().awake(hasRung);
            if (isReadable) {
                mapped.queue().tell();
            }
        }
        // An error of the descriptor is no packet: the device is gone, and would end every sleep at once.
        gone |= hasFailed;
    }

    /** Returns whether another thread ends this wait, by a wake or an interrupt, whose flag stays set. */
    private boolean isEnded() {
        // Before the look: a wake after it signals anew.
        event.clear();
        if (woken) {
            woken = false;
            return true;
        }
        // An interrupt that the thread has taken note of has signalled, too, and must not end the wait after it.
        return Thread.currentThread().isInterrupted();
    }

    private int poll(long nanos, boolean descriptor) {
        if (nanos != written) {
            // Waits in a row are mostly of one length.
            Timespec.put(timeout, 0, nanos);
            written = nanos;
        }
        int skip = descriptor ? 0 : 1;
        if (!descriptor) {
            // The kernel writes what it is asked for, and nothing else.
            polled.putI16(Pollfd.REVENTS, 0);
        }
        int count = mapped == null ? 2 : 3;
        interruption.begin();
        try {
            return syscalls().ppoll(polled.address() + (long) skip * EVENT, count - skip, timeout.address());
        } finally {
            interruption.end();
        }
    }

    private int found(int at) {
        return polled.getU16(at + Pollfd.REVENTS);
    }

    @Override
    public void wake() {
        woken = true;
        event.signal();
        alsoWake.run();
    }

    @Override
    public void onWake(Runnable action) {
        alsoWake = action;
    }

    @Override
    public long overflows() {
        return writes == null ? 0 : writes.overflows();
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
        return entries + (writes == null ? 0 : writes.kernelEntries());
    }

    /** Takes note of the error that a read has returned. */
    void failed(int result) {
        gone |= result == -Errno.EBADFD;
    }

    /** Returns whether the device was found to be gone. */
    boolean isGone() {
        return gone;
    }

    /** Returns what the queue has for {@link RxMode#MAPPED}; null without. */
    @Nullable
    MappedQueue mapped() {
        return mapped == null ? null : mapped.queue();
    }

    @Override
    public RxSignal signal(Syscalls callers) throws ErrnoException {
        return PollSignal.open(callers, this);
    }

    /** Returns what signals {@code event} when a write may go on; null without a ring that sends. */
    @Nullable
    RxSignal writesSignal(EventFd event) {
        return writes == null ? null : writes.signal(event);
    }

    @Override
    public Optional<RingCapabilities> granted() {
        return writes == null ? Optional.empty() : writes.granted();
    }

    /** Returns none: the one that sends is closed with this. */
    @Override
    public Optional<Ring> ring() {
        return Optional.empty();
    }
}
