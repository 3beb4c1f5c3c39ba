// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;

/**
 * An array of programs, in which a running program goes on by {@link Helper#TAIL_CALL}. They can be replaced at any
 * time; a program that has begun is not ended by that.
 *
 * <p>All of them have the type of the first one that is put in, or that uses the array.
 *
 * <p>The kernel keeps a program in it until it is replaced or removed. When the last descriptor of the array is
 * closed, by {@link #close} or the end of the process, all are removed, even if a program that uses the array is still
 * attached.
 *
 * <p>Source: bpf-helpers(7), bpf_tail_call.
 */
public final class ProgramArray extends BpfMap {

    private final Memory entry = Memory.allocate(Integer.BYTES);

    private ProgramArray(Syscalls sys, MapShape shape) throws ErrnoException {
        super(shape.create(sys, 0), shape);
    }

    /** Like {@link #create(Syscalls, String, int)}, with the real system calls. */
    public static ProgramArray create(String name, int entries) throws ErrnoException {
        return create(Syscalls.libc(), name, entries);
    }

    /**
     * Makes an array without programs.
     *
     * @param name 1..15 letters, digits, underscores and dots
     * @param entries how many places, from 1 on
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy
     */
    public static ProgramArray create(Syscalls sys, String name, int entries) throws ErrnoException {
        return new ProgramArray(sys, MapShape.array(MapType.PROG_ARRAY, name, Integer.BYTES, entries, 0));
    }

    /**
     * Puts a program into a place, for calls from now on.
     *
     * @param index 0..entries - 1
     * @throws ErrnoException EINVAL if it has another type than those that are there
     */
    public synchronized void put(int index, Program program) throws ErrnoException {
        synchronized (program) {
            entry.putI32(0, program.fd());
            check(update(index, entry));
        }
    }

    /** Empties a place, for calls from now on; returns whether a program was there. */
    public boolean remove(int index) throws ErrnoException {
        return delete(index);
    }
}
