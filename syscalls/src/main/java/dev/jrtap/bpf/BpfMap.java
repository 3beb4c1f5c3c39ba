// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.bindings.BpfAttr;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Fd;
import dev.jrtap.syscall.Syscalls;

/**
 * Memory in the kernel that programs and this process share.
 *
 * <p>Ownership: this object owns a descriptor. The kernel keeps the map as long as a descriptor, a mapping, a loaded
 * program or a map of maps refers to it: a program that is attached to a device keeps its maps after {@link #close},
 * and after the end of the process. An object that is dropped without {@link #close} keeps its descriptor until the
 * process ends.
 *
 * <p>Threads: any, except where a map says otherwise. Calls that use the descriptor's number hold this object's
 * monitor, and so does the close: the number could otherwise mean another file by then.
 *
 * <p>Source: bpf(2); Documentation/bpf/maps.rst.
 */
public abstract sealed class BpfMap implements AutoCloseable
        permits ArrayMap, MappedArrayMap, HashedMap, PerCpuArrayMap, ArrayOfMaps, ProgramArray, RingBuffer {

    private static final int ELEMENT_SIZE = BpfAttr.FLAGS + Long.BYTES;

    private final Fd fd;
    private final MapShape shape;
    // Of the calls for one element, which exclude each other: so that they make no garbage.
    private final Memory attributes = Memory.allocate(ELEMENT_SIZE);
    private final Memory index = Memory.allocate(Integer.BYTES);

    BpfMap(Fd fd, MapShape shape) {
        this.fd = fd;
        this.shape = shape;
    }

    /** Returns the name in the kernel. */
    public final String name() {
        return shape.name();
    }

    /** Returns the number of entries that there is room for; of a ring buffer: bytes. */
    public final int entries() {
        return shape.entries();
    }

    /** Bytes of a value, as programs see it; 0 for a ring buffer. */
    public final int valueSize() {
        return shape.valueSize();
    }

    /** Bytes of a key; 0 for a ring buffer. */
    public final int keySize() {
        return shape.keySize();
    }

    /**
     * Returns the descriptor's number, for poll(2) and for system calls that this library does not make.
     *
     * @throws IllegalStateException if it is closed
     */
    public final int fd() {
        if (!fd.isOpen()) {
            throw new IllegalStateException(this + " is closed");
        }
        return fd.fd();
    }

    final Syscalls syscalls() {
        return fd.syscalls();
    }

    final Fd descriptor() {
        return fd;
    }

    /** Returns whether the value was found. */
    final synchronized boolean lookup(Memory key, Memory value) throws ErrnoException {
        int result = element(Bpf.BPF_MAP_LOOKUP_ELEM, key, value.address(), 0);
        value.keepAlive();
        return found(result, "BPF_MAP_LOOKUP_ELEM");
    }

    final synchronized void lookup(int at, Memory value) throws ErrnoException {
        lookup(index(at), value);
    }

    /** Returns 0 or {@code -errno}. */
    final synchronized int update(Memory key, Memory value, long flags) {
        int result = element(Bpf.BPF_MAP_UPDATE_ELEM, key, value.address(), flags);
        value.keepAlive();
        return result;
    }

    /** Returns 0 or {@code -errno}. */
    final synchronized int update(int at, Memory value) {
        return update(index(at), value, Bpf.BPF_ANY);
    }

    /** Returns whether it was there. */
    final synchronized boolean delete(Memory key) throws ErrnoException {
        return found(element(Bpf.BPF_MAP_DELETE_ELEM, key, 0, 0), "BPF_MAP_DELETE_ELEM");
    }

    final synchronized boolean delete(int at) throws ErrnoException {
        return delete(index(at));
    }

    /** Writes the key after {@code key}, or any where that is not there; returns whether there is one. */
    final synchronized boolean next(Memory key, Memory next) throws ErrnoException {
        int result = element(Bpf.BPF_MAP_GET_NEXT_KEY, key, next.address(), 0);
        next.keepAlive();
        return found(result, "BPF_MAP_GET_NEXT_KEY");
    }

    private int element(int command, Memory key, long value, long flags) {
        attributes.putI32(BpfAttr.MAP_FD, fd());
        attributes.putI64(BpfAttr.KEY, key.address());
        attributes.putI64(BpfAttr.VALUE, value);
        attributes.putI64(BpfAttr.FLAGS, flags);
        int result = fd.syscalls().bpf(command, attributes.address(), ELEMENT_SIZE);
        key.keepAlive();
        return result;
    }

    private boolean found(int result, String command) throws ErrnoException {
        if (result < 0 && result != -Errno.ENOENT) {
            throw failed(result, command, "");
        }
        return result >= 0;
    }

    /** Refuses what an update of an array has returned, if that is an error. */
    final void check(int result) throws ErrnoException {
        if (result < 0) {
            throw failed(result, "BPF_MAP_UPDATE_ELEM", "");
        }
    }

    final ErrnoException failed(int result, String command, String hint) {
        return ErrnoException.of(
                result, "bpf(" + command + ", " + this + ")", hint.isEmpty() ? BpfRights.hint(-result) : hint);
    }

    private Memory index(int at) {
        if (at < 0 || at >= entries()) {
            throw new IndexOutOfBoundsException("index of " + this + " must be in 0.." + (entries() - 1) + ": " + at);
        }
        index.putI32(0, at);
        return index;
    }

    /** Refuses memory that has not exactly the size of a key or value: the kernel would read or write past its end. */
    final void checkSize(String what, Memory memory, int size) {
        if (memory.size() != size) {
            throw new IllegalArgumentException(
                    "a " + what + " of " + this + " has " + size + " bytes: " + memory.size() + " given");
        }
    }

    /** Closes the descriptor; further calls do nothing. Every later use throws {@link IllegalStateException}. */
    @Override
    public synchronized void close() {
        fd.close();
    }

    @Override
    public final String toString() {
        return "map " + name() + " (" + shape.type() + ")";
    }
}
