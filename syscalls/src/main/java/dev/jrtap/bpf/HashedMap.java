// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;
import dev.jrtap.memory.Memory;
import dev.jrtap.syscall.Errno;
import dev.jrtap.syscall.ErrnoException;
import dev.jrtap.syscall.Syscalls;

/**
 * A hash table of values by keys, each of one size.
 *
 * <p>Source: Documentation/bpf/map_hash.rst.
 */
public final class HashedMap extends BpfMap {

    private HashedMap(Syscalls sys, MapShape shape) throws ErrnoException {
        super(shape.create(sys, 0), shape);
    }

    /** Like {@link #create(Syscalls, String, int, int, int)}, with the real system calls. */
    public static HashedMap create(String name, int keySize, int valueSize, int entries) throws ErrnoException {
        return create(Syscalls.libc(), name, keySize, valueSize, entries);
    }

    /**
     * Makes an empty map.
     *
     * @param name 1..15 letters, digits, underscores and dots
     * @param keySize bytes of a key, from 1 on
     * @param valueSize bytes of a value, from 1 on
     * @param entries how many there may be
     * @throws ErrnoException EPERM and its like, with the missing right and the remedy
     */
    public static HashedMap create(Syscalls sys, String name, int keySize, int valueSize, int entries)
            throws ErrnoException {
        if (keySize < 1 || valueSize < 1) {
            throw new IllegalArgumentException(
                    "a key and a value have at least one byte: keySize=" + keySize + ", valueSize=" + valueSize);
        }
        return new HashedMap(sys, new MapShape(MapType.HASH, name, keySize, valueSize, entries, 0));
    }

    /**
     * Copies the value of {@code key} to {@code value}.
     *
     * @param key of exactly {@link #keySize} bytes
     * @param value of exactly {@link #valueSize} bytes; unchanged if there is none
     * @return whether there is one
     */
    public boolean get(Memory key, Memory value) throws ErrnoException {
        checkSize("key", key, keySize());
        checkSize("value", value, valueSize());
        return lookup(key, value);
    }

    /**
     * Adds or replaces the value of {@code key}.
     *
     * @throws ErrnoException E2BIG if the map is full
     */
    public void put(Memory key, Memory value) throws ErrnoException {
        put(key, value, Bpf.BPF_ANY);
    }

    /**
     * Adds a value for {@code key} if there is none.
     *
     * @return whether it was added
     * @throws ErrnoException E2BIG if the map is full
     */
    public boolean putIfAbsent(Memory key, Memory value) throws ErrnoException {
        return put(key, value, Bpf.BPF_NOEXIST);
    }

    private boolean put(Memory key, Memory value, int flags) throws ErrnoException {
        checkSize("key", key, keySize());
        checkSize("value", value, valueSize());
        int result = update(key, value, flags);
        if (result < 0 && result != -Errno.EEXIST) {
            String hint = result == -Errno.E2BIG ? "the map has its " + entries() + " entries: remove some" : "";
            throw failed(result, "BPF_MAP_UPDATE_ELEM", hint);
        }
        return result >= 0;
    }

    /** Removes {@code key} and its value; returns whether it was there. */
    public boolean remove(Memory key) throws ErrnoException {
        checkSize("key", key, keySize());
        return delete(key);
    }

    /**
     * Copies the key after {@code key} to {@code next}, in an order of the kernel's. If {@code key} is not in the map,
     * perhaps because it was just removed, copies the first one.
     *
     * @return whether there is one
     */
    public boolean nextKey(Memory key, Memory next) throws ErrnoException {
        checkSize("key", key, keySize());
        checkSize("key", next, keySize());
        return next(key, next);
    }
}
