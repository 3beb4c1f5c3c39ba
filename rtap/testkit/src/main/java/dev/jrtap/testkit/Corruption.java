// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.testkit;

import dev.jrtap.memory.Memory;

/**
 * Flips a bit.
 *
 * <p>Threads: one at a time.
 */
final class Corruption {

    private Corruption() {}

    /**
     * Flips the bit at {@code place} (0 inclusive to 1 exclusive) of the part that may be corrupted: everything after
     * the IP header, or the payload of TCP or UDP if the checksum must stay valid.
     *
     * @return whether there was a bit to flip
     */
    static boolean flip(PacketView packet, double place, boolean unnoticed) {
        if (packet.protocol() < 0 || unnoticed && !packet.hasPorts()) {
            return false;
        }
        int start = unnoticed ? packet.payloadOffset() : packet.transportOffset();
        int end = packet.end();
        if (start >= end) {
            return false;
        }
        long bit = (long) (place * (end - start) * Byte.SIZE);
        int at = start + (int) (bit / Byte.SIZE);
        Memory memory = packet.memory();
        memory.putI8(at, memory.getU8(at) ^ 1 << (int) (bit % Byte.SIZE));
        if (unnoticed) {
            packet.updateChecksum();
        }
        return true;
    }
}
