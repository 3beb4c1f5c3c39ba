// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.bindings.Fcntl;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Pipe;
import dev.jrtap.syscall.PollSet;
import dev.jrtap.syscall.Syscalls;

/**
 * Tells when the kernel has freed a ring's context, and so uses no memory of the ring any more.
 *
 * <p>The kernel frees the context after the last request, whatever it was, and only then puts the files of the ring's
 * table. So the last write end of a pipe, kept in that table, hangs up at exactly that moment, whichever thread owned
 * the ring and whatever is known of its completions. Nothing else that a process can see is as exact: completions may
 * be silent or doubled, and a thread that ends does not make the kernel wait for block I/O.
 *
 * <p>The write end stays open here as well until {@link #letGo}, because a table is registered anew when the user
 * registers one.
 */
final class ContextEnd implements AutoCloseable {

    private final Syscalls sys;
    private final Pipe pipe;

    private ContextEnd(Syscalls sys, Pipe pipe) {
        this.sys = sys;
        this.pipe = pipe;
    }

    static ContextEnd open(Syscalls sys) throws ErrnoException {
        // Not blocking: code that finds the write end in the table and writes to it does not get stuck.
        return new ContextEnd(sys, Pipe.open(sys, Fcntl.O_NONBLOCK));
    }

    /** Returns the descriptor to be registered in the ring's table of files. */
    int writeEnd() {
        return pipe.out().fd();
    }

    /**
     * Leaves the write end to the table alone.
     *
     * @return whether it is there; {@code false} if it has been removed from the table, and will tell nothing
     */
    boolean letGo() {
        pipe.out().close();
        return !await(0);
    }

    /**
     * Waits until the context has been freed.
     *
     * @param nanos how long at most
     */
    boolean await(long nanos) {
        PollSet set = new PollSet(sys, 1);
        set.add(pipe.in().fd());
        return set.await(nanos) > 0 && set.hasHungUp(0);
    }

    @Override
    public void close() {
        pipe.close();
    }
}
