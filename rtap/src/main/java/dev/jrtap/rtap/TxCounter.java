// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** Counters of sending, in addition to {@link FrameCounter}. */
public enum TxCounter {
    /** Packets that the kernel has refused, in whole or in part. */
    ERRORS("write_errors"),
    /** Super-packets left to the kernel to segment. */
    TSO("tso_packets"),
    /** Packets whose checksum was left to the kernel. */
    CHECKSUM_OFFLOAD("checksum_offload_packets"),
    /** Packets of several segments. */
    MULTI_SEGMENT("multiseg_packets"),
    /** Of the errors: the interface was down. */
    LINK_DOWN("link_down_errors"),
    /** Of the errors: the kernel found the frame or its vnet header invalid. */
    INVALID("invalid_errors"),
    /** Of the errors: the kernel had no memory. */
    NO_MEMORY("no_memory_errors"),
    /** Of the errors: the device was gone. */
    GONE("gone_errors"),
    /** Of the errors: the kernel took only a part. */
    SHORT("short_errors"),
    /** Of the errors: the packet had more segments than can be written at once. */
    TOO_MANY_SEGMENTS("segment_limit_errors"),
    /** Of the errors: the queue was closed before the kernel had taken the packet. */
    UNSENT("unsent_errors"),
    /** Super-packets that the kernel refused, and that were cut here and sent again. */
    RESEGMENTED("resegmented_packets"),
    /** How often packets stayed with the caller, because as many as the ring holds were under way. */
    RING_FULL("ring_full");

    private final String label;

    TxCounter(String label) {
        this.label = label;
    }

    /** Returns its name among the extended statistics, which follows {@code tx_q0_}. */
    public String label() {
        return label;
    }
}
