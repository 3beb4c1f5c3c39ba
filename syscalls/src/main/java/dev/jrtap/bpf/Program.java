// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfAttr;
import dev.jrtap.bindings.BpfProgInfo;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;

/**
 * A program in the kernel, verified and ready to be attached.
 *
 * <p>Ownership: this object owns a descriptor. The kernel keeps the program, and the program its maps, as long as a
 * descriptor or something that it is attached to refers to it. So it goes on after {@link #close} where it is attached;
 * see {@link Attachments} for how long. An object that is dropped without {@link #close} keeps its descriptor until the
 * process ends.
 *
 * <p>Threads: any. A close waits for a call that uses the descriptor.
 *
 * <p>Source: bpf(2), BPF_PROG_LOAD.
 */
public final class Program implements AutoCloseable {

    private final Fd fd;
    private final ProgramType type;
    private final String name;

    private Program(Fd fd, ProgramType type, String name) {
        this.fd = fd;
        this.type = type;
        this.name = name;
    }

    /** Like {@link #load(Syscalls, ProgramType, Code)}, with the real system calls. */
    public static Program load(ProgramType type, Code code) throws ErrnoException {
        return load(Syscalls.libc(), type, code);
    }

    /**
     * Has the kernel verify and translate a program.
     *
     * @throws VerifierException naming the refused instruction; it holds the verifier's log
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy
     * @throws IllegalStateException if a map that it uses is closed
     */
    public static Program load(Syscalls sys, ProgramType type, Code code) throws ErrnoException {
        return new Program(new ProgramLoader(sys, type, code).load(), type, code.name());
    }

    /**
     * Returns the descriptor's number, for system calls that this library does not make.
     *
     * @throws IllegalStateException if it is closed
     */
    public int fd() {
        if (!fd.isOpen()) {
            throw new IllegalStateException(this + " is closed");
        }
        return fd.fd();
    }

    /** Returns what it is for. */
    public ProgramType type() {
        return type;
    }

    /** Returns the name in the kernel. */
    public String name() {
        return name;
    }

    /**
     * Returns whether the kernel has translated it for the processor; otherwise it is interpreted and several times
     * slower.
     */
    public synchronized boolean isJited() throws ErrnoException {
        Memory info = Memory.allocate(BpfProgInfo.SIZEOF);
        Memory attributes = Memory.allocate(BpfAttr.SIZEOF);
        attributes.putI32(BpfAttr.INFO_BPF_FD, fd());
        attributes.putI32(BpfAttr.INFO_INFO_LEN, info.size());
        attributes.putI64(BpfAttr.INFO_INFO, info.address());
        int result = fd.syscalls().bpf(Bpf.BPF_OBJ_GET_INFO_BY_FD, attributes.address(), attributes.size());
        attributes.keepAlive();
        info.keepAlive();
        if (result < 0) {
            throw ErrnoException.of(result, "bpf(BPF_OBJ_GET_INFO_BY_FD, " + this + ")", BpfRights.hint(-result));
        }
        return info.getI32(BpfProgInfo.JITED_PROG_LEN) != 0;
    }

    Syscalls syscalls() {
        return fd.syscalls();
    }

    /**
     * Closes the descriptor; further calls do nothing. Excludes the calls that use its number, which could otherwise
     * mean another file by then: they hold this object's monitor.
     */
    @Override
    public synchronized void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return "program " + name + " (" + type + ")";
    }
}
