// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bpf.MappedArrayMap;
import dev.jrtap.bpf.Program;
import dev.jrtap.bpf.ProgramType;
import dev.jrtap.bpf.RecordHandler;
import dev.jrtap.bpf.RingBuffer;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * What one queue has in the kernel for {@link RxMode#MAPPED}: the program that fills it, the memory in which both meet,
 * and the bell that ends a sleep.
 *
 * <p>Its life: opened, and the packets still go to the kernel's own queue; {@link MappedDevice#tryBegin begun}, when
 * slots are lent; stopped, when the program writes into the pool no more; closed, after the kernel's queue is gone.
 *
 * <p>Threads: the owner of the queue; {@link #bell} any.
 */
final class MappedQueue implements AutoCloseable {

    private static final int BELL_BYTES = 1 << 12;
    private static final long QUIET_NANOS = 10_000_000_000L;
    private static final RecordHandler IGNORED = record -> {};

    private final MappedArrayMap control;
    private final RingBuffer bell;
    private final Program program;
    private final MappedRing ring;
    private boolean told = true;

    private MappedQueue(MappedArrayMap control, RingBuffer bell, Program program, MappedRing ring) {
        this.control = control;
        this.bell = bell;
        this.program = program;
        this.ring = ring;
    }

    /**
     * Makes and loads everything; nothing is left behind if that fails.
     *
     * @param pool a value for each slot
     * @param slots that are lent at most
     * @param longest bytes of the longest frame that is taken
     * @param skb where to find what is left undone in packets; null if nothing is
     */
    static MappedQueue open(Syscalls sys, MappedArrayMap pool, int slots, int longest, @Nullable SkbLayout skb)
            throws ErrnoException {
        MappedLayout layout = MappedLayout.of(slots, pool.valueSize());
        MappedArrayMap control = MappedArrayMap.create(sys, "rtap_control", layout.size(), 1);
        RingBuffer bell = null;
        try {
            bell = RingBuffer.create(sys, "rtap_bell", BELL_BYTES);
            MappedProgram code = new MappedProgram(layout, control, pool, bell, longest, skb);
            Program program = Program.load(sys, ProgramType.SOCKET_FILTER, code.assemble());
            return new MappedQueue(control, bell, program, new MappedRing(layout, control.memory()));
        } catch (Throwable e) {
            if (bell != null) {
                bell.close();
            }
            control.close();
            throw e;
        }
    }

    MappedRing ring() {
        return ring;
    }

    Program program() {
        return program;
    }

    /** Returns the descriptor that is readable when the bell has rung. */
    int bell() {
        return bell.fd();
    }

    /** Takes note that the kernel's own queue may hold packets, which have gone past the program. */
    void tell() {
        told = true;
    }

    /** Returns whether that has been noted, and forgets it. */
    boolean takeTold() {
        boolean was = told;
        told = false;
        return was;
    }

    /** Ends a sleep: the bell is silent. */
    void awake(boolean hasRung) {
        ring.wake();
        if (hasRung) {
            bell.drain(IGNORED, Integer.MAX_VALUE);
        }
    }

    /**
     * Waits until the program has written what it had claimed when the ring was closed: it runs with preemption or
     * softirqs off, some microseconds.
     *
     * @return whether it has; otherwise the memory of the pool must stay
     */
    boolean awaitQuiet() {
        long deadline = System.nanoTime() + QUIET_NANOS;
        while (!ring.isQuiet()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.yield();
        }
        return true;
    }

    @Override
    public void close() {
        program.close();
        bell.close();
        control.close();
    }
}
