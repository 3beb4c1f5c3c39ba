// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;
import dev.jrtap.syscall.Syscalls;
import dev.jrtap.uring.Ring;

/** An eventfd that the kernel signals when it posts a completion to a ring. */
final class RingSignal implements RxSignal {

    private final Ring ring;
    private final EventFd event;
    private boolean registered;

    private RingSignal(Ring ring, EventFd event) {
        this.ring = ring;
        this.event = event;
    }

    static RingSignal open(Syscalls sys, Ring ring) throws ErrnoException {
        return new RingSignal(ring, EventFd.open(sys));
    }

    @Override
    public int number() {
        return event.number();
    }

    @Override
    public void enable() throws ErrnoException {
        if (!registered) {
            ring.register().eventFd(event);
            registered = true;
        }
        event.clear();
        ring.completion().signalEvents(true);
    }

    @Override
    public void disable() {
        if (registered) {
            ring.completion().signalEvents(false);
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
