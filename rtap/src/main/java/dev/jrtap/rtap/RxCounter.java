// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** Counters of receiving, in addition to {@link FrameCounter}. */
public enum RxCounter {
    /** Reads that failed, or brought less than an Ethernet header. */
    ERRORS("read_errors"),
    /** Frames longer than the slots they were read into, dropped. */
    TRUNCATED("truncated_packets"),
    /** How often the pool was empty when the kernel wanted a slot; the packets waited in the kernel. */
    NO_BUFFER("mbuf_alloc_failed"),
    /** Super-packets that the kernel has not segmented. */
    LRO("lro_packets"),
    /** Packets whose checksum the kernel has verified. */
    CHECKSUM_GOOD("checksum_good_packets"),
    /** Packets whose checksum is still to be computed: they come from this machine. */
    CHECKSUM_NONE("checksum_none_packets"),
    /**
     * Packets whose checksum was found to be wrong: always 0, for the kernel either vouches for a checksum or says
     * nothing.
     */
    CHECKSUM_BAD("checksum_bad_packets"),
    /** Packets whose vnet header points outside of them or is of an unknown kind, dropped. */
    MALFORMED("malformed_packets"),
    /** How often a multishot read ended and had to be armed again. */
    REARMS("rearms"),
    /** Whether the device was found to be gone: 0 or 1. */
    GONE("device_gone");

    private final String label;

    RxCounter(String label) {
        this.label = label;
    }

    /** Returns its name among the extended statistics, which follows {@code rx_q0_}. */
    public String label() {
        return label;
    }
}
