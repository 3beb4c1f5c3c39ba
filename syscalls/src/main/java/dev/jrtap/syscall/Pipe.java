// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;

/**
 * A pipe: bytes written to {@code out} are read from {@code in}.
 *
 * <p>Threads: any. Source: pipe(7).
 *
 * @param in the end to read from
 * @param out the end to write to
 */
public record Pipe(Fd in, Fd out) implements AutoCloseable {

    /** Like {@link #open(Syscalls, int)}, with the real system calls. */
    public static Pipe open(int flags) throws ErrnoException {
        return open(Syscalls.libc(), flags);
    }

    /**
     * Makes a pipe that is closed on exec.
     *
     * @param flags further ones: {@code O_NONBLOCK}, {@code O_DIRECT} for packets, or 0
     * @throws ErrnoException EMFILE or ENFILE if there are too many open files
     */
    public static Pipe open(Syscalls sys, int flags) throws ErrnoException {
        Memory ends = Memory.allocate(2 * Integer.BYTES);
        int result = sys.pipe2(ends.address(), Fcntl.O_CLOEXEC | flags);
        if (result < 0) {
            throw ErrnoException.of(result, "pipe2(O_CLOEXEC" + text(flags) + ")", FdLimits.hint(-result));
        }
        return new Pipe(Fd.own(sys, ends.getI32(0)), Fd.own(sys, ends.getI32(Integer.BYTES)));
    }

    private static String text(int flags) {
        return switch (flags & ~Fcntl.O_CLOEXEC) {
            case 0 -> "";
            case Fcntl.O_NONBLOCK -> "|O_NONBLOCK";
            default -> "|0x" + Integer.toHexString(flags);
        };
    }

    /** Closes both ends; further calls do nothing. */
    @Override
    public void close() {
        in.close();
        out.close();
    }
}
