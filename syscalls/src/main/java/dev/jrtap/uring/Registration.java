// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.Ownership;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;

/** io_uring_register(2) for one ring, refused to any thread but the ring's owner. */
final class Registration {

    private final RingFd fd;
    private final Ownership ownership;

    Registration(RingFd fd, Ownership ownership) {
        this.fd = fd;
        this.ownership = ownership;
    }

    RingFd fd() {
        return fd;
    }

    void checkMayRegister() {
        ownership.checkMayCall();
    }

    /** Registers; the check comes first, so that no caller can forget it. */
    int register(RegisterOperation operation, String arguments, Memory argument, int count) throws ErrnoException {
        ownership.checkMayCall();
        return fd.register(operation, arguments, argument, count);
    }

    Syscalls syscalls() {
        return fd.syscalls();
    }
}
