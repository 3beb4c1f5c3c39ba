// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.memory.Memory;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor, owned: closed once, by whoever comes first.
 *
 * <p>Threads: {@link #close} may come from any thread. A number handed out before is then free, and may soon name
 * another file: the owner ends its use first.
 */
public final class Fd implements AutoCloseable {

    private final Syscalls sys;
    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Fd(Syscalls sys, int number) {
        this.sys = sys;
        this.number = number;
    }

    /** Takes ownership of {@code number}, which a call of {@code sys} has just returned. */
    public static Fd own(Syscalls sys, int number) {
        if (number < 0) {
            throw new IllegalArgumentException("not a descriptor: " + number);
        }
        return new Fd(Objects.requireNonNull(sys, "system calls"), number);
    }

    /**
     * Opens a file.
     *
     * @param flags {@code O_*} of open(2)
     * @return the descriptor's number, or {@code -errno}: the caller knows what the failure means and says it
     */
    public static int open(Syscalls sys, String path, int flags) {
        Memory name = Memory.ofString(path);
        int result = sys.open(name.address(), flags, 0);
        name.keepAlive();
        return result;
    }

    /** The descriptor's number. */
    public int fd() {
        if (closed.get()) {
            throw new IllegalStateException("file descriptor " + number + " is closed");
        }
        return number;
    }

    /** Whether {@link #close} is still to come. */
    public boolean isOpen() {
        return !closed.get();
    }

    /** The system calls it was opened with. */
    public Syscalls syscalls() {
        return sys;
    }

    /** Closes it; further calls do nothing. What close(2) answers cannot be acted upon, and is dropped. */
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
