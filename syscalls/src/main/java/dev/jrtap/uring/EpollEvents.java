// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;

/**
 * An array of struct epoll_event, to be filled in by {@link Operations#epollWait}.
 *
 * <p>The struct has no gap between its 32 bits of events and its 64 bits of data on x86-64, where it was made to look as it does to
 * 32-bit programs, and so has 12 bytes; everywhere else the data is aligned, and it has 16. That is why no header that was read on
 * one machine can say it for another.
 *
 * <p>Source: epoll_wait(2), linux/eventpoll.h.
 */
public final class EpollEvents {

    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    private static final int DATA = PACKED ? Integer.BYTES : Long.BYTES;

    static final int SIZEOF = DATA + Long.BYTES;

    // As many as the kernel takes.
    private static final int MAX_CAPACITY = Integer.MAX_VALUE / SIZEOF - 1;

    private final Memory memory;
    private final int capacity;

    /** Room for {@code capacity} events, at least 1. */
    public EpollEvents(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity must be 1.." + MAX_CAPACITY + " events: " + capacity);
        }
        this.capacity = capacity;
        this.memory = Memory.allocate(capacity * SIZEOF);
    }

    static void put(Memory memory, int at, int events, long data) {
        memory.putI32(at, events);
        memory.putI64(at + DATA, data);
    }

    /** How many events there is room for. */
    public int capacity() {
        return capacity;
    }

    /** {@code EPOLL*} of event {@code index}; only those below the completion's result mean anything. */
    public int events(int index) {
        return memory.getI32(at(index));
    }

    /** What event {@code index} was registered with. */
    public long data(int index) {
        return memory.getI64(at(index) + DATA);
    }

    private int at(int index) {
        if (index < 0 || index >= capacity) {
            throw new IndexOutOfBoundsException("event " + index + " of " + capacity);
        }
        return index * SIZEOF;
    }

    Memory memory() {
        return memory;
    }
}
