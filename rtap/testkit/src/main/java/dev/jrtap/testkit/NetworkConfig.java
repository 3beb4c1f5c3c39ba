// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/**
 * The settings with which a network is made. Immutable: each {@code with} method returns a changed copy.
 *
 * @param seed what all chance is drawn from
 * @param buffers packets of up to 1500 bytes that the network can hold, 256..65536
 * @param captureBytes memory for the capture
 */
public record NetworkConfig(long seed, int buffers, int captureBytes) {

    private static final int DEFAULT_BUFFERS = 16 * 1024;
    private static final int DEFAULT_CAPTURE = 4 * 1024 * 1024;
    private static final int LEAST = 256;

    /** Checks the sizes. */
    public NetworkConfig {
        if (buffers < LEAST || buffers > 1 << 16) {
            throw new IllegalArgumentException("buffers must be " + LEAST + "..65536 packets: " + buffers);
        }
        if (captureBytes < LEAST) {
            throw new IllegalArgumentException("captureBytes must be " + LEAST + " or more: " + captureBytes);
        }
    }

    /** Returns seed 1, 16384 buffers, and 4 MiB for the capture. */
    public static NetworkConfig standard() {
        return new NetworkConfig(1, DEFAULT_BUFFERS, DEFAULT_CAPTURE);
    }

    public NetworkConfig withSeed(long seed) {
        return new NetworkConfig(seed, buffers, captureBytes);
    }

    /**
     * Sets how many packets the network can hold. What is in flight is the bandwidth times the delay: 100 Mbit/s for
     * 100 ms are 834 packets of 1500 bytes.
     */
    public NetworkConfig withBuffers(int packets) {
        return new NetworkConfig(seed, packets, captureBytes);
    }

    public NetworkConfig withCaptureBytes(int bytes) {
        return new NetworkConfig(seed, buffers, bytes);
    }
}
