// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/** What is counted on sending, beside {@link FrameCounter}. */
public enum TxCounter {
    /** Packets that the kernel has refused, in whole or in part. */
    ERRORS("write_errors"),
    /** Super-packets left to the kernel to segment. */
    TSO("tso_packets"),
    /** Packets whose checksum was left to the kernel. */
    CHECKSUM_OFFLOAD("checksum_offload_packets"),
    /** Packets of several segments. */
    MULTI_SEGMENT("multiseg_packets");

    private final String label;

    TxCounter(String label) {
        this.label = label;
    }

    /** Its name among the extended statistics, behind {@code tx_q0_}. */
    public String label() {
        return label;
    }
}
