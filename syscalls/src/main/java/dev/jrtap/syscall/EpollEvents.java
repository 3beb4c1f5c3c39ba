// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.syscall;

import dev.jrtap.bindings.EpollEvent;
import dev.jrtap.memory.Memory;

/**
 * An array of struct epoll_event, to be filled in by epoll_wait(2).
 *
 * <p>Source: epoll_wait(2), linux/eventpoll.h.
 */
public final class EpollEvents {

    /** Bytes of one event: 12 on x86-64, 16 elsewhere. */
    public static final int SIZEOF = EpollEvent.SIZEOF;

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

    /** Writes one event, as epoll_ctl(2) takes it. */
    public static void put(Memory memory, int at, int events, long data) {
        memory.putI32(at + EpollEvent.EVENTS, events);
        memory.putI64(at + EpollEvent.DATA, data);
    }

    /** Returns the number of events that there is room for. */
    public int capacity() {
        return capacity;
    }

    /** {@code EPOLL*} of event {@code index}; only those below the completion's result mean anything. */
    public int events(int index) {
        return memory.getI32(at(index) + EpollEvent.EVENTS);
    }

    /** Returns the number that event {@code index} was registered with. */
    public long data(int index) {
        return memory.getI64(at(index) + EpollEvent.DATA);
    }

    private int at(int index) {
        if (index < 0 || index >= capacity) {
            throw new IndexOutOfBoundsException("event " + index + " of " + capacity);
        }
        return index * SIZEOF;
    }

    /** Returns the array. */
    public Memory memory() {
        return memory;
    }
}
