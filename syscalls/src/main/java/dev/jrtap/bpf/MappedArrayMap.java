// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Mapping;
import dev.jrtap.syscall.Syscalls;

/**
 * An array whose values lie in memory of this process: both sides read each other's writes without a system call. All
 * zero at first. Since Linux 5.5.
 *
 * <p>A program and this process work at the same time: words that order others are read with acquire and written with
 * release, and programs use atomic instructions.
 *
 * <p>Threads: the memory is used by any; {@link #close} comes after the last use.
 */
public final class MappedArrayMap extends BpfMap {

    private final Mapping mapping;

    private MappedArrayMap(Fd fd, MapShape shape, Mapping mapping) {
        super(fd, shape);
        this.mapping = mapping;
    }

    /** Like {@link #create(Syscalls, String, int, int)}, with the real system calls. */
    public static MappedArrayMap create(String name, int valueSize, int entries) throws ErrnoException {
        return create(Syscalls.libc(), name, valueSize, entries);
    }

    /**
     * Makes a map and maps it.
     *
     * @param name 1..15 letters, digits, underscores and dots
     * @param valueSize bytes of a value, from 1 on; {@link #stride} is it rounded up to 8
     * @param entries how many values; all of them have less than 2 GiB
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy
     */
    public static MappedArrayMap create(Syscalls sys, String name, int valueSize, int entries) throws ErrnoException {
        MapShape shape = MapShape.array(MapType.ARRAY, name, valueSize, entries, Bpf.BPF_F_MMAPABLE);
        long bytes = (long) Words.roundUp(valueSize) * entries;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a mapped array has less than 2 GiB: " + entries + " values of "
                    + valueSize + " bytes are " + bytes);
        }
        Fd fd = shape.create(sys, 0);
        try {
            return new MappedArrayMap(fd, shape, Mapping.shared(fd, (int) bytes, 0));
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    /** Like {@link #at(Mapping, Syscalls, String, int, int)}, with the real system calls. */
    public static MappedArrayMap at(Mapping place, String name, int valueSize, int entries) throws ErrnoException {
        return at(place, Syscalls.libc(), name, valueSize, entries);
    }

    /**
     * Makes a map whose values replace the memory at the addresses of {@code place}, which stays the caller's. {@link
     * Mapping#replaceBy} says which uses must have ended before.
     *
     * @param name 1..15 letters, digits, underscores and dots
     * @param valueSize bytes of a value, a multiple of 8
     * @param entries how many values; together they have as many bytes as {@code place}
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy
     */
    public static MappedArrayMap at(Mapping place, Syscalls sys, String name, int valueSize, int entries)
            throws ErrnoException {
        MapShape shape = MapShape.array(MapType.ARRAY, name, valueSize, entries, Bpf.BPF_F_MMAPABLE);
        int bytes = place.memory().size();
        if (valueSize % Long.BYTES != 0 || (long) valueSize * entries != bytes) {
            throw new IllegalArgumentException(entries + " values of a multiple of 8 bytes must be the " + bytes
                    + " bytes that are mapped: valueSize=" + valueSize);
        }
        Fd fd = shape.create(sys, 0);
        try {
            place.replaceBy(fd);
            return new MappedArrayMap(fd, shape, Mapping.borrowed(place.memory(), 0, bytes));
        } catch (Throwable e) {
            fd.close();
            throw e;
        }
    }

    /** Bytes from one value to the next: {@link #valueSize} rounded up to a multiple of 8. */
    public int stride() {
        return Words.roundUp(valueSize());
    }

    /**
     * All values, the one at {@code index} from {@code index * stride()} on. Ends with the map.
     *
     * @throws IllegalStateException if the map is closed
     */
    public Memory memory() {
        fd();
        return mapping.memory();
    }

    /** Unmaps and closes; the memory must not be in use by another thread. */
    @Override
    public synchronized void close() {
        mapping.close();
        super.close();
    }
}
