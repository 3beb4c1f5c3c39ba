// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

/** Features of programs and maps beyond the oldest ones. */
public enum BpfFeature {
    /** {@link MappedArrayMap}. */
    MAPPED_ARRAY("5.5"),
    /** {@link RingBuffer}. */
    RING_BUFFER("5.8"),
    /** Atomic instructions that fetch, exchange and compare. */
    FETCHING_ATOMICS("5.12"),
    /** {@link TestRun#sendLive}. */
    LIVE_FRAMES("5.18"),
    /** Programs are compiled for the processor; otherwise they are interpreted, which is several times as expensive. */
    JIT("3.18"),
    /** The kernel describes its types, and so the offsets of its structs' members. */
    BTF("4.18");

    private final String since;

    BpfFeature(String since) {
        this.since = since;
    }

    /** Returns the first Linux that has it, where it is configured. */
    public String since() {
        return since;
    }
}
