// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An array that has each value once per processor: a program sees that of the processor that it runs on, and counts
 * without atomic instructions.
 *
 * <p>Source: Documentation/bpf/map_array.rst.
 */
public final class PerCpuArrayMap extends BpfMap {

    private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");

    private final int cpus;
    private final Memory values;

    private PerCpuArrayMap(Syscalls sys, MapShape shape, int cpus) throws ErrnoException {
        super(shape.create(sys, 0), shape);
        this.cpus = cpus;
        this.values = Memory.allocate(valuesSize());
    }

    /** Like {@link #create(Syscalls, String, int, int)}, with the real system calls. */
    public static PerCpuArrayMap create(String name, int valueSize, int entries) throws IOException {
        return create(Syscalls.libc(), name, valueSize, entries);
    }

    /**
     * Makes a map.
     *
     * @param name 1..15 letters, digits, underscores and dots
     * @param valueSize bytes of a value, 1..32768
     * @param entries number of values, from 1 on
     * @throws IOException EPERM and its like, with the missing right and the remedy
     */
    public static PerCpuArrayMap create(Syscalls sys, String name, int valueSize, int entries) throws IOException {
        MapShape shape = MapShape.array(MapType.PERCPU_ARRAY, name, valueSize, entries, 0);
        return new PerCpuArrayMap(sys, shape, possibleCpus(Files.readString(POSSIBLE)));
    }

    /** Returns how many processors the kernel keeps room for, as {@code "0-3"} or {@code "0,2-5"} has it. */
    static int possibleCpus(String list) {
        int count = 0;
        for (String range : list.trim().split(",")) {
            String[] ends = range.split("-");
            count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
        }
        return count;
    }

    /** Returns the processors that the kernel keeps room for, those that are absent included. */
    public int cpus() {
        return cpus;
    }

    /** Bytes from the value of one processor to that of the next: {@link #valueSize} rounded up to a multiple of 8. */
    public int stride() {
        return Words.roundUp(valueSize());
    }

    /** Bytes of a value on all processors. */
    public int valuesSize() {
        return cpus * stride();
    }

    /**
     * Copies a value of all processors to {@code values}, that of processor n from {@code n * stride()} on.
     *
     * @param index 0..entries - 1
     * @param values of exactly {@link #valuesSize} bytes
     */
    public void get(int index, Memory values) throws ErrnoException {
        checkSize("value on all processors", values, valuesSize());
        lookup(index, values);
    }

    /** Replaces a value of all processors by {@code values}, of exactly {@link #valuesSize} bytes. */
    public void put(int index, Memory values) throws ErrnoException {
        checkSize("value on all processors", values, valuesSize());
        check(update(index, values));
    }

    /** Returns the sum of a value of 8 bytes over all processors. */
    public synchronized long sumI64(int index) throws ErrnoException {
        if (valueSize() != Long.BYTES) {
            throw new IllegalStateException("a value of " + this + " has " + valueSize() + " bytes and not 8");
        }
        get(index, values);
        long sum = 0;
        for (int at = 0; at < values.size(); at += Long.BYTES) {
            sum += values.getI64(at);
        }
        return sum;
    }
}
