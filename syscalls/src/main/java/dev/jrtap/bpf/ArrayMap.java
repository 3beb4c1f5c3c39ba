// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;

/**
 * An array of values of one size, all zero at first. Each access is a system call; see {@link MappedArrayMap} for one
 * that costs none.
 *
 * <pre>{@code
 * try (ArrayMap packets = ArrayMap.create("packets", Long.BYTES, 256)) {
 *     Code code = new Assembler("count").ldMap(R1, packets)...
 *     long udp = packets.getI64(17);
 * }
 * }</pre>
 *
 * <p>Source: Documentation/bpf/map_array.rst.
 */
public final class ArrayMap extends BpfMap {

    private final Memory word = Memory.allocate(Long.BYTES);

    private ArrayMap(Syscalls sys, MapShape shape) throws ErrnoException {
        super(shape.create(sys, 0), shape);
    }

    /** Like {@link #create(Syscalls, String, int, int)}, with the real system calls. */
    public static ArrayMap create(String name, int valueSize, int entries) throws ErrnoException {
        return create(Syscalls.libc(), name, valueSize, entries);
    }

    /**
     * Makes a map.
     *
     * @param name 1..15 letters, digits, underscores and dots
     * @param valueSize bytes of a value, from 1 on
     * @param entries number of values, from 1 on
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy
     */
    public static ArrayMap create(Syscalls sys, String name, int valueSize, int entries) throws ErrnoException {
        return new ArrayMap(sys, MapShape.array(MapType.ARRAY, name, valueSize, entries, 0));
    }

    /**
     * Copies a value to {@code value}.
     *
     * @param index 0..entries - 1
     * @param value of exactly {@link #valueSize} bytes
     */
    public void get(int index, Memory value) throws ErrnoException {
        checkSize("value", value, valueSize());
        lookup(index, value);
    }

    /** Replaces a value by {@code value}, of exactly {@link #valueSize} bytes. */
    public void put(int index, Memory value) throws ErrnoException {
        checkSize("value", value, valueSize());
        check(update(index, value));
    }

    /** Returns a value of 8 bytes. */
    public synchronized long getI64(int index) throws ErrnoException {
        get(index, word);
        return word.getI64(0);
    }

    /** Replaces a value of 8 bytes. */
    public synchronized void putI64(int index, long value) throws ErrnoException {
        word.putI64(0, value);
        put(index, word);
    }
}
