// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;

/**
 * An array of maps, which can be replaced under a running program. A place without a map is null to the program.
 *
 * <p>The kernel keeps a map in it until the map is replaced or removed: its {@link BpfMap#close} ends only this
 * process's use.
 *
 * <p>Source: Documentation/bpf/map_of_maps.rst.
 */
public final class ArrayOfMaps extends BpfMap {

    private final Memory inner = Memory.allocate(Integer.BYTES);

    private ArrayOfMaps(Fd fd, MapShape shape) {
        super(fd, shape);
    }

    /** Like {@link #create(Syscalls, String, BpfMap, int)}, with the real system calls. */
    public static ArrayOfMaps create(String name, BpfMap like, int entries) throws ErrnoException {
        return create(Syscalls.libc(), name, like, entries);
    }

    /**
     * Makes an array without maps.
     *
     * @param name 1..15 letters, digits, underscores and dots
     * @param like a map with the type and sizes of all of them; it is not put in
     * @param entries how many places
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy
     */
    public static ArrayOfMaps create(Syscalls sys, String name, BpfMap like, int entries) throws ErrnoException {
        MapShape shape = MapShape.array(MapType.ARRAY_OF_MAPS, name, Integer.BYTES, entries, 0);
        synchronized (like) {
            return new ArrayOfMaps(shape.create(sys, like.fd()), shape);
        }
    }

    /**
     * Puts a map into a place, for programs that run from now on.
     *
     * @param index 0..entries - 1
     * @throws ErrnoException EINVAL if it differs in type or sizes from the map given to {@link #create}
     */
    public synchronized void put(int index, BpfMap map) throws ErrnoException {
        int result;
        synchronized (map) {
            inner.putI32(0, map.fd());
            result = update(index, inner);
        }
        if (result == -Errno.EINVAL) {
            throw failed(
                    result,
                    "BPF_MAP_UPDATE_ELEM",
                    map + " has not the type, sizes, entries and flags of the map that this one was made with");
        }
        check(result);
    }

    /** Empties a place; returns whether a map was there. */
    public boolean remove(int index) throws ErrnoException {
        return delete(index);
    }
}
