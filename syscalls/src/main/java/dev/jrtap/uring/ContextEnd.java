// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.FdLimits;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;

/**
 * Tells when the kernel has freed a ring's context, and so uses no memory of the ring any more.
 *
 * <p>The kernel frees the context after the last request, whatever it was, and only then puts the files of the ring's table. So the
 * last write end of a pipe, kept in that table, hangs up at exactly that moment, whoever owned the ring and whatever is known of its
 * completions. Nothing else that a process can see is as exact: completions may be silent or doubled, and a thread that ends does not
 * make the kernel wait for block I/O.
 *
 * <p>The write end stays open here as well until {@link #letGo}, because a table is registered anew when the user registers one.
 */
final class ContextEnd implements AutoCloseable {

    private final Syscalls sys;
    private final Fd readEnd;
    private final Fd writeEnd;

    private ContextEnd(Syscalls sys, Fd readEnd, Fd writeEnd) {
        this.sys = sys;
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    static ContextEnd open(Syscalls sys) throws ErrnoException {
        Memory ends = Memory.allocate(2 * Integer.BYTES);
        // Not blocking: whoever finds the write end in the table and writes to it does not get stuck.
        int result = sys.pipe2(ends.address(), Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
        if (result < 0) {
            throw ErrnoException.of(result, "pipe2(O_CLOEXEC|O_NONBLOCK)", FdLimits.hint(-result));
        }
        return new ContextEnd(sys, Fd.own(sys, ends.getI32(0)), Fd.own(sys, ends.getI32(Integer.BYTES)));
    }

    /** The descriptor to be registered in the ring's table of files. */
    int writeEnd() {
        return writeEnd.fd();
    }

    /**
     * Leaves the write end to the table alone.
     *
     * @return whether it is there; {@code false} if it has been removed from the table, and will tell nothing
     */
    boolean letGo() {
        writeEnd.close();
        return !await(0);
    }

    /**
     * Waits until the context has been freed.
     *
     * @param nanos how long at most
     */
    boolean await(long nanos) {
        PollSet set = new PollSet(sys, 1);
        set.add(readEnd.fd());
        return set.await(nanos) > 0 && set.hasHungUp(0);
    }

    @Override
    public void close() {
        writeEnd.close();
        readEnd.close();
    }
}
