// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.ownership.CloseListener;
import dev.jrtap.ownership.ClosedException;
import dev.jrtap.ownership.NotOwnerException;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.IoVectors;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.CompletionQueue;
import dev.jrtap.uring.Operation;
import dev.jrtap.uring.Operations;
import dev.jrtap.uring.Ring;
import dev.jrtap.uring.RingBuilder;
import dev.jrtap.uring.SetupFlag;
import dev.jrtap.uring.Sqe;
import dev.jrtap.uring.Workers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Drives queues through an io_uring, in which the pool is registered, if it may be locked, and the descriptor, except
 * in {@link RxMode#MAPPED}.
 */
final class RingDriver implements Driver {

    /** In the high half of a completion's user data: whose it is. The low half is a segment. */
    static final long RECEIVED = 1L << 32;

    static final long SENT = 2L << 32;

    /** Position of the descriptor among the registered files, and of the pool among the registered buffers. */
    static final int FILE = 0;

    private static final int BUFFER = 0;

    /** Entries of the ring beside those for packets: the multishot read, a poll, the cancel at the end. */
    private static final int SPARE_ENTRIES = 16;

    /** Nothing here needs a kernel thread; what ends up with one all the same does not get many. */
    private static final Workers.Limits FEW = new Workers.Limits(1, 1);

    private final Ring ring;
    private final Syscalls sys;
    private final int fd;
    private final String name;
    private final RtapConfig config;
    private final boolean poolRegistered;
    private final boolean fileRegistered;
    /** The ring's descriptor, if the kernel reads whenever a packet comes; -1 if only when the owner asks. */
    private final int readingFd;

    @SuppressWarnings("NullAway.Init") // by the queues, when they are made
    private RingReceiver receiver;

    @SuppressWarnings("NullAway.Init") // by the queues, when they are made
    private WriteCompletion tx;

    private @Nullable RingSender sender;
    private Runnable beforeEnter = () -> {};
    private Runnable afterReap = () -> {};

    private final FirstCall first = new FirstCall();
    private volatile boolean closing;
    private long direct;

    private RingDriver(Syscalls sys, int fd, Ring ring, String name, RtapConfig config, boolean poolRegistered) {
        this.sys = sys;
        this.fd = fd;
        this.ring = ring;
        this.name = name;
        this.config = config;
        this.poolRegistered = poolRegistered;
        this.fileRegistered = !onlyWrites(config);
        this.readingFd = ring.capabilities().has(SetupFlag.DEFER_TASKRUN) ? -1 : ring.pollFd();
        ring.onUndrained(this::onUndrained);
    }

    /** Returns whether a BPF program receives. */
    private static boolean onlyWrites(RtapConfig config) {
        return config.rxMode() == RxMode.MAPPED;
    }

    static RingDriver open(Syscalls sys, int fd, String name, PacketPool pool, RtapConfig config)
            throws ErrnoException {
        int packets = config.ringSize();
        // Every packet in flight can complete before we look: the completion queue has room for all of them.
        RingBuilder builder = Ring.builder(sys)
                .entries(2 * packets + SPARE_ENTRIES)
                .completionEntries(Integer.highestOneBit(2 * packets + SPARE_ENTRIES) * 2);
        DataPath path = config.options().path;
        if (path.hasPolling() && !onlyWrites(config)) {
            builder.sqPoll(path.pollIdleMillis());
        }
        Ring ring = builder.build();
        try {
            if (!onlyWrites(config)) {
                // A killed process leaves its rings for a while, and they keep registered files open: a device with a
                // program would live on, and take packets.
                ring.files().register(fd);
            }
            ring.register().workers().limit(FEW);
            return new RingDriver(sys, fd, ring, name, config, registerPool(ring, pool));
        } catch (Throwable e) {
            ring.close();
            throw e;
        }
    }

    /** Packets move without it too, only slower: the pool may be larger than what this process may lock. */
    private static boolean registerPool(Ring ring, PacketPool pool) {
        try {
            ring.buffers().register(pool.memory());
            return true;
        } catch (ErrnoException e) {
            return false;
        }
    }

    @Override
    public Receiver receiver(ReadCompletion rx, Chains chains, RxCounts counts) throws ErrnoException {
        if (config.rxMode() == RxMode.MULTISHOT) {
            checkMultishot(chains);
            receiver = new MultishotReceiver(this, chains, counts, rx, config.ringSize());
        } else {
            receiver = new OneShotReceiver(this, chains, counts, rx, config.ringSize());
        }
        return receiver;
    }

    private void checkMultishot(Chains chains) throws ErrnoException {
        if (!ring.capabilities().supports(Operation.READ_MULTISHOT)) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "queue with RxMode.MULTISHOT",
                    "this kernel has no READ_MULTISHOT, which came with Linux 6.7: use RxMode.AUTO or ONE_SHOT");
        }
        if (chains.segments() > 1) {
            throw new IllegalArgumentException("slots of the pool hold frames of "
                    + chains.pool().frameCapacity() + " bytes, and longer ones can arrive: use PacketPool.forMtu with a"
                    + " larger MTU, or another mode than RxMode.MULTISHOT");
        }
    }

    @Override
    public Sender sender(WriteCompletion writes, PacketPool pool) {
        tx = writes;
        sender = new RingSender(this, pool, config.ringSize());
        return sender;
    }

    @Override
    public void onEnter(Runnable action) {
        beforeEnter = action;
    }

    @Override
    public void onReap(Runnable action) {
        afterReap = action;
    }

    /** Returns the ring that it drives. */
    Ring ownRing() {
        return ring;
    }

    /** For one call past the ring, which is counted. */
    Syscalls syscalls() {
        direct++;
        return sys;
    }

    int fd() {
        return fd;
    }

    Sqe read(Operations entry, long address, int length) {
        if (poolRegistered) {
            return entry.unsafe().readFixed(FILE, address, length, 0, BUFFER).fixedFile();
        }
        return entry.unsafe().read(FILE, address, length, 0).fixedFile();
    }

    /** Each way by itself: of several that meet in one place, the compiler makes more than it puts into a loop. */
    Sqe write(Operations entry, long address, int length) {
        if (!fileRegistered) {
            return poolRegistered
                    ? entry.unsafe().writeFixed(fd, address, length, 0, BUFFER)
                    : entry.unsafe().write(fd, address, length, 0);
        }
        if (poolRegistered) {
            return entry.unsafe().writeFixed(FILE, address, length, 0, BUFFER).fixedFile();
        }
        return entry.unsafe().write(FILE, address, length, 0).fixedFile();
    }

    Sqe write(Operations entry, IoVectors vectors) {
        return fileRegistered ? entry.writev(FILE, vectors, 0).fixedFile() : entry.writev(fd, vectors, 0);
    }

    /** The kernel has said of a packet what has become of it. Packets that were read are known by their memory. */
    private void onUndrained(long userData, int result, int flags) {
        if ((userData & SENT) != 0) {
            tx.sent((int) userData, result);
        }
    }

    @Override
    public boolean own() {
        boolean mine;
        try {
            mine = ring.own();
        } catch (ClosedException | NotOwnerException e) {
            if (!closing) {
                throw e;
            }
            return first.refuse(name);
        }
        first.drive();
        if (mine && closing) {
            // The close that another thread has asked for is done here, and what it throws is no refusal. If the ring
            // is yet to be asked, what is claimed goes to the kernel, which says at once what has become of it.
            claimWrites();
            ring.submitAndWait(0);
            takeCompletions();
        }
        return mine && !closing;
    }

    @Override
    public boolean isOpen() {
        return first.seeing(ring.isOpen());
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public int reap() {
        int reaped = takeCompletions();
        afterReap.run();
        return reaped;
    }

    /** By cursor: the one call of a handler in drain() is shared by all rings, and stays a call if these have many. */
    private int takeCompletions() {
        CompletionQueue completions = ring.completion();
        int reaped = 0;
        while (completions.next()) {
            long userData = completions.userData();
            int result = completions.result();
            if ((userData & SENT) != 0) {
                tx.sent((int) userData, result);
            } else if ((userData & RECEIVED) != 0) {
                receiver.onRead((int) userData, result, completions.flags());
            }
            reaped++;
        }
        return reaped;
    }

    /** Claims entries for sent packets that wait: before those of reads, so that no reply waits for a read. */
    void claimWrites() {
        if (sender != null) {
            sender.claim();
        }
    }

    /** Returns whether writes have been claimed that are not over. */
    boolean isWriting() {
        return ring.inFlight() > 0 || ring.submission().pending() > 0;
    }

    @Override
    public void enter() {
        claimWrites();
        beforeEnter.run();
        ring.submit();
    }

    @Override
    public void enterIfNeeded() {
        claimWrites();
        ring.submitIfNeeded();
    }

    @Override
    public boolean await(long nanos, boolean readable) {
        claimWrites();
        if (readable && receiver.isPolled()) {
            direct++;
            return ring.awaitReadable(fd, nanos);
        }
        return ring.await(nanos);
    }

    /**
     * A packet stays in the device's queue until the owner asks for completions, even if a read waits for it: that is
     * what DEFER_TASKRUN defers. Without it the kernel reads the packet at any moment, and then the ring is readable.
     */
    @Override
    public boolean beginSleep(PollSet polls, boolean readable) {
        if (readable) {
            polls.add(fd);
        }
        if (readingFd >= 0) {
            polls.add(readingFd);
        }
        return true;
    }

    /** Returns whether the kernel reads only when the owner asks for completions. */
    boolean readsWhenAsked() {
        return readingFd < 0;
    }

    @Override
    public void endSleep(PollSet polls) {
        // Nothing is armed for a sleep.
    }

    @Override
    public void wake() {
        ring.wake();
    }

    @Override
    public void beginClose() {
        closing = true;
    }

    @Override
    public void close() {
        closing = true;
        first.closing();
        ring.close();
    }

    @Override
    public void onClosed(CloseListener listener) {
        ring.onClosed(listener);
    }

    @Override
    public void onWake(Runnable action) {
        ring.onWake(action);
    }

    @Override
    public long overflows() {
        return ring.overflows();
    }

    @Override
    public long kernelEntries() {
        return ring.kernelEntries() + direct;
    }

    @Override
    public RxSignal signal(Syscalls sys) throws ErrnoException {
        return signal(EventFd.open(sys));
    }

    /** Returns a signal by {@code event}, which is closed with it. */
    RxSignal signal(EventFd event) {
        return new RingSignal(ring, event);
    }

    @Override
    public Optional<Ring> ring() {
        return Optional.of(ring);
    }
}
