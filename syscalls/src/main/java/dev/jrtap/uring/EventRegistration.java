// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;

/** The eventfd that the kernel signals when it posts a completion: one for each ring. */
final class EventRegistration {

    private final Ring ring;

    EventRegistration(Ring ring) {
        this.ring = ring;
    }

    void register(RegisterOperation operation, EventFd event) throws ErrnoException {
        ring.checkMayRegister();
        Memory number = Memory.allocate(Integer.BYTES);
        number.putI32(0, event.number());
        ring.fd().register(operation, "eventfd=" + event.number(), number, 1);
    }

    void unregister() throws ErrnoException {
        ring.checkMayRegister();
        ring.fd().register(RegisterOperation.UNREGISTER_EVENTFD, "", null, 0);
    }
}
