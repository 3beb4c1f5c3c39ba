// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.uring;

import dev.jrtap.memory.Memory;
import dev.jrtap.ownership.Ownership;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;

/**
 * io_uring_register(2) for one ring, refused to any thread but the ring's owner, and the memory that goes with what is
 * registered.
 */
final class RegisterCall {

    private final RingParts parts;
    private final Ownership ownership;

    RegisterCall(RingParts parts, Ownership ownership) {
        this.parts = parts;
        this.ownership = ownership;
    }

    RingFd fd() {
        return parts.fd();
    }

    Syscalls syscalls() {
        return fd().syscalls();
    }

    /** Returns whether what was registered may be used; see {@link Ownership#check}. */
    boolean mayUse() {
        return ownership.check();
    }

    void checkMayRegister() {
        ownership.require();
    }

    /** Registers; the check comes first, so that no caller can forget it. */
    int register(RegisterOperation operation, String arguments, Memory argument, int count) throws ErrnoException {
        checkMayRegister();
        return fd().register(operation, arguments, argument, count);
    }

    LentMemory lent() {
        return parts.lent();
    }

    /** Has {@code mapping} unmapped with the ring. */
    void keep(Mapping mapping) {
        parts.keep(mapping);
    }

    void unmap(Mapping mapping) {
        parts.unmap(mapping);
    }
}
