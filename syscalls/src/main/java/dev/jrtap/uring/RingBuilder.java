// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a ring. By default it has 128 entries, twice as many completions, and the fastest way of posting completions
 * to one thread that the kernel knows.
 */
public final class RingBuilder {

    /** The ring links two entries for its own use. */
    private static final int MIN_ENTRIES = 2;

    private static final int MAX_ENTRIES = 32768;

    private final Syscalls sys;
    private final EnumSet<SetupFlag> required = EnumSet.noneOf(SetupFlag.class);
    private EnumSet<SetupFlag> preferred = SetupFlag.usual();
    private int entries = 128;
    private int completionEntries;
    private int plainFlags;
    private int pollIdleMillis;
    private int pollCpu;
    private int workersOf;
    private OwnRingMemory.Place place = OwnRingMemory::anonymous;
    // Kept for the kernel if the ring cannot be proven to be over.
    private @Nullable Memory placeHolder;

    RingBuilder(Syscalls sys) {
        this.sys = Objects.requireNonNull(sys, "system calls");
    }

    /** Operations that can be claimed between two submits: 2 to 32768, rounded up to a power of two by the kernel. */
    public RingBuilder entries(int entries) {
        this.entries = checkEntries(entries);
        return this;
    }

    /**
     * Completions that can wait to be drained: at least as many as entries, at most 65536, rounded up to a power of two
     * by the kernel.
     */
    public RingBuilder completionEntries(int completionEntries) {
        this.completionEntries = checkCompletions(completionEntries);
        return this;
    }

    static int checkEntries(int entries) {
        return Check.range("entries", MIN_ENTRIES, MAX_ENTRIES, entries);
    }

    static int checkCompletions(int completionEntries) {
        return Check.range("completionEntries", 1, 2 * MAX_ENTRIES, completionEntries);
    }

    /** Flags without which {@link #build} fails, and what they need. */
    public RingBuilder require(SetupFlag... flags) {
        for (SetupFlag flag : Objects.requireNonNull(flags, "flags")) {
            required.addAll(flag.needed());
            required.add(flag);
        }
        for (SetupFlag flag : required) {
            EnumSet<SetupFlag> both = EnumSet.copyOf(required);
            both.retainAll(flag.excluded());
            if (!both.isEmpty()) {
                throw new IllegalArgumentException("the kernel has no ring with both " + flag + " and " + both);
            }
        }
        return this;
    }

    /**
     * Exactly the flags to be used where the kernel knows them, in place of the usual ones; see {@link
     * RingCapabilities#setupFlags}. A required flag takes precedence over a preferred one that excludes it.
     */
    public RingBuilder prefer(SetupFlag... flags) {
        Objects.requireNonNull(flags, "flags");
        preferred = EnumSet.noneOf(SetupFlag.class);
        preferred.addAll(List.of(flags));
        return this;
    }

    /**
     * Requires {@link SetupFlag#SQPOLL}.
     *
     * @param idleMillis how long the kernel's thread polls without finding entries before it sleeps, in milliseconds; 0
     *     for the kernel's choice, 1 s
     */
    public RingBuilder sqPoll(int idleMillis) {
        if (idleMillis < 0) {
            throw new IllegalArgumentException("idle time must not be negative: " + idleMillis);
        }
        pollIdleMillis = idleMillis;
        return require(SetupFlag.SQPOLL);
    }

    /** Binds the kernel's polling thread to processor {@code cpu}; requires {@link SetupFlag#SQPOLL}. */
    public RingBuilder sqPollCpu(int cpu) {
        pollCpu = Check.notNegative("cpu", cpu);
        plainFlags |= IoUring.IORING_SETUP_SQ_AFF;
        return require(SetupFlag.SQPOLL);
    }

    /** Shares the worker threads of {@code other}, and its polling thread if both poll. Since Linux 5.6. */
    public RingBuilder attachWorkers(Ring other) {
        workersOf = other.openDescriptor().fd();
        plainFlags |= IoUring.IORING_SETUP_ATTACH_WQ;
        return this;
    }

    /**
     * Puts the rings into {@code memory}, which must begin at a page; requires {@link SetupFlag#NO_MMAP}. This way
     * several rings can share a huge page. Before Linux 6.14 the pages must lie together in physical memory, as those
     * of a huge page do.
     *
     * @param memory at least {@link #memoryNeeded} bytes; zeroed here, and the ring's until {@link Ring#onClosed} says
     *     that its memory is free; a ring that lives on after its close never releases it
     */
    public RingBuilder memory(Memory memory) {
        Objects.requireNonNull(memory, "memory for the rings");
        place = (sys, ringBytes, entryBytes) -> OwnRingMemory.in(memory, ringBytes, entryBytes);
        placeHolder = memory;
        return require(SetupFlag.NO_MMAP);
    }

    /**
     * Puts the rings into huge pages of this process, for fewer misses of the TLB; requires {@link SetupFlag#NO_MMAP}.
     * The machine must have some that are free (vm.nr_hugepages).
     */
    public RingBuilder hugePages() {
        place = OwnRingMemory::huge;
        return require(SetupFlag.NO_MMAP);
    }

    /**
     * Returns the bytes of {@link #memory} that a ring of this size and with the required and preferred flags needs at
     * most.
     */
    public int memoryNeeded() {
        EnumSet<SetupFlag> flags = EnumSet.copyOf(required);
        flags.addAll(preferred);
        return OwnRingMemory.bytes(request(), flags);
    }

    private RingSetup.Request request() {
        int completions = Math.max(completionEntries == 0 ? 2 * entries : completionEntries, entries);
        return new RingSetup.Request(
                entries, completions, required, preferred, plainFlags, pollIdleMillis, pollCpu, workersOf, place);
    }

    /**
     * Sets the ring up and maps it. It has no owner yet, except with {@link SetupFlag#REGISTERED_FD_ONLY}: the first
     * thread that drives it owns it.
     *
     * @throws ErrnoException if io_uring is forbidden or too old here, or memory or descriptors have run out
     */
    public Ring build() throws ErrnoException {
        RingParts.endDropped();
        RingSetup setup = RingSetup.create(sys, request());
        HalfBuilt half = new HalfBuilt(setup);
        try {
            Ring ring = half.finish();
            if (placeHolder != null) {
                half.parts.lent().keepUntilTheEnd(placeHolder);
            }
            return ring;
        } catch (UncheckedIOException e) {
            half.close();
            throw (ErrnoException) e.getCause();
        } catch (ErrnoException | RuntimeException | Error e) {
            half.close();
            throw e;
        }
    }

    /** A ring on its way, of which nothing may be left if it fails. */
    private static final class HalfBuilt {

        private final RingSetup setup;
        private RingMaps maps;
        private EventFd event;
        private ContextEnd end;
        private RingParts parts;

        HalfBuilt(RingSetup setup) {
            this.setup = setup;
        }

        Ring finish() throws ErrnoException {
            Syscalls sys = setup.fd().syscalls();
            maps = RingMaps.map(setup);
            RingCapabilities granted = RingCapabilities.probe(setup);
            checkEntry(setup.fd());
            event = EventFd.open(sys);
            end = ContextEnd.open(sys);
            parts = new RingParts(maps, event, end);
            Ring ring = new Ring(parts, granted);
            ring.files().guard();
            if (granted.has(SetupFlag.REGISTERED_FD_ONLY)) {
                ring.own();
            }
            return ring;
        }

        void close() {
            setup.fd().unregisterFromThread();
            if (parts != null) {
                parts.close(true);
            }
            if (end != null) {
                end.close();
            }
            if (event != null) {
                event.close();
            }
            if (maps != null) {
                maps.close();
            }
            setup.release();
        }
    }

    /** A filter may let a ring be set up and forbid to use it. Said now, and not when operations wait. */
    private static void checkEntry(RingFd fd) throws ErrnoException {
        int result = fd.enter(0, 0, 0);
        if (result == -Errno.EPERM || result == -Errno.EACCES || result == -Errno.ENOSYS) {
            throw ErrnoException.of(result, "io_uring_enter(" + fd + ", 0)", RingHints.setup(-result));
        }
    }
}
