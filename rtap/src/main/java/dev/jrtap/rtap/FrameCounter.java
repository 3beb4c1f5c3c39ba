// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * What is counted of each frame, in both directions. Every frame is in one size class, and in one class of receivers.
 *
 * <p>Sizes are bytes from the Ethernet header on, without FCS.
 */
public enum FrameCounter {
    /** Bytes of all frames. */
    BYTES("bytes"),
    /** Frames of up to 64 bytes. */
    SIZE_64("size_64_packets"),
    /** Frames of 65 to 127 bytes. */
    SIZE_65_TO_127("size_65_to_127_packets"),
    /** Frames of 128 to 255 bytes. */
    SIZE_128_TO_255("size_128_to_255_packets"),
    /** Frames of 256 to 511 bytes. */
    SIZE_256_TO_511("size_256_to_511_packets"),
    /** Frames of 512 to 1023 bytes. */
    SIZE_512_TO_1023("size_512_to_1023_packets"),
    /** Frames of 1024 to 1518 bytes. */
    SIZE_1024_TO_1518("size_1024_to_1518_packets"),
    /** Frames of more than 1518 bytes: jumbo frames, and what segmentation offload leaves whole. */
    SIZE_1519_TO_MAX("size_1519_to_max_packets"),
    /** Frames to one station; 0 in TUN mode, whose packets have no Ethernet header. */
    UNICAST("unicast_packets"),
    /** Frames to a group. */
    MULTICAST("multicast_packets"),
    /** Frames to all. */
    BROADCAST("broadcast_packets");

    private final String label;

    FrameCounter(String label) {
        this.label = label;
    }

    /** Returns its name among the extended statistics, which follows {@code rx_q0_} or {@code tx_q0_}. */
    public String label() {
        return label;
    }
}
