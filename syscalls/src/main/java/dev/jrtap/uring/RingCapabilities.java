// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.bindings.IoUringProbe;
import dev.jrtap.bindings.IoUringProbeOp;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the kernel granted to one ring, as it reports itself: never guessed from its version.
 *
 * @param setupFlags the flags that the ring was set up with; unmodifiable
 * @param features the features that the kernel reports; unmodifiable
 * @param operations the operations that it can perform; unmodifiable
 */
public record RingCapabilities(Set<SetupFlag> setupFlags, Set<RingFeature> features, Set<Operation> operations) {

    private static final int PROBED_OPERATIONS = 256;

    /** Keeps copies. */
    public RingCapabilities {
        setupFlags = Collections.unmodifiableSet(setupFlags);
        features = Collections.unmodifiableSet(features);
        operations = Collections.unmodifiableSet(operations);
    }

    /** Asks the kernel behind a ring that has just been set up. */
    static RingCapabilities probe(RingSetup setup) throws ErrnoException {
        Memory probe = Memory.allocate(IoUringProbe.SIZEOF + PROBED_OPERATIONS * IoUringProbeOp.SIZEOF);
        setup.fd().register(RegisterOperation.PROBE, "", probe, PROBED_OPERATIONS);
        EnumSet<Operation> operations = EnumSet.noneOf(Operation.class);
        int answered = probe.getU8(IoUringProbe.OPS_LEN);
        for (Operation operation : Operation.values()) {
            int op = IoUringProbe.SIZEOF + operation.opcode() * IoUringProbeOp.SIZEOF;
            if (operation.opcode() < answered
                    && (probe.getU16(op + IoUringProbeOp.FLAGS) & IoUring.IO_URING_OP_SUPPORTED) != 0) {
                operations.add(operation);
            }
        }
        // The newest operation of Linux 5.19, the first to cancel everything at once, which close() relies upon.
        if (!operations.contains(Operation.SOCKET)) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "io_uring_register(" + setup.fd() + ", PROBE)",
                    "the io_uring of this kernel is too old: Linux 5.19 or newer is needed");
        }
        return new RingCapabilities(
                setup.granted(), RingFeature.of(setup.params().getI32(IoUringParams.FEATURES)), operations);
    }

    /** Returns whether the ring was set up with {@code flag}. */
    public boolean has(SetupFlag flag) {
        return setupFlags.contains(flag);
    }

    /** Returns whether the kernel has {@code feature}. */
    public boolean has(RingFeature feature) {
        return features.contains(feature);
    }

    /** Refuses {@code method} where the kernel lacks {@code feature}. */
    void require(RingFeature feature, String method) {
        if (!has(feature)) {
            throw new UnsupportedOperationException(method + " needs Linux " + feature.since() + " or newer");
        }
    }

    /** Returns whether the kernel knows {@code operation}. */
    public boolean supports(Operation operation) {
        return operations.contains(operation);
    }

    @Override
    public String toString() {
        return "setup " + setupFlags + ", features " + features + ", " + operations.size() + " operations";
    }
}
