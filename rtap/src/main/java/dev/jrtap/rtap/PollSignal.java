// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Epoll;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * An epoll instance over a queue's own descriptor, which is readable while packets wait, and an eventfd for wakes; over
 * the bell, where a BPF program fills the queue; and where a ring sends, over what tells that a write may go on.
 */
final class PollSignal implements RxSignal {

    private final PollDriver driver;
    private final Epoll epoll;
    private final EventFd event;
    private final @Nullable RxSignal writes;

    private PollSignal(PollDriver driver, Epoll epoll, EventFd event) {
        this.driver = driver;
        this.epoll = epoll;
        this.event = event;
        this.writes = driver.writesSignal(event);
    }

    static PollSignal open(Syscalls sys, PollDriver driver) throws ErrnoException {
        Epoll epoll = Epoll.open(sys);
        EventFd event = null;
        try {
            event = EventFd.open(sys);
            epoll.add(event.fd());
            return new PollSignal(driver, epoll, event);
        } catch (Throwable e) {
            if (event != null) {
                event.close();
            }
            epoll.close();
            throw e;
        }
    }

    @Override
    public int fd() {
        return epoll.fd();
    }

    @Override
    public void enable() throws ErrnoException {
        event.clear();
        disable();
        // The descriptor of a device that is gone has an error from then on: nobody would sleep any more.
        if (!driver.isGone()) {
            epoll.add(driver.fd());
        }
        // First on, then look: for room that comes between the two there is no signal any more.
        if (writes != null && driver.isWriting()) {
            writes.enable();
            driver.lookForRoom();
        }
        MappedQueue mapped = driver.mapped();
        if (mapped != null) {
            epoll.add(mapped.bell());
            // A packet that is there already is found by the next look of the thread that enables this.
            mapped.ring().sleep();
        }
    }

    @Override
    public void disable() {
        epoll.remove(driver.fd());
        if (writes != null) {
            writes.disable();
        }
        MappedQueue mapped = driver.mapped();
        if (mapped != null) {
            epoll.remove(mapped.bell());
            mapped.awake(true);
            mapped.tell();
        }
    }

    @Override
    public void wake() {
        event.signal();
    }

    @Override
    public void close() {
        epoll.close();
        event.close();
    }
}
