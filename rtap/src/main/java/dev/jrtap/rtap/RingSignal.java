// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.uring.Ring;

/**
 * An eventfd that the kernel signals when it posts a completion to a ring, for as long as it is registered.
 *
 * <p>Registering anew each time, in place of the flag in the ring that holds signals back, costs two system calls a
 * sleep. It is for releases of Linux 6.12 that signal a ring with DEFER_TASKRUN but once after each registration.
 */
final class RingSignal implements RxSignal {

    private final Ring ring;
    private final EventFd event;
    private boolean registered;

    RingSignal(Ring ring, EventFd event) {
        this.ring = ring;
        this.event = event;
    }

    @Override
    public int fd() {
        return event.fd();
    }

    @Override
    public void enable() throws ErrnoException {
        unregister();
        event.clear();
        ring.register().eventFd(event);
        registered = true;
    }

    private void unregister() throws ErrnoException {
        if (registered) {
            ring.register().unregisterEventFd();
            registered = false;
        }
    }

    @Override
    public void disable() {
        try {
            unregister();
        } catch (ErrnoException e) {
            // It goes on to tell, which costs sleep and no packet; the next enable() says why.
        }
    }

    @Override
    public void wake() {
        event.signal();
    }

    @Override
    public void close() {
        event.close();
    }
}
