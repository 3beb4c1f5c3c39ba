// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;
import java.util.Arrays;
import java.util.EnumSet;

/**
 * What a ring shall be. Until told otherwise it has 128 entries, twice as many completions, and the fastest way of posting
 * completions to one thread that the kernel knows.
 */
public final class RingBuilder {

    private static final int MAX_ENTRIES = 32768;

    private final Syscalls sys;
    private final EnumSet<SetupFlag> required = EnumSet.noneOf(SetupFlag.class);
    private EnumSet<SetupFlag> preferred = EnumSet.allOf(SetupFlag.class);
    private int entries = 128;
    private int completionEntries;

    RingBuilder(Syscalls sys) {
        this.sys = sys;
    }

    /** Operations that can be claimed between two submits: 1 to 32768, rounded up to a power of two by the kernel. */
    public RingBuilder entries(int entries) {
        if (entries < 1 || entries > MAX_ENTRIES) {
            throw new IllegalArgumentException("entries must be 1.." + MAX_ENTRIES + ": " + entries);
        }
        this.entries = entries;
        return this;
    }

    /** Completions that can wait to be drained: at least as many as entries, at most 65536, rounded up likewise. */
    public RingBuilder completionEntries(int completionEntries) {
        if (completionEntries < 1 || completionEntries > 2 * MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "completion entries must be 1.." + 2 * MAX_ENTRIES + ": " + completionEntries);
        }
        this.completionEntries = completionEntries;
        return this;
    }

    /** Flags without which {@link #build} fails. */
    public RingBuilder require(SetupFlag... flags) {
        required.addAll(Arrays.asList(flags));
        return this;
    }

    /** Exactly the flags to be used where the kernel knows them, in place of all; see {@link Capabilities#setupFlags}. */
    public RingBuilder prefer(SetupFlag... flags) {
        preferred = EnumSet.noneOf(SetupFlag.class);
        preferred.addAll(Arrays.asList(flags));
        return this;
    }

    /**
     * Sets the ring up and maps it. It belongs to nobody yet: the first thread that drives it owns it.
     *
     * @throws ErrnoException if io_uring is forbidden or too old here, or memory or descriptors have run out
     */
    public Ring build() throws ErrnoException {
        RingSetup setup = RingSetup.create(sys, entries, completionEntries, required, preferred);
        RingMaps maps = null;
        RingWait wait = null;
        try {
            maps = RingMaps.map(setup);
            Capabilities capabilities = Capabilities.probe(setup);
            wait = RingWait.register(setup.fd());
            return new Ring(setup.fd(), maps, wait, capabilities);
        } catch (ErrnoException | RuntimeException e) {
            closeHalfBuilt(setup.fd(), maps, wait);
            throw e;
        }
    }

    private static void closeHalfBuilt(Fd fd, RingMaps maps, RingWait wait) {
        if (wait != null) {
            wait.close();
        }
        if (maps != null) {
            maps.close();
        }
        fd.close();
    }
}
