// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.bindings.IoUringParams;
import dev.jrtap.bindings.IoUringProbe;
import dev.jrtap.bindings.IoUringProbeOp;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the kernel granted to one ring: asked of it, never guessed from its version.
 *
 * <p>Immutable.
 */
public final class Capabilities {

    private static final int PROBED_OPERATIONS = 256;

    private final Set<SetupFlag> setupFlags;
    private final int features;
    private final BitSet operations;

    private Capabilities(EnumSet<SetupFlag> setupFlags, int features, BitSet operations) {
        this.setupFlags = Collections.unmodifiableSet(setupFlags);
        this.features = features;
        this.operations = operations;
    }

    static Capabilities probe(RingSetup setup) throws ErrnoException {
        Memory probe = Memory.allocate(IoUringProbe.SIZEOF + PROBED_OPERATIONS * IoUringProbeOp.SIZEOF);
        int result = setup.fd()
                .syscalls()
                .ioUringRegister(
                        setup.fd().number(), IoUring.IORING_REGISTER_PROBE, probe.address(), PROBED_OPERATIONS);
        if (result < 0) {
            throw ErrnoException.of(result, "io_uring_register(" + setup.fd() + ", PROBE)", RingHints.setup(-result));
        }
        BitSet operations = new BitSet();
        for (int i = 0; i < probe.getU8(IoUringProbe.OPS_LEN); i++) {
            int op = IoUringProbe.SIZEOF + i * IoUringProbeOp.SIZEOF;
            if ((probe.getU16(op + IoUringProbeOp.FLAGS) & IoUring.IO_URING_OP_SUPPORTED) != 0) {
                operations.set(probe.getU8(op + IoUringProbeOp.OP));
            }
        }
        // The newest operation of Linux 5.19, the first to cancel everything at once, which close() relies upon.
        if (!operations.get(IoUring.IORING_OP_SOCKET)) {
            throw ErrnoException.of(
                    -Errno.EOPNOTSUPP,
                    "io_uring_register(" + setup.fd() + ", PROBE)",
                    "the io_uring of this kernel is too old: Linux 5.19 or newer is needed");
        }
        return new Capabilities(setup.granted(), setup.params().getI32(IoUringParams.FEATURES), operations);
    }

    /** The flags the ring was set up with; unmodifiable. */
    public Set<SetupFlag> setupFlags() {
        return setupFlags;
    }

    /** Whether the kernel set all bits of {@code feature}, one of {@code IORING_FEAT_*}. */
    public boolean hasFeature(int feature) {
        return (features & feature) == feature;
    }

    /** Whether the kernel knows {@code operation}, one of {@code IORING_OP_*}. */
    public boolean supports(int operation) {
        return operations.get(operation);
    }

    @Override
    public String toString() {
        return "setup " + setupFlags + ", features 0x" + Integer.toHexString(features) + ", " + operations.cardinality()
                + " operations";
    }
}
