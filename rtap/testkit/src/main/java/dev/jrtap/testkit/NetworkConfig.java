// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

/**
 * The settings with which a network is made. Immutable: each {@code with} method returns a changed copy.
 *
 * @param seed seed of all random decisions
 * @param buffers the number of packets of up to 1500 bytes that the network can hold, 256..65536
 * @param captureBytes memory for the capture in bytes, 256..1073741824
 * @param isBusyPolling whether the network's thread polls for packets, which occupies a processor
 */
public record NetworkConfig(long seed, int buffers, int captureBytes, boolean isBusyPolling) {

    private static final int DEFAULT_BUFFERS = 16 * 1024;
    private static final int DEFAULT_CAPTURE = 4 * 1024 * 1024;
    private static final int LEAST = 256;
    private static final int MOST_CAPTURE = 1 << 30;

    /** Checks the sizes. */
    public NetworkConfig {
        Checked.range("buffers", buffers, LEAST, 1 << 16);
        Checked.range("captureBytes", captureBytes, LEAST, MOST_CAPTURE);
    }

    /** Returns settings with seed 1, 16384 buffers, and 4 MiB for the capture. */
    public static NetworkConfig standard() {
        return new NetworkConfig(1, DEFAULT_BUFFERS, DEFAULT_CAPTURE, false);
    }

    public NetworkConfig withSeed(long seed) {
        return new NetworkConfig(seed, buffers, captureBytes, isBusyPolling);
    }

    /**
     * Sets the number of packets that the network can hold. The number in flight is the bandwidth times the delay: 100
     * Mbit/s for 100 ms are 834 packets of 1500 bytes.
     */
    public NetworkConfig withBuffers(int packets) {
        return new NetworkConfig(seed, packets, captureBytes, isBusyPolling);
    }

    public NetworkConfig withCaptureBytes(int bytes) {
        return new NetworkConfig(seed, buffers, bytes, isBusyPolling);
    }

    /**
     * Lets the network's thread poll instead of sleep. Packets are then late by only microseconds, but a processor is
     * busy while the network is open: use it for measurements on a machine with spare processors.
     */
    public NetworkConfig withBusyPolling() {
        return new NetworkConfig(seed, buffers, captureBytes, true);
    }
}
