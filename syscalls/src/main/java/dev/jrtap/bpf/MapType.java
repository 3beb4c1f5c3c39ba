// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

import dev.jrtap.bindings.Bpf;

/**
 * The kinds of map that this library makes.
 *
 * <p>Source: linux/bpf.h, enum bpf_map_type; Documentation/bpf/maps.rst.
 */
enum MapType {
    ARRAY(Bpf.BPF_MAP_TYPE_ARRAY, "3.19"),
    HASH(Bpf.BPF_MAP_TYPE_HASH, "3.19"),
    PROG_ARRAY(Bpf.BPF_MAP_TYPE_PROG_ARRAY, "4.2"),
    PERCPU_ARRAY(Bpf.BPF_MAP_TYPE_PERCPU_ARRAY, "4.6"),
    ARRAY_OF_MAPS(Bpf.BPF_MAP_TYPE_ARRAY_OF_MAPS, "4.12"),
    RINGBUF(Bpf.BPF_MAP_TYPE_RINGBUF, "5.8");

    private final int number;
    private final String since;

    MapType(int number, String since) {
        this.number = number;
        this.since = since;
    }

    int number() {
        return number;
    }

    /** Returns the first Linux that has it. */
    String since() {
        return since;
    }
}
