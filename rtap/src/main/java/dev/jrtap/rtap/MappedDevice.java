// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.SkBuff;
import dev.jrtap.bpf.Assembler;
import dev.jrtap.bpf.Helper;
import dev.jrtap.bpf.MappedArrayMap;
import dev.jrtap.bpf.ProgramArray;
import dev.jrtap.bpf.Register;
import dev.jrtap.bpf.Size;
import dev.jrtap.bpf.VerifierException;
import dev.jrtap.netlink.TunSettings;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.tuntap.TapQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where the filter of a device in {@link RxMode#MAPPED} goes on: as the program of the queue that the kernel has
 * chosen. Where there is none the packet passes to the kernel's own queue.
 *
 * <p>The kernel numbers the queues that are attached from 0 on: the last one takes the number of one that goes. So does
 * the list here, for which queues come and go one at a time. If the numbers differed, a queue would have packets in
 * its ring and others of the same flow, which passed for another one, in the kernel's queue.
 *
 * <p>Source: tun_attach and __tun_detach in drivers/net/tun.c at Linux 6.18.
 *
 * <p>Threads: any.
 */
final class MappedDevice implements AutoCloseable {

    /** As many queues as a device can have: MAX_TAP_QUEUES of drivers/net/tun.c. */
    private static final int MOST_QUEUES = 256;

    /** So many have a jump of their own, which delays the others by a comparison each. */
    private static final int NEAR_QUEUES = 4;

    /** A label that no program can have for a name. */
    private static final String NO_PROGRAM = "no program";

    /** Slots of 256 bytes, one of them for what follows in a chain. */
    private static final int TRIAL_SLOT = 256;

    private static final int TRIAL_FRAME = TRIAL_SLOT + 1;

    private final Syscalls sys;
    private final ProgramArray programs;
    private final @Nullable SkbLayout skb;
    /** Held while the kernel changes its numbers, and before the lock of this object, which is for moments only. */
    private final ReentrantLock numbering = new ReentrantLock();
    // By the kernel's number, until they are detached.
    private final List<MappedQueue> numbered = new ArrayList<>();
    private final List<MappedQueue> begun = new ArrayList<>();
    private long accounted;
    private boolean closed;

    private MappedDevice(Syscalls sys, ProgramArray programs, @Nullable SkbLayout skb) {
        this.sys = sys;
        this.programs = programs;
        this.skb = skb;
    }

    /**
     * Makes the table of programs, after a trial of what queues will load.
     *
     * @param offloads whether some are wanted, as far as packets can tell what is left undone in them
     * @throws ErrnoException with the reason why packets cannot be received this way here, or why it does not pay
     */
    static MappedDevice open(Syscalls sys, boolean offloads) throws ErrnoException {
        SkbLayout skb = offloads ? tryHeaders(sys) : null;
        if (skb == null) {
            tryQueue(sys, null);
        }
        return new MappedDevice(sys, ProgramArray.create(sys, "rtap_queues", MOST_QUEUES), skb);
    }

    /** Returns whether a kernel, or what this process may do, is the reason: another try changes nothing. */
    static boolean isAbsent(ErrnoException e) {
        return e instanceof VerifierException
                || e.errno() == Errno.EPERM
                || e.errno() == Errno.EACCES
                || e.errno() == Errno.EINVAL
                || e.errno() == Errno.ENOSYS
                || e.errno() == Errno.EOPNOTSUPP;
    }

    /** Refuses what a configuration asks for beside it. */
    static void check(RtapConfig config) {
        if (config.rxMode() != RxMode.MAPPED) {
            return;
        }
        if (config.isPersistent() || config.options().claim.shared()) {
            throw new IllegalArgumentException("RxMode.MAPPED puts a filter into the device, which its next or other"
                    + " owners would meet: it goes neither with withPersistence() nor with withSharing()");
        }
    }

    /** Refuses a device that will be somebody else's. */
    static void checkOwn(TunSettings settings, String name) throws ErrnoException {
        if (settings.persistent()) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "open(" + name + ", RxMode.MAPPED)",
                    "the device is persistent, and its next owner would meet the filter that this way of receiving"
                            + " needs: use another mode, or a device that is not persistent");
        }
    }

    /** Refuses a device, or a queue of one, that is not its own. */
    static IllegalArgumentException refusal(String what) {
        return new IllegalArgumentException(
                "RxMode.MAPPED puts a filter into the whole device, and " + what + ": use another mode");
    }

    /** Returns the kernel's layout, if it tells it and this process may use it. */
    private static @Nullable SkbLayout tryHeaders(Syscalls sys) {
        SkbLayout skb = SkbLayout.ofRunningKernel();
        try {
            if (skb != null) {
                tryQueue(sys, skb);
            }
            return skb;
        } catch (ErrnoException e) {
            return null;
        }
    }

    private static void tryQueue(Syscalls sys, @Nullable SkbLayout skb) throws ErrnoException {
        try (MappedArrayMap pool = MappedArrayMap.create(sys, "trial", TRIAL_SLOT, 2);
                MappedQueue queue = MappedQueue.open(sys, pool, 2, TRIAL_FRAME, skb)) {
            if (!queue.program().isJited()) {
                throw ErrnoException.of(
                        -Errno.EOPNOTSUPP,
                        "device with RxMode.MAPPED",
                        "the kernel interprets BPF programs, which costs more than it saves: a kernel with"
                                + " CONFIG_BPF_JIT is needed, and `sysctl net.core.bpf_jit_enable=1`");
            }
        }
    }

    /** Returns whether packets tell what is left undone in them. */
    boolean hasHeaders() {
        return skb != null;
    }

    /**
     * Has a filter, with the packet in R1, go on as the program of its queue; without one it goes on itself.
     *
     * <p>To a number that is written in the program the kernel jumps; to any other it goes by an indirect call, which
     * costs more than all else here where processors must not guess its target.
     */
    void goOn(Assembler filter) {
        filter.ldx(Size.W, Register.R3, Register.R1, SkBuff.QUEUE_MAPPING);
        for (int queue = 0; queue < NEAR_QUEUES; queue++) {
            String other = "beyond queue " + queue;
            filter.jne(Register.R3, queue, other).mov(Register.R3, queue);
            goOnAsNumbered(filter);
            filter.ja(NO_PROGRAM).label(other);
        }
        goOnAsNumbered(filter);
        filter.label(NO_PROGRAM);
    }

    private void goOnAsNumbered(Assembler filter) {
        filter.ldMap(Register.R2, programs).call(Helper.TAIL_CALL);
    }

    /** Attaches a queue to the device. */
    interface Attaching {
        TapQueue attach() throws IOException;
    }

    /**
     * Opens what a queue needs that is going to be attached.
     *
     * @param longest bytes of the longest frame that can arrive
     * @param depth packets that may wait, whatever their length, as far as half of the pool holds them
     */
    MappedPart open(PacketPool pool, int longest, int depth) throws ErrnoException {
        int segments = Chains.segments(pool, longest);
        if (pool.slots() < 2 * segments) {
            throw new IllegalArgumentException("RxMode.MAPPED needs a pool with slots for two of the longest frames, "
                    + 2 * segments + ": it has " + pool.slots());
        }
        // Half of the pool is for sending, and for packets that the program leaves to read(2).
        int most = (int) Math.min((long) depth * segments, pool.slots() / 2);
        // As in other modes the last byte stays free.
        int capacity = pool.frameCapacity() + (segments - 1) * pool.slotSize();
        MappedQueue queue = MappedQueue.open(sys, pool.shareWithPrograms(sys), most, capacity, skb);
        return new MappedPart(this, queue, most);
    }

    /** Attaches the descriptor of a queue, whose packets pass until it is begun. */
    TapQueue attach(MappedQueue queue, Attaching attaching) throws IOException {
        numbering.lock();
        try {
            TapQueue attached = attaching.attach();
            synchronized (this) {
                numbered.add(queue);
            }
            return attached;
        } finally {
            numbering.unlock();
        }
    }

    /**
     * Gives a queue its packets; a receive, which calls it, does not wait.
     *
     * @return {@code false} if another queue is being attached or detached: its packets still pass
     * @throws UncheckedIOException if the kernel has no memory for that
     */
    boolean tryBegin(MappedQueue queue) {
        if (!numbering.tryLock()) {
            return false;
        }
        try {
            begin(queue);
            return true;
        } finally {
            numbering.unlock();
        }
    }

    private synchronized void begin(MappedQueue queue) {
        begun.add(queue);
        try {
            put(numbered.indexOf(queue), queue);
        } catch (ErrnoException e) {
            begun.remove(queue);
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Gives the packets of a queue to another one, as the kernel soon will: those that come until then need not be sent
     * once more. The last one's pass, and wait.
     */
    synchronized void stop(MappedQueue queue) {
        begun.remove(queue);
        tryPut(numbered.indexOf(queue), begun.isEmpty() ? null : begun.get(begun.size() - 1));
    }

    /** Detaches a queue; nobody writes into its memory any more then. */
    void detach(MappedQueue queue, Runnable detaching) {
        numbering.lock();
        try {
            giveNumberToTheLast(queue);
            detaching.run();
        } finally {
            try {
                forget(queue);
                queue.close();
            } finally {
                numbering.unlock();
            }
        }
    }

    private synchronized void forget(MappedQueue queue) {
        int at = numbered.indexOf(queue);
        int end = numbered.size() - 1;
        numbered.set(at, numbered.get(end));
        numbered.remove(end);
        tryPut(end, null);
        accounted += queue.ring().accounted();
    }

    /** What comes under the number of a queue goes where the kernel is about to send it. */
    private synchronized void giveNumberToTheLast(MappedQueue queue) {
        MappedQueue last = numbered.get(numbered.size() - 1);
        if (last != queue) {
            tryPut(numbered.indexOf(queue), last);
        }
    }

    /** What cannot be changed does no harm: the program of a queue that is closed lets packets pass. */
    private void tryPut(int number, @Nullable MappedQueue queue) {
        try {
            put(number, queue);
        } catch (ErrnoException e) {
            // ENOMEM: programs are patched where they jump.
        }
    }

    private void put(int number, @Nullable MappedQueue queue) throws ErrnoException {
        if (closed) {
            // A queue that was taken out of service before may still be on its way: nothing is filtered any more.
            return;
        }
        if (queue == null || !begun.contains(queue)) {
            programs.remove(number);
        } else {
            programs.put(number, queue.program());
        }
    }

    /** Packets that programs have kept from the kernel, which has counted them as dropped, and that are not missed. */
    synchronized long accounted() {
        long all = accounted;
        for (MappedQueue queue : numbered) {
            all += queue.ring().accounted();
        }
        return all;
    }

    /** After it no packet goes on anywhere. */
    @Override
    public synchronized void close() {
        closed = true;
        programs.close();
    }
}
