// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.KernelTimespec;
import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Pollfd;
import dev.jrtap.memory.Memory;

/**
 * Descriptors to wait for: an array of struct pollfd.
 *
 * <p>Threads: one at a time.
 *
 * <p>Source: poll(2).
 */
public final class PollSet {

    private static final long SECOND = 1_000_000_000L;

    private final Syscalls sys;
    private final Memory polls;
    private final Memory timeout = Memory.allocate(KernelTimespec.SIZEOF);
    private final int capacity;
    private int count;

    /** Room for {@code capacity} descriptors, none of them there yet. */
    public PollSet(Syscalls sys, int capacity) {
        this.sys = sys;
        this.capacity = capacity;
        this.polls = Memory.allocate(capacity * Pollfd.SIZEOF);
    }

    /** Forgets all. */
    public void clear() {
        count = 0;
    }

    /**
     * Adds one to be read from.
     *
     * @return its index
     */
    public int add(int fd) {
        if (count == capacity) {
            throw new IllegalStateException("there is room for " + capacity + " descriptors");
        }
        int at = count * Pollfd.SIZEOF;
        polls.putI32(at + Pollfd.FD, fd);
        polls.putI16(at + Pollfd.EVENTS, Poll.POLLIN);
        polls.putI16(at + Pollfd.REVENTS, 0);
        return count++;
    }

    /**
     * Sleeps until one can be read from, or its other end is closed.
     *
     * @param nanos how long at most; negative for ever
     * @return how many are ready, or {@code -errno}; 0 also after EINTR
     */
    public int await(long nanos) {
        timeout.putI64(KernelTimespec.TV_SEC, nanos / SECOND);
        timeout.putI64(KernelTimespec.TV_NSEC, nanos % SECOND);
        int result = sys.ppoll(polls.address(), count, nanos < 0 ? 0 : timeout.address());
        timeout.keepAlive();
        return result == -Errno.EINTR ? 0 : result;
    }

    /** Whether the last {@link #await} found its other end closed. */
    public boolean hasHungUp(int index) {
        return (polls.getU16(index * Pollfd.SIZEOF + Pollfd.REVENTS) & Poll.POLLHUP) != 0;
    }

    /** Whether the last {@link #await} found it ready. */
    public boolean isReady(int index) {
        return polls.getU16(index * Pollfd.SIZEOF + Pollfd.REVENTS) != 0;
    }
}
