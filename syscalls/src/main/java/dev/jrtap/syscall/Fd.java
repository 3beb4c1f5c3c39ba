// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor with one owner: the first close closes it, later ones do nothing.
 *
 * <p>Threads: {@link #close} may come from any thread. A number obtained before is then free, and may soon name another
 * file: the owner must end its use first.
 */
public final class Fd implements AutoCloseable {

    private final Syscalls sys;
    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Fd(Syscalls sys, int number) {
        this.sys = sys;
        this.number = number;
    }

    /**
     * Like {@link #own(Syscalls, int)}, for a number that the kernel has returned in another way, as the result of an
     * operation.
     */
    public static Fd own(int number) {
        return own(Syscalls.libc(), number);
    }

    /** Takes ownership of {@code number}, which a call of {@code sys} has just returned. */
    public static Fd own(Syscalls sys, int number) {
        if (number < 0) {
            throw new IllegalArgumentException("not a descriptor: " + number);
        }
        return new Fd(Objects.requireNonNull(sys, "system calls"), number);
    }

    /**
     * Opens an existing file, with the real system calls.
     *
     * @param flags {@code O_*} of {@link Fcntl}; O_CLOEXEC is always among them
     * @throws ErrnoException ENOENT, EACCES and their like; the message has the call with its flags
     * @throws IllegalArgumentException if {@code flags} create a file, which needs a mode
     */
    public static Fd open(String path, int flags) throws ErrnoException {
        if ((flags & Fcntl.O_CREAT) != 0 || (flags & Fcntl.O_TMPFILE) == Fcntl.O_TMPFILE) {
            throw new IllegalArgumentException(
                    OpenFlags.names(flags) + " makes a file, which needs a mode: use open(" + "path, flags, mode)");
        }
        return open(path, flags, 0);
    }

    /** Like {@link #open(Syscalls, String, int, int)}, with the real system calls. */
    public static Fd open(String path, int flags, int mode) throws ErrnoException {
        return open(Syscalls.libc(), path, flags, mode);
    }

    /**
     * Opens or creates a file.
     *
     * @param flags {@code O_*} of {@link Fcntl}; O_CLOEXEC is always among them
     * @param mode the permissions of a created file, {@code S_I*} of {@link dev.jrtap.bindings.Stat}
     * @throws ErrnoException ENOENT, EACCES and their like; the message has the call with its flags
     */
    public static Fd open(Syscalls sys, String path, int flags, int mode) throws ErrnoException {
        Memory name = Memory.ofString(path);
        int all = flags | Fcntl.O_CLOEXEC;
        int result = sys.open(name.address(), all, mode);
        name.keepAlive();
        if (result < 0) {
            throw ErrnoException.of(
                    result, "open(" + path + ", " + OpenFlags.names(all) + ")", OpenFlags.hint(-result, flags));
        }
        return own(sys, result);
    }

    /** Returns the descriptor's number. */
    public int fd() {
        if (closed.get()) {
            throw new IllegalStateException("file descriptor " + number + " is closed");
        }
        return number;
    }

    /** Returns whether {@link #close} is still to come. */
    public boolean isOpen() {
        return !closed.get();
    }

    /** Returns the system calls it was opened with. */
    public Syscalls syscalls() {
        return sys;
    }

    /** Closes it; further calls do nothing. The result of close(2) is ignored, since no caller could act upon it. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            sys.close(number);
        }
    }

    @Override
    public String toString() {
        return "fd=" + number;
    }
}
