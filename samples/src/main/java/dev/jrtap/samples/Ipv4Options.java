// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.samples;

import dev.jrtap.memory.Memory;
import dev.jrtap.net.Ipv4Packet;

/**
 * Turns the options of an echo request into those of its reply (RFC 1122, 3.2.2.6): the route is recorded, and other
 * options are unchanged. A packet with a source route is not answered (RFC 7126, 4.3 and 4.4).
 */
final class Ipv4Options {

    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int RECORD_ROUTE = 7;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int STRICT_SOURCE_ROUTE = 137;

    /** Bytes before the addresses of a route: type, length and pointer, which counts from 1. */
    private static final int ROUTE_HEADER = 3;

    private Ipv4Options() {}

    /**
     * Records {@code address} in the routes of a packet.
     *
     * @param at the packet's offset in memory
     * @return {@code false} if the options are malformed or contain a source route; then nothing is changed
     */
    static boolean record(Ipv4Packet packet, int at, int address) {
        return walk(packet, at, address, false) && walk(packet, at, address, true);
    }

    private static boolean walk(Ipv4Packet packet, int at, int address, boolean write) {
        Memory memory = packet.memory();
        int end = at + packet.headerLength();
        int option = at + Ipv4Packet.MIN_HEADER_LENGTH;
        while (option < end && memory.getU8(option) != END) {
            int type = memory.getU8(option);
            if (type == NO_OPERATION) {
                option++;
                continue;
            }
            int length = option + 1 < end ? memory.getU8(option + 1) : 0;
            if (length < 2 || option + length > end || type == LOOSE_SOURCE_ROUTE || type == STRICT_SOURCE_ROUTE) {
                return false;
            }
            if (write && type == RECORD_ROUTE && length >= ROUTE_HEADER) {
                recordIn(memory, option, length, address);
            }
            option += length;
        }
        return true;
    }

    private static void recordIn(Memory memory, int option, int length, int address) {
        int pointer = memory.getU8(option + 2);
        if (pointer > ROUTE_HEADER && pointer + Integer.BYTES - 1 <= length) {
            memory.putI32Be(option + pointer - 1, address);
            memory.putI8(option + 2, pointer + Integer.BYTES);
        }
    }
}
