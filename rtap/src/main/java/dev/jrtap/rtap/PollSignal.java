// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.Epoll;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;

/** An epoll instance over a queue's own descriptor, which is readable while packets wait, and an eventfd for wakes. */
final class PollSignal implements RxSignal {

    private final PollDriver driver;
    private final Epoll epoll;
    private final EventFd event;

    private PollSignal(PollDriver driver, Epoll epoll, EventFd event) {
        this.driver = driver;
        this.epoll = epoll;
        this.event = event;
    }

    static PollSignal open(Syscalls sys, PollDriver driver) throws ErrnoException {
        Epoll epoll = Epoll.open(sys);
        EventFd event = null;
        try {
            event = EventFd.open(sys);
            epoll.add(event.fd());
            return new PollSignal(driver, epoll, event);
        } catch (ErrnoException | RuntimeException e) {
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
    }

    @Override
    public void disable() {
        epoll.remove(driver.fd());
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
