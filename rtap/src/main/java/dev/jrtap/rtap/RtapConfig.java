// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.rtap;

/**
 * What a device shall be. Immutable: each method answers a changed copy.
 *
 * @param name of the interface, or a pattern with {@code %d}, 1..15 bytes
 * @param queues queue pairs that can be opened, 1..128
 * @param mtu bytes of IP packet, or 0 for the kernel's default of 1500
 * @param napi whether IFF_NAPI is used where the kernel offers it
 * @param persist whether the interface outlives the process
 * @param rxMode how packets are received
 * @param ringSize packets in flight in each direction of a queue pair: a power of two, 8..8192
 */
public record RtapConfig(String name, int queues, int mtu, boolean napi, boolean persist, RxMode rxMode, int ringSize) {

    private static final int MAX_QUEUES = 128;
    private static final int MIN_MTU = 68;
    private static final int MAX_MTU = 65521;
    private static final int MIN_RING = 8;
    private static final int MAX_RING = 8192;
    private static final int DEFAULT_RING = 256;

    public RtapConfig {
        if (queues < 1 || queues > MAX_QUEUES) {
            throw new IllegalArgumentException("a device has 1.." + MAX_QUEUES + " queue pairs: " + queues);
        }
        if (mtu != 0 && (mtu < MIN_MTU || mtu > MAX_MTU)) {
            throw new IllegalArgumentException("an MTU is " + MIN_MTU + ".." + MAX_MTU + " bytes: " + mtu);
        }
        if (ringSize < MIN_RING || ringSize > MAX_RING || Integer.bitCount(ringSize) != 1) {
            throw new IllegalArgumentException(
                    "a ring size is a power of two, " + MIN_RING + ".." + MAX_RING + ": " + ringSize);
        }
    }

    /** One queue pair, default MTU, NAPI where offered, not persistent, 256 packets in flight. */
    public static RtapConfig named(String name) {
        return new RtapConfig(name, 1, 0, true, false, RxMode.AUTO, DEFAULT_RING);
    }

    public RtapConfig withQueues(int queues) {
        return new RtapConfig(name, queues, mtu, napi, persist, rxMode, ringSize);
    }

    public RtapConfig withMtu(int mtu) {
        return new RtapConfig(name, queues, mtu, napi, persist, rxMode, ringSize);
    }

    public RtapConfig withoutNapi() {
        return new RtapConfig(name, queues, mtu, false, persist, rxMode, ringSize);
    }

    public RtapConfig persistent() {
        return new RtapConfig(name, queues, mtu, napi, true, rxMode, ringSize);
    }

    public RtapConfig withRxMode(RxMode rxMode) {
        return new RtapConfig(name, queues, mtu, napi, persist, rxMode, ringSize);
    }

    public RtapConfig withRingSize(int ringSize) {
        return new RtapConfig(name, queues, mtu, napi, persist, rxMode, ringSize);
    }
}
