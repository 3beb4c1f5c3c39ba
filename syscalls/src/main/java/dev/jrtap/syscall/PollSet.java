// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.Poll;
import dev.jrtap.bindings.Pollfd;
import dev.jrtap.memory.Memory;
import java.util.Objects;

/**
 * Descriptors to wait for: an array of struct pollfd.
 *
 * <p>Threads: one at a time.
 *
 * <p>Source: poll(2).
 */
public final class PollSet {

    private static final int MAX_CAPACITY = Integer.MAX_VALUE / Pollfd.SIZEOF - 1;

    private final Syscalls sys;
    private final Memory polls;
    private final Memory timeout = Memory.allocate(Timespec.SIZEOF);
    private final int capacity;
    private int count;
    private long written = -1;

    /** Like {@link #PollSet(Syscalls, int)}, with the real system calls. */
    public PollSet(int capacity) {
        this(Syscalls.libc(), capacity);
    }

    /** An empty set with room for {@code capacity} descriptors. */
    public PollSet(Syscalls sys, int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be 1.." + MAX_CAPACITY + ": " + capacity);
        }
        this.sys = Objects.requireNonNull(sys, "system calls");
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
        if (fd < 0) {
            throw new IllegalArgumentException("poll(2) ignores a number that is no descriptor: " + fd);
        }
        if (count == capacity) {
            throw new IllegalStateException("there is room for " + capacity + " descriptors");
        }
        int at = count * Pollfd.SIZEOF;
        polls.putI32(at + Pollfd.FD, fd);
        polls.putI16(at + Pollfd.EVENTS, Poll.POLLIN);
        polls.putI16(at + Pollfd.REVENTS, 0);
        return count++;
    }

    /** Returns how many are in it. */
    public int size() {
        return count;
    }

    /**
     * Sleeps until one can be read from, or its other end is closed.
     *
     * @param nanos the longest sleep, not negative; {@link Long#MAX_VALUE} is without limit
     * @return how many are ready, or {@code -errno}; 0 also after EINTR
     */
    public int await(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("nanos must not be negative: " + nanos);
        }
        if (nanos != written) {
            // Waits in a row are mostly of one length.
            Timespec.put(timeout, 0, nanos);
            written = nanos;
        }
        int result = sys.ppoll(polls.address(), count, nanos == Long.MAX_VALUE ? 0 : timeout.address());
        timeout.keepAlive();
        return result == -Errno.EINTR ? 0 : result;
    }

    /** Returns whether the last {@link #await} found its other end closed. */
    public boolean hasHungUp(int index) {
        return (found(index) & Poll.POLLHUP) != 0;
    }

    /** Returns whether the last {@link #await} found an error. */
    public boolean hasFailed(int index) {
        return (found(index) & Poll.POLLERR) != 0;
    }

    /** Returns whether the last {@link #await} found it ready. */
    public boolean isReady(int index) {
        return found(index) != 0;
    }

    private int found(int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("descriptor " + index + " of " + count);
        }
        return polls.getU16(index * Pollfd.SIZEOF + Pollfd.REVENTS);
    }
}
