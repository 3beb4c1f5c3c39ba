// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

import dev.jrtap.bindings.IfEther;
import dev.jrtap.tuntap.TunMode;

/**
 * Limits and defaults of devices.
 *
 * @param maxQueues queue pairs; receive and transmit counts are equal
 * @param minMtu bytes of IP packet
 * @param maxMtu bytes of IP packet
 * @param minRingSize packets in flight in each direction of a queue pair, a power of two
 * @param maxRingSize packets in flight in each direction of a queue pair, a power of two
 * @param defaultRingSize packets in flight where the configuration says nothing
 * @param maxMacAddresses MAC addresses that the kernel's side can have
 * @param longestFrame bytes of the longest frame or packet that can be received, left unsegmented by the kernel
 * @param minSlotSize bytes of the smallest slot that packets can be received into, see {@link PacketPool#create}
 * @param maxSegments segments that a packet to be sent can have
 */
public record RtapLimits(
        int maxQueues,
        int minMtu,
        int maxMtu,
        int minRingSize,
        int maxRingSize,
        int defaultRingSize,
        int maxMacAddresses,
        int longestFrame,
        int minSlotSize,
        int maxSegments) {

    /** As many as the kernel's multi-queue devices are good for on both sides. */
    static final int MAX_QUEUES = 128;

    static final int MIN_MTU = IfEther.ETH_MIN_MTU;
    static final int MIN_RING = 8;
    static final int MAX_RING = 8192;
    static final int DEFAULT_RING = 256;

    static RtapLimits of(TunMode mode, int minMtu, int maxMtu) {
        return new RtapLimits(
                MAX_QUEUES,
                minMtu,
                maxMtu,
                MIN_RING,
                MAX_RING,
                DEFAULT_RING,
                1,
                FrameSize.MAX_IP_PACKET + FrameSize.overhead(mode),
                PoolSize.MIN_SLOT_SIZE,
                PacketPool.MAX_SEGMENTS);
    }

    static void checkQueues(int rx, int tx) {
        if (rx != tx) {
            throw new IllegalArgumentException(
                    "receive and transmit queue counts must be equal, because a descriptor is both: rx=" + rx + ", tx="
                            + tx);
        }
        if (rx < 1 || rx > MAX_QUEUES) {
            throw new IllegalArgumentException("a device has 1.." + MAX_QUEUES + " queue pairs: " + rx);
        }
    }

    /** Checks the MTU of a device; 0 stands for the kernel's default. */
    static void checkMtu(TunMode mode, int mtu) {
        int most = FrameSize.maxMtu(mode);
        if (mtu != 0 && (mtu < MIN_MTU || mtu > most)) {
            throw new IllegalArgumentException(
                    "the MTU of a " + mode + " device must be in " + MIN_MTU + ".." + most + " bytes: " + mtu);
        }
    }

    static void checkRingSize(int ringSize) {
        if (ringSize < MIN_RING || ringSize > MAX_RING || Integer.bitCount(ringSize) != 1) {
            throw new IllegalArgumentException(
                    "ring size must be a power of two in " + MIN_RING + ".." + MAX_RING + ": " + ringSize);
        }
    }

    /** Ids are unsigned, and the largest one is nobody's (credentials(7)). */
    static void checkId(String kind, int id) {
        if (id == -1) {
            throw new IllegalArgumentException("no " + kind + " has the id 4294967295, which is -1");
        }
    }
}
