// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * What a device can be at most, and is by default.
 *
 * @param maxQueues queue pairs; there are always as many to receive as to send
 * @param minMtu bytes of IP packet
 * @param maxMtu bytes of IP packet
 * @param minRingSize packets in flight in each direction of a queue pair, a power of two
 * @param maxRingSize packets in flight in each direction of a queue pair, a power of two
 * @param defaultRingSize packets in flight where the configuration says nothing
 * @param maxMacAddresses MAC addresses that the kernel's side can have
 */
public record RtapLimits(
        int maxQueues,
        int minMtu,
        int maxMtu,
        int minRingSize,
        int maxRingSize,
        int defaultRingSize,
        int maxMacAddresses) {

    static RtapLimits of(int minMtu, int maxMtu) {
        return new RtapLimits(
                RtapConfig.MAX_QUEUES,
                minMtu,
                maxMtu,
                RtapConfig.MIN_RING,
                RtapConfig.MAX_RING,
                RtapConfig.DEFAULT_RING,
                1);
    }
}
