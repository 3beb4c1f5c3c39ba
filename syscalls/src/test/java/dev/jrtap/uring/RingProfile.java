// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.util.Set;
import java.util.stream.Stream;

/** The kinds of ring; every test of rings runs for all of them. */
enum RingProfile {
    PLAIN(false),
    COOP_TASKRUN(false, SetupFlag.COOP_TASKRUN, SetupFlag.TASKRUN_FLAG),
    SINGLE_ISSUER(false, SetupFlag.SINGLE_ISSUER),
    DEFER_TASKRUN(false, SetupFlag.SINGLE_ISSUER, SetupFlag.DEFER_TASKRUN, SetupFlag.TASKRUN_FLAG),
    NO_SQARRAY(false, SetupFlag.NO_SQARRAY),
    SQ_REWIND(false, SetupFlag.SQ_REWIND, SetupFlag.NO_SQARRAY),
    SQPOLL(false, SetupFlag.SQPOLL),
    CQE32(false, SetupFlag.CQE32),
    SQE128(false, SetupFlag.SQE128),
    CQE_MIXED(false, SetupFlag.CQE_MIXED),
    NO_MMAP(false, SetupFlag.NO_MMAP),
    REGISTERED_FD_ONLY(false, SetupFlag.REGISTERED_FD_ONLY, SetupFlag.NO_MMAP),
    TWO_MAPPINGS(true),
    TWO_MAPPINGS_DEFER_TASKRUN(true, SetupFlag.SINGLE_ISSUER, SetupFlag.DEFER_TASKRUN);

    private final boolean twoMappings;
    private final SetupFlag[] flags;

    RingProfile(boolean twoMappings, SetupFlag... flags) {
        this.twoMappings = twoMappings;
        this.flags = flags;
    }

    /**
     * Returns the profiles for tests that wait for a file or buffer to leave a table, which takes a second on Linux
     * 6.1: all; if long tests are short, those that differ in the thread that completes an operation.
     */
    static Stream<RingProfile> forTables() {
        return Stress.times(100) < 100 ? Stream.of(PLAIN, DEFER_TASKRUN, SQPOLL, TWO_MAPPINGS) : Stream.of(values());
    }

    /** Returns those that differ in the thread that completes operations, for tests that other flags do not affect. */
    static Stream<RingProfile> byThread() {
        return Stream.of(PLAIN, DEFER_TASKRUN, SQPOLL);
    }

    /** Opens a ring whose operations can be counted: no test has sent a message to a ring of its number. */
    Ring openCounted(int entries) throws ErrnoException {
        Ring ring = open(entries);
        if (!MessagedNumbers.contains(ring.fd().number())) {
            return ring;
        }
        // While this ring is open, the next one has another number.
        try (ring) {
            return openCounted(entries);
        }
    }

    Ring open(int entries) throws ErrnoException {
        return open(Syscalls.libc(), entries);
    }

    Ring open(Syscalls real, int entries) throws ErrnoException {
        Uring.require();
        Syscalls sys = twoMappings ? new MaskedSyscalls(real).withoutSingleMmap() : real;
        Ring ring = Ring.builder(sys).entries(entries).prefer(flags).build();
        boolean granted = ring.capabilities().setupFlags().containsAll(Set.of(flags));
        if (!granted) {
            ring.close();
        }
        Feature.require(
                "ring " + this,
                granted,
                "the kernel granted only " + ring.capabilities().setupFlags());
        return ring;
    }
}
