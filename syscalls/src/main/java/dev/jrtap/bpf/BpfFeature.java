// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bpf;

/** What a kernel can do with programs and maps beside the oldest things. */
public enum BpfFeature {
    /** {@link MappedArrayMap}. */
    MAPPED_ARRAY("5.5"),
    /** {@link RingBuffer}. */
    RING_BUFFER("5.8"),
    /** Atomic instructions that fetch, exchange and compare. */
    FETCHING_ATOMICS("5.12"),
    /** {@link TestRun#sendLive}. */
    LIVE_FRAMES("5.18"),
    /** Programs are translated for the processor; otherwise they are interpreted, and several times as dear. */
    JIT("3.18"),
    /** The kernel's own types can be read, and so the places of its structs' members. */
    BTF("4.18");

    private final String since;

    BpfFeature(String since) {
        this.since = since;
    }

    /** The first Linux that has it, where it is configured. */
    public String since() {
        return since;
    }
}
