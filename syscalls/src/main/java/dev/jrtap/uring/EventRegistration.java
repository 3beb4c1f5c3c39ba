// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.EventFd;

/** The eventfd that the kernel signals when it posts a completion: one for each ring. */
final class EventRegistration {

    private final RegisterCall ring;
    private final Memory number = Memory.allocate(Integer.BYTES);

    EventRegistration(RegisterCall ring) {
        this.ring = ring;
    }

    void register(RegisterOperation operation, EventFd event) throws ErrnoException {
        ring.checkMayRegister();
        number.putI32(0, event.fd());
        // Who registers before each sleep allocates nothing.
        int result = ring.fd().tryRegister(operation.opcode(), number, 1);
        if (result < 0) {
            throw ring.fd().refusal(operation, "eventfd=" + event.fd(), result);
        }
    }

    void unregister() throws ErrnoException {
        ring.checkMayRegister();
        ring.fd().register(RegisterOperation.UNREGISTER_EVENTFD, "", null, 0);
    }
}
