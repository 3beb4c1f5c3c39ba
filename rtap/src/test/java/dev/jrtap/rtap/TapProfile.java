// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.fixtures.Ebpf;
import dev.jrtap.fixtures.Feature;
import dev.jrtap.fixtures.MaskedSyscalls;
import dev.jrtap.fixtures.Stress;
import dev.jrtap.fixtures.TunDevice;
import dev.jrtap.fixtures.Uring;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.Operation;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * The kinds of kernel that a device may run on, with and without IFF_NAPI, with rings in one mapping or two, each with
 * the receive modes. Absent features are masked in the results of system calls; every call reaches the real kernel. A
 * test takes its system calls from {@link #syscalls()} before it makes anything, because that may skip it.
 */
enum TapProfile {
    NAPI_MULTISHOT(true, true, RxMode.MULTISHOT),
    NAPI_ONE_SHOT(true, true, RxMode.ONE_SHOT),
    NAPI_POLL(true, true, RxMode.POLL),
    NAPI_MAPPED(true, true, RxMode.MAPPED),
    NAPI_TWO_MAPPINGS(true, false, RxMode.MULTISHOT),
    PLAIN_MULTISHOT(false, true, RxMode.MULTISHOT),
    PLAIN_ONE_SHOT(false, true, RxMode.ONE_SHOT),
    PLAIN_POLL(false, true, RxMode.POLL),
    PLAIN_MAPPED(false, true, RxMode.MAPPED),
    PLAIN_TWO_MAPPINGS_ONE_SHOT(false, false, RxMode.ONE_SHOT);

    final boolean napi;
    final RxMode mode;
    private final boolean singleMapping;

    TapProfile(boolean napi, boolean singleMapping, RxMode mode) {
        this.napi = napi;
        this.singleMapping = singleMapping;
        this.mode = mode;
    }

    Syscalls syscalls() {
        return syscalls(Syscalls.libc());
    }

    Syscalls syscalls(Syscalls real) {
        TunDevice.require();
        if (mode == RxMode.MULTISHOT) {
            Uring.require(Operation.READ_MULTISHOT);
        } else if (mode == RxMode.MAPPED) {
            Ebpf.requireJit();
        } else if (mode != RxMode.POLL) {
            Uring.require();
        }
        MaskedSyscalls masked = new MaskedSyscalls(real);
        if (!napi) {
            masked.withoutNapi();
        }
        if (!singleMapping) {
            masked.withoutSingleMmap();
        }
        if (mode != RxMode.MULTISHOT) {
            masked.withoutOperation(IoUring.IORING_OP_READ_MULTISHOT);
        }
        Feature.require("tap " + this, true, "");
        return masked;
    }

    /** Returns the profiles whose devices can be persistent, adopted, shared and lent: those without a filter. */
    static Stream<TapProfile> shareable() {
        return Arrays.stream(values()).filter(profile -> profile.mode != RxMode.MAPPED);
    }

    /** Returns the profiles for tests that start a JVM: all; for short tests, one with a ring and one without. */
    static Stream<TapProfile> perJvm() {
        return Stress.times(100) < 100 ? Stream.of(NAPI_MULTISHOT, PLAIN_POLL) : Stream.of(values());
    }

    /** Returns whether an io_uring drives its queues. */
    boolean hasRing() {
        return mode == RxMode.ONE_SHOT || mode == RxMode.MULTISHOT;
    }

    RtapConfig config() {
        return RtapConfig.named("rtap%d").withRxMode(mode);
    }
}
