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
 * The type and sizes of a map.
 *
 * @param keySize in bytes; 0 for a ring buffer
 * @param valueSize in bytes; 0 for a ring buffer
 * @param entries of a ring buffer: bytes
 * @param flags {@code BPF_F_*}
 */
record MapShape(MapType type, String name, int keySize, int valueSize, int entries, int flags) {

    /** The kernel's limit for the value of an array is a little less than this. */
    private static final int LARGEST_VALUE = 1 << 30;

    MapShape {
        ObjectName.check(name);
        if (entries < 1) {
            throw new IllegalArgumentException("a map has at least one entry: entries=" + entries);
        }
        if (valueSize < 0 || valueSize > LARGEST_VALUE) {
            throw new IllegalArgumentException("a value has 1.." + LARGEST_VALUE + " bytes: valueSize=" + valueSize);
        }
    }

    /** A map of {@code entries} values, found by their index. */
    static MapShape array(MapType type, String name, int valueSize, int entries, int flags) {
        if (valueSize < 1) {
            throw new IllegalArgumentException("a value has at least one byte: valueSize=" + valueSize);
        }
        return new MapShape(type, name, Integer.BYTES, valueSize, entries, flags);
    }

    /**
     * Makes the map.
     *
     * @param inner descriptor of the map that those inside resemble; 0 where maps are not the values
     */
    Fd create(Syscalls sys, int inner) throws ErrnoException {
        Memory attributes = Memory.allocate(BpfAttr.SIZEOF);
        attributes.putI32(BpfAttr.MAP_TYPE, type.number());
        attributes.putI32(BpfAttr.KEY_SIZE, keySize);
        attributes.putI32(BpfAttr.VALUE_SIZE, valueSize);
        attributes.putI32(BpfAttr.MAX_ENTRIES, entries);
        attributes.putI32(BpfAttr.MAP_FLAGS, flags);
        attributes.putI32(BpfAttr.INNER_MAP_FD, inner);
        attributes.putString(BpfAttr.MAP_NAME, name);
        int result = sys.bpf(Bpf.BPF_MAP_CREATE, attributes.address(), attributes.size());
        attributes.keepAlive();
        if (result < 0) {
            throw ErrnoException.of(result, "bpf(BPF_MAP_CREATE, " + this + ")", hint(-result));
        }
        return Fd.own(sys, result);
    }

    private String hint(int errno) {
        if (errno == Errno.EINVAL) {
            String mapped = (flags & Bpf.BPF_F_MMAPABLE) == 0 ? "" : ", and BPF_F_MMAPABLE in 5.5";
            return "a size is not one that the kernel takes, or the kernel is older than the map: " + type
                    + " came in Linux " + type.since() + mapped;
        }
        return errno == Errno.E2BIG || errno == Errno.ENOMEM
                ? "the map is larger than the kernel allows or has memory for: take fewer or smaller entries"
                : BpfRights.hint(errno);
    }

    @Override
    public String toString() {
        String mapped = (flags & Bpf.BPF_F_MMAPABLE) == 0 ? "" : "|MMAPABLE";
        return "type=" + type + mapped + ", name=" + name + ", key_size=" + keySize + ", value_size=" + valueSize
                + ", max_entries=" + entries;
    }
}
