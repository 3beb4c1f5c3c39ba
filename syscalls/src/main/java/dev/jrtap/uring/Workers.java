// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.IoUring;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import java.util.Objects;

/**
 * The kernel's worker threads, which run what would block the submitting thread and cannot be polled for. They belong
 * to that thread, not to the ring: what is set here holds for all rings that it drives.
 *
 * <p>Threads: those of {@link Registrations}; call on the thread that drives the ring, or will.
 *
 * <p>Source: io_uring_register(2), IORING_REGISTER_IOWQ_AFF and IORING_REGISTER_IOWQ_MAX_WORKERS.
 */
public final class Workers {

    /**
     * How many workers there may be.
     *
     * @param bounded for work that ends by itself, as on regular files; for a setter 0 leaves it as it is
     * @param unbounded for work that may never end, as on sockets; for a setter 0 leaves it as it is
     */
    public record Limits(int bounded, int unbounded) {

        /** Refuses negative numbers. */
        public Limits {
            if (bounded < 0 || unbounded < 0) {
                throw new IllegalArgumentException(
                        "limits of workers must not be negative: " + bounded + ", " + unbounded);
            }
        }
    }

    private static final int KINDS = 2;

    private final RegisterCall ring;

    Workers(RegisterCall ring) {
        this.ring = ring;
    }

    /** Returns the present limits: the kernel's choice, unless set. Since Linux 5.15. */
    public Limits limits() throws ErrnoException {
        return limit(new Limits(0, 0));
    }

    /**
     * Sets the limits; the kernel caps them at RLIMIT_NPROC and, for bounded workers, at a number of its own. Since
     * Linux 5.15.
     *
     * @return those before
     */
    public Limits limit(Limits limits) throws ErrnoException {
        ring.checkMayRegister();
        Memory pair = Memory.allocate(KINDS * Integer.BYTES);
        pair.putI32(IoUring.IO_WQ_BOUND * Integer.BYTES, limits.bounded());
        pair.putI32(IoUring.IO_WQ_UNBOUND * Integer.BYTES, limits.unbounded());
        ring.fd()
                .register(
                        RegisterOperation.IOWQ_MAX_WORKERS,
                        "bounded=" + limits.bounded() + ", unbounded=" + limits.unbounded(),
                        pair,
                        KINDS);
        return new Limits(
                pair.getI32(IoUring.IO_WQ_BOUND * Integer.BYTES), pair.getI32(IoUring.IO_WQ_UNBOUND * Integer.BYTES));
    }

    /**
     * Binds the workers that are started from now on to these processors. Since Linux 5.14.
     *
     * @param cpus at least one, numbered from 0; those that the machine does not have are ignored
     */
    public void pin(int... cpus) throws ErrnoException {
        ring.checkMayRegister();
        Objects.requireNonNull(cpus, "cpus");
        int highest = -1;
        for (int cpu : cpus) {
            if (cpu < 0) {
                throw new IllegalArgumentException("processors are numbered from 0: " + cpu);
            }
            highest = Math.max(highest, cpu);
        }
        if (highest < 0) {
            throw new IllegalArgumentException("at least one processor is needed; unpin() lets workers run on all");
        }
        Memory mask = Memory.allocate((highest / Long.SIZE + 1) * Long.BYTES);
        StringBuilder names = new StringBuilder("cpus=");
        for (int cpu : cpus) {
            int at = cpu / Long.SIZE * Long.BYTES;
            mask.putI64(at, mask.getI64(at) | 1L << cpu % Long.SIZE);
            names.append(names.charAt(names.length() - 1) == '=' ? "" : "+").append(cpu);
        }
        ring.fd().register(RegisterOperation.IOWQ_AFF, names.toString(), mask, mask.size());
    }

    /** Lets the workers that are started from now on run on every processor again. Since Linux 5.14. */
    public void unpin() throws ErrnoException {
        ring.checkMayRegister();
        ring.fd().register(RegisterOperation.UNREGISTER_IOWQ_AFF, "", null, 0);
    }
}
